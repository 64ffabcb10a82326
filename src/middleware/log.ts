/**
 * `log`: one line for each request, when it is over. Contract clauses 15 and 25.
 *
 * @module
 */
import { after, isPromise } from '../call/after.ts'
import { told } from '../call/answer.ts'
import { key } from '../call/keys.ts'
import { living } from '../call/life.ts'
import { consoleLog } from '../call/log.ts'
import { answering } from '../call/use.ts'
import type { App, Key, Log, Middleware, Outcome, Result } from '../contract.ts'
import { entryOf, type Level, type LogEntry, levelOf } from './log/entry.ts'
import { jsonLine, type Line, textLine, title } from './log/lines.ts'
import { knownOptions, unfit } from './setup.ts'

export type { LogEntry } from './log/entry.ts'

export interface LogOptions {
  /**
   * A log such as pino's, or "text" or "json" for lines on standard output. By default the log that the
   * server was given, and where it was given none, text on a terminal and JSON elsewhere.
   */
  readonly to?: Log | 'text' | 'json'
  /** Where lines go instead of standard output. Each comes without its end. */
  readonly write?: (line: string) => unknown
  /** True where a query holds no secrets. By default false. */
  readonly query?: boolean
  /** True for what is not worth a line, such as a health check that passed. */
  readonly skip?: (entry: LogEntry) => boolean
  /**
   * True for calls that no other `log` has seen, whatever that made of them. By default false: two logs are two
   * entries, such as one for a file and one for a terminal.
   */
  readonly fallback?: boolean
}

/** True once a log that is no fallback has seen a call. */
const seen: Key<true> = key('log')

/** Takes an entry. `time` in epoch milliseconds; `server` is the log that the server was given. */
type Sink = (level: Level, entry: LogEntry, time: number, server: Log) => unknown

/**
 * Writes method, path, status, duration, size, client and request id of every call, and what was thrown
 * where the answer is 5xx; no header and no query. It comes behind `trustProxy`, or `client` is the
 * proxy, and before all else.
 *
 *   level   error with what was thrown, warn for another 5xx, else info
 *   safety  whatever comes from outside is printable, on one line; a log that fails is told to the
 *           server's, once, and fails no request
 *   Fault   setup_faulty
 */
export function log(options: LogOptions = {}): Middleware {
  const { to, write, query, skip, fallback } = checked(options)
  const sink = sinkOf(to, write)
  let isBroken = false

  return (next) => {
    const inner = answering(next)
    const logged: App = (method, path, headers, call, server) => {
      const begun = performance.now()
      let result: Result | null = null
      let ended: number | null = null
      const failed = (error: unknown): void => {
        if (isBroken) return
        isBroken = true
        try {
          call.log.error({ err: error }, 'The request log failed, and may fail on')
        } catch {} // it may be the same
      }
      const end = (outcome: Outcome): void => {
        try {
          if (fallback && call.get(seen) === true) return
          const ms = (ended ?? performance.now()) - begun
          const entry = entryOf({ method, path, options: call, result, outcome, ms, showsQuery: query })
          if (skip(entry)) return
          const taken = sink(levelOf(entry), entry, server.now(), call.log)
          if (isPromise(taken)) Promise.resolve(taken).catch(failed)
        } catch (error) {
          failed(error)
        }
      }
      // Registered first, so run last: what others defer is not to be measured.
      call.defer(end)
      call.set(told, true) // what is thrown inside is in the line
      if (!fallback) call.set(seen, true)
      return after(inner(method, path, headers, call, server), (given) => {
        result = given
        call.defer(() => {
          ended = performance.now()
        })
        return given
      })
    }
    return living(logged, [next])
  }
}

function sinkOf(to: LogOptions['to'], write: ((line: string) => unknown) | undefined): Sink {
  if (typeof to === 'object' || typeof to === 'function') return intoLog(to)
  const isTerminal = write === undefined && process.stdout.isTTY === true
  const line =
    to === 'text' || (to === undefined && isTerminal) ? textLine(isTerminal && hasColours()) : jsonLine
  const written = intoLines(line, write ?? toStandardOutput)
  if (to !== undefined || write !== undefined) return written
  return (level, entry, time, server) =>
    (server === consoleLog ? written : intoLog(server))(level, entry, time, server)
}

function intoLog(to: Log): Sink {
  return (level, entry) => to[level](entry, title(entry))
}

function intoLines(line: Line, write: (line: string) => unknown): Sink {
  return (level, entry, time) => write(line(level, entry, time))
}

let isGuarded = false

function toStandardOutput(line: string): void {
  // A reader that is gone must not end the process, which an error without a listener would.
  if (!isGuarded) process.stdout.on('error', () => {})
  isGuarded = true
  process.stdout.write(`${line}\n`)
}

// https://no-color.org
function hasColours(): boolean {
  return (process.env['NO_COLOR'] ?? '') === ''
}

const NAMES = ['to', 'write', 'query', 'skip', 'fallback']
const LEVELS = ['info', 'warn', 'error'] as const

interface Settings {
  readonly to: LogOptions['to']
  readonly write: LogOptions['write']
  readonly query: boolean
  readonly skip: (entry: LogEntry) => boolean
  readonly fallback: boolean
}

function checked(options: LogOptions): Settings {
  const {
    to,
    write,
    query = false,
    skip = () => false,
    fallback = false,
  } = knownOptions('log', options, NAMES)
  const isLog = (given: unknown): boolean =>
    given !== null && LEVELS.every((level) => typeof (given as Record<string, unknown>)[level] === 'function')
  if (to !== undefined && to !== 'text' && to !== 'json' && !isLog(to)) {
    throw unfit('log({ to })', 'it is no log', "Write to: 'text', to: 'json', or a log such as pino()")
  }
  if (write !== undefined && typeof write !== 'function')
    throw unfit('log({ write })', 'it is no function', 'Write write: (line) => file.write(`${line}\\n`)')
  if (write !== undefined && to !== undefined && typeof to !== 'string')
    throw unfit('log({ to, write })', 'a log writes by itself', 'Keep one of them')
  if (typeof query !== 'boolean')
    throw unfit('log({ query })', 'it is neither true nor false', 'Write query: true')
  if (typeof fallback !== 'boolean')
    throw unfit('log({ fallback })', 'it is neither true nor false', 'Write fallback: true')
  if (typeof skip !== 'function')
    throw unfit('log({ skip })', 'it is no function', "Write skip: ({ path }) => path === '/livez'")
  return { to, write, query, skip, fallback }
}
