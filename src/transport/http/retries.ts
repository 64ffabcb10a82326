/**
 * Whether a call is made again, and when. RFC 9110 section 9.2.
 *
 * @module
 */
import type { Aborts } from '../../call/aborts.ts'

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

/** True for a method that asks for nothing but an answer (RFC 9110 9.2.1). */
export function isSafe(method: string): boolean {
  return SAFE.has(method)
}

/** True for a method that does twice what it does once (RFC 9110 9.2.2). */
export function isIdempotent(method: string): boolean {
  return SAFE.has(method) || method === 'PUT' || method === 'DELETE'
}

const FIRST_PAUSE_MS = 50
const MAX_PAUSE_MS = 1_000

/** Milliseconds: a random part of 50, 100, 200, ... so that calls that failed together do not come back together. */
export function pauseMs(tries: number, random: () => number = Math.random): number {
  return random() * Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries)
}

/** Resolves after so many milliseconds, or when it is aborted. */
export function pause(ms: number, aborts: Aborts): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      forget()
      resolve()
    }
    let forget = (): void => {}
    const timer = setTimeout(end, ms)
    forget = aborts.onAbort(end)
  })
}

/** Calls made again that all calls together allow: the first ten, and one more for ten that were made. */
const RESERVE = 10
const SHARE = 0.1

/** So that an upstream that fails under its load does not get twice of it. */
export class RetryBudget {
  #left = RESERVE

  /** A call is made. */
  made(): void {
    this.#left = Math.min(RESERVE, this.#left + SHARE)
  }

  /** True when another try may be made, which is then taken for made. */
  take(): boolean {
    if (this.#left < 1) return false
    this.#left--
    return true
  }
}
