/**
 * Changes of a contract, and whom each breaks: for a check that holds a service against what its
 * callers know. This entry imports nothing of Node.
 *
 * @module
 */
import type { Contract, HandlerContract } from '../handler/contract.ts'
import { VERBS } from '../handler/verb.ts'
import { breaks, type Change, type Finding, fits } from './change.ts'
import { GIVEN_RULES } from './given-rules.ts'
import { type Rule, shapeOf } from './pair.ts'
import { PLACE_RULES } from './place-rules.ts'
import { REFUSAL_RULES } from './refusal-rules.ts'
import { TAKEN_RULES } from './taken-rules.ts'

export type { Change, Verdict } from './change.ts'
export { readContract } from './read.ts'

const RULES: readonly Rule[] = [...PLACE_RULES, ...TAKEN_RULES, ...GIVEN_RULES, ...REFUSAL_RULES]

/**
 * Compares two contracts. Pure: what breaks callers comes first, then what may, then what fits.
 *
 *   in   the contract that callers know, and the one that is served now
 */
export function changes(before: Contract, after: Contract): Change[] {
  const renamed = renamedIn(before, after)
  const found: Change[] = []
  const tell = (handler: string, findings: readonly Finding[]): void => {
    for (const finding of findings) found.push({ handler, ...finding })
  }
  for (const [name, handler] of Object.entries(before.handlers)) {
    const now = renamed.get(name) ?? name
    const other = own(after.handlers, now)
    if (other === undefined) {
      tell(name, [breaks('is gone', 'callers do not find it')])
      continue
    }
    const why = 'callers that know it by name do not find it; its path is the same'
    if (now !== name) tell(name, [breaks(`is called ${now} now`, why)])
    const schemes = { schemesBefore: before.schemes ?? {}, schemesAfter: after.schemes ?? {} }
    for (const rule of RULES) tell(name, rule({ before: handler, after: other, ...schemes }))
  }
  const known = new Set([...Object.keys(before.handlers), ...renamed.values()])
  for (const name of Object.keys(after.handlers)) if (!known.has(name)) tell(name, [fits('is new')])
  return ORDER.flatMap((verdict) => found.filter((change) => change.verdict === verdict))
}

const ORDER = ['breaks', 'perhaps', 'fits'] as const

// One that is gone, while another has come to where it was.
function renamedIn(before: Contract, after: Contract): ReadonlyMap<string, string> {
  const come = new Map(
    Object.entries(after.handlers)
      .filter(([name]) => own(before.handlers, name) === undefined)
      .map(([name, handler]) => [placeOf(handler), name]),
  )
  const gone = Object.entries(before.handlers).filter(([name]) => own(after.handlers, name) === undefined)
  return new Map(
    gone.flatMap(([name, handler]) => {
      const now = come.get(placeOf(handler))
      return now === undefined ? [] : [[name, now] as const]
    }),
  )
}

function placeOf({ verb, host, path }: HandlerContract): string {
  return `${VERBS[verb].method} ${host ?? ''} ${shapeOf(path)}`
}

function own(
  handlers: { readonly [name: string]: HandlerContract },
  name: string,
): HandlerContract | undefined {
  return Object.hasOwn(handlers, name) ? handlers[name] : undefined
}
