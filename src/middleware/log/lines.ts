/**
 * Entries as lines: for people, and for machines.
 *
 * @module
 */
import { thrownText } from '../../call/log.ts'
import type { Level, LogEntry } from './entry.ts'
import { printable, printableJson, printableLines } from './printable.ts'

/** One line without its end; an error adds indented ones. `time` in epoch milliseconds. */
export type Line = (level: Level, entry: LogEntry, time: number) => string

/** One JSON object a line. */
export const jsonLine: Line = (level, { err, ...entry }, time) =>
  printableJson({
    time: new Date(time).toISOString(),
    level,
    ...entry,
    ...(err === undefined ? {} : { err: errorOf(err) }),
  })

/** Time of day, method, path, status, how long, how much, who; coloured for a terminal. */
export function textLine(isColoured: boolean): Line {
  const paint = (colour: number, text: string): string =>
    isColoured ? `\x1b[${colour}m${text}\x1b[0m` : text
  return (_level, entry, time) => {
    const { method, path, query, status, ms, bytes, client, requestId, aborted, code, err } = entry
    const said = [
      paint(DIM, new Date(time).toTimeString().slice(0, 8)),
      whole(method),
      whole(query === undefined ? path : `${path}?${query}`),
      paint(COLOURS[Math.floor((status ?? 0) / 100)] ?? RED, status === null ? '-' : String(status)),
      `${ms} ms`,
    ]
    if (bytes !== undefined) said.push(`${bytes} B`)
    const rest = [client, requestId, code].filter((one) => one !== undefined).map(whole)
    if (rest.length > 0) said.push(paint(DIM, rest.join(' ')))
    if (aborted === true) said.push(paint(RED, 'aborted'))
    const line = said.join(' ')
    return err === undefined ? line : `${line}\n${printableLines(stackOf(err), '    ')}`
  }
}

/** What an entry is about, in a few words. */
export function title({ method, path, status, aborted }: LogEntry): string {
  return `${whole(method)} ${whole(path)} ${status ?? '-'}${aborted === true ? ' aborted' : ''}`
}

const DIM = 2
const RED = 31
const COLOURS: readonly number[] = [RED, 36, 32, 36, 33, RED]

// A blank in one would look like the next.
function whole(text: string): string {
  return text.replaceAll(' ', '\\u0020')
}

interface ErrorText {
  readonly type: string
  readonly message: string
  readonly stack?: string
}

function errorOf(err: unknown): ErrorText {
  if (!(err instanceof Error)) return { type: typeof err, message: printable(thrownText(err)) }
  const stack = stackOf(err)
  return { type: thrownText(err.name), message: thrownText(err.message), ...(stack === '' ? {} : { stack }) }
}

/** How many causes are followed: they may go in a circle. */
const MAX_CAUSES = 5

/** Where an error came from, and its causes. */
function stackOf(err: unknown): string {
  const parts: string[] = []
  for (let one = err; one !== undefined && parts.length <= MAX_CAUSES; one = causeOf(one)) {
    const text =
      one instanceof Error ? thrownText(one.stack ?? `${one.name}: ${one.message}`) : thrownText(one)
    parts.push(parts.length === 0 ? text : `Caused by: ${text}`)
  }
  return parts.join('\n')
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined
}
