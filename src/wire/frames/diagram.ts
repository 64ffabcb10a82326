/**
 * The tables of `states.ts` as diagrams, for `spec/frames.md`.
 *
 * @module
 */
import { CALL_STATES, LINK } from './states.ts'

/** What stands before and behind the printed part. */
export const PRINTED: readonly [begin: string, end: string] = [
  '<!-- printed from src/wire/frames/states.ts by `npm run spec` -->',
  '<!-- end of what is printed -->',
]

/** `spec/frames.md` with its printed part made anew. Throws Error when the marks are not there. */
export function withDiagrams(text: string): string {
  const [begin, end] = PRINTED
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error('spec/frames.md has no marks around what is printed')
  return `${text.slice(0, from)}${begin}\n\n${diagrams()}\n\n${text.slice(to)}`
}

function diagrams(): string {
  return [
    'A link, as one side sees it:',
    mermaid(LINK, 'opening'),
    'A call, as one side sees it. It begins as `waiting`, or as `sending` when the body is still to come:',
    mermaid(CALL_STATES, 'waiting', 'sending'),
    ...[LINK, CALL_STATES].map(grid),
  ].join('\n\n')
}

type AnyTable = { readonly [state: string]: { readonly [event: string]: string } }

// One arrow for all events between two states; a state that an event leaves as it is needs none.
function mermaid(table: AnyTable, ...starts: readonly string[]): string {
  const lines = starts.map((start) => `  [*] --> ${start}`)
  for (const [state, events] of Object.entries(table)) {
    const arrows = new Map<string, string[]>()
    for (const [event, next] of Object.entries(events)) {
      if (next !== state) arrows.set(next, [...(arrows.get(next) ?? []), event])
    }
    for (const [next, all] of arrows) lines.push(`  ${state} --> ${next}: ${all.join(', ')}`)
  }
  return ['```mermaid', 'stateDiagram-v2', ...lines, '```'].join('\n')
}

// An empty cell closes the link.
function grid(table: AnyTable): string {
  const states = Object.keys(table)
  const events = [...new Set(Object.values(table).flatMap((row) => Object.keys(row)))]
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [
    line(['', ...states]),
    line(['---', ...states.map(() => '---')]),
    ...events.map((event) => line([event, ...states.map((state) => table[state]![event] ?? '')])),
  ].join('\n')
}
