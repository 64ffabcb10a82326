/**
 * Trying again what did not go through.
 *
 *   what    no answer began (call_lost, call_refused), or it was 429, 502, 503 or 504
 *   when    after a random part of 100 ms, 200, 400, ... at most 5 s ("full jitter": callers that failed
 *           together do not come back together); with `retry-after` not before that
 *   not     past the deadline, nor where the way there was closed meanwhile, nor where `retry-after` is more than
 *           30 s: the caller is told at once
 *
 * @module
 */
import { CLOSED, isBranded } from '../call-fault.ts'
import { type Result, STREAM } from '../contract.ts'
import { isStream } from '../value/result.ts'
import type { Waiting } from './waiting.ts'

const FIRST_PAUSE_MS = 100
const MAX_PAUSE_MS = 5_000
const MAX_RETRY_AFTER_MS = 30_000

/** Resolves with the first answer that is to be told, after at most `retries` further tries. */
export async function retrying(
  send: () => Promise<Result>,
  retries: number,
  waiting: Waiting,
): Promise<Result> {
  for (let tries = 0; ; tries++) {
    const tried: Result | Error = await waiting.for(send()).catch(lost)
    const pause = tries < retries ? pauseBefore(tried, tries) : null
    if (pause === null || Date.now() + pause >= waiting.deadline) {
      if (tried instanceof Error) throw tried
      return tried
    }
    if (!(tried instanceof Error)) leave(tried)
    await waiting.pause(pause)
  }
}

// No answer began. Everything else is thrown as it is.
function lost(error: unknown): Error {
  if (isBranded(error) && /^call_(lost|refused)$/.test(error.code) && !(CLOSED in error)) return error
  throw error
}

// In milliseconds; null for what is not tried again.
function pauseBefore(tried: Result | Error, tries: number): number | null {
  const jitter = Math.random() * Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries)
  if (tried instanceof Error) return jitter
  const [status, , headers] = tried
  if (![429, 502, 503, 504].includes(status)) return null
  const field = headers['retry-after']
  if (typeof field !== 'string') return jitter
  // Seconds, or a date (RFC 9110 10.2.3). What is neither says nothing.
  const after = /^\d+$/.test(field) ? Number(field) * 1_000 : Date.parse(field) - Date.now()
  return after > MAX_RETRY_AFTER_MS ? null : jitter + Math.max(0, after || 0)
}

// What nobody reads is let go of, which nobody has to wait for. Only what was begun can be left.
function leave([, , , body]: Result): void {
  if (!isStream(body)) return
  const chunks = body[STREAM] as Partial<AsyncIterable<unknown>>
  const iterator = chunks[Symbol.asyncIterator]?.()
  iterator
    ?.next()
    .then(() => iterator.return?.())
    .catch(() => {})
}
