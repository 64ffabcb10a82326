/**
 * What is told of a call once it is over. No field of the request is among it, and no query unless it
 * is asked for: both hold secrets.
 *
 * @module
 */
import { problemOf, thrown } from '../../call/answer.ts'
import type { Options, Outcome, Result } from '../../contract.ts'
import { isBodiless, isStream, isTakeover } from '../../value/result.ts'
import { utf8Length } from '../../value/utf8.ts'
import { requestIdKey } from '../request-id.ts'
import { printable } from './printable.ts'

/** All texts are printable. */
export interface LogEntry {
  readonly method: string
  /** The whole path, mount included, as it was received. */
  readonly path: string
  /** Where it is asked for, and there is one. */
  readonly query?: string
  /** What was sent, or null when nothing was. */
  readonly status: number | null
  /** Milliseconds from the call to its outcome. */
  readonly ms: number
  /** Octets of the body, where they are known. */
  readonly bytes?: number
  readonly client?: string
  readonly requestId?: string
  /** True when the client did not get the whole answer. */
  readonly aborted?: true
  /** The code of the fault or failure that was answered. */
  readonly code?: string
  /** What made us fail: for 5xx, and for an answer cut short by us. */
  readonly err?: unknown
}

export type Level = 'info' | 'warn' | 'error'

/** `error` when something was thrown, `warn` when the app says by itself that it cannot, else `info`. */
export function levelOf({ err, status }: LogEntry): Level {
  if (err !== undefined) return 'error'
  return status !== null && status >= 500 ? 'warn' : 'info'
}

/** A call that is over. */
export interface Ended {
  readonly method: string
  readonly path: string
  readonly options: Options
  /** Null where the app never answered. */
  readonly result: Result | null
  readonly outcome: Outcome
  readonly ms: number
  readonly showsQuery: boolean
}

export function entryOf({ method, path, options, result, outcome, ms, showsQuery }: Ended): LogEntry {
  const { status, aborted } = outcome
  const { client, query } = options
  const bytes = aborted ? null : bytesOf(method, result, status)
  const requestId = quiet(() => options.get(requestIdKey))
  return {
    method: printable(method),
    path: printable(options.mount + path),
    ...(showsQuery && query !== null ? { query: printable(query) } : {}),
    status,
    ms: Math.round(ms * 10) / 10,
    ...(bytes === null ? {} : { bytes }),
    ...(client === null ? {} : { client: printable(client) }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(aborted ? { aborted } : {}),
    ...failureOf(options, outcome),
  }
}

function failureOf(options: Options, outcome: Outcome): { code?: string; err?: unknown } {
  const found = foundIn(options, outcome)
  if (found === null) return {}
  const problem = quiet(() => problemOf(found.value)) ?? { status: 500, code: 'app_failed' }
  // Thrown, and then answered otherwise by somebody who knew what to do.
  const { status, error } = outcome
  const isHandled = problem.status < 500 ? problem.status !== status : status !== null && status < 500
  if (isHandled && error !== found.value) return {}
  const code = printable(problem.code)
  return problem.status >= 500 ? { code, err: looked(found.value) } : { code }
}

/** How many causes of an error are looked at: more than a log would follow. */
const MAX_CAUSES = 10

// A log reads these. What throws when they are read would take the whole entry with it.
function looked(value: unknown): unknown {
  try {
    let one = value
    for (let count = 0; one instanceof Error && count <= MAX_CAUSES; count++) {
      void [one.name, one.message, one.stack]
      one = one.cause
    }
    return value
  } catch {
    return new Error('What was thrown throws when it is looked at')
  }
}

// An app that ends because nobody waits any more has not failed.
function foundIn(options: Options, { error, aborted }: Outcome): { readonly value: unknown } | null {
  const failed = options.get(thrown)
  const cut = error === null || error === undefined ? null : { value: error }
  const isAbort = quiet(() => (failed?.value as Error | undefined)?.name === 'AbortError')
  return failed === undefined || (aborted && isAbort === true) ? cut : failed
}

// Null where another than the answer that was seen here was sent, and for what has no length.
function bytesOf(method: string, result: Result | null, status: number | null): number | null {
  if (!Array.isArray(result) || result[0] !== status) return null
  const [, , headers, body] = result
  if (isTakeover(body)) return null
  if (method === 'HEAD' || isBodiless(status) || body === null) return 0
  if (typeof body === 'string') return utf8Length(body)
  if (!isStream(body)) return body.byteLength
  const declared = headers['content-length']
  return typeof declared === 'string' ? Number(declared) : null
}

function quiet<T>(ask: () => T): T | undefined {
  try {
    return ask()
  } catch {
    return undefined
  }
}
