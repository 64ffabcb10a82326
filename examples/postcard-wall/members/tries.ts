/**
 * Tries to sign in, counted, so that nobody goes through a list of passwords.
 *
 * Counted for a name at an address: who is at another address is not kept out by what somebody tries here.
 * Each worker counts for itself, so with several of them there are as many times the tries.
 *
 * @module
 */
import { failure, raise } from 'hagaki'
import { z } from 'zod'

export const TooManyTries = failure('too_many_tries', 'limited', z.object({ minutes: z.number() }))

const MOST = 10
const WINDOW_MS = 15 * 60_000
/** Names at addresses that are remembered. Beyond, the oldest are forgotten. */
const REMEMBERED = 10_000

export class Tries {
  readonly #now: () => number
  readonly #counts = new Map<string, { tries: number; readonly sinceMs: number }>()

  /** `now` gives epoch milliseconds. */
  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** Counts one, before it is known whether it succeeds: many at once are many. Failure: too_many_tries. */
  begin(who: string): void {
    const nowMs = this.#now()
    const known = this.#counts.get(who)
    if (known === undefined || nowMs - known.sinceMs >= WINDOW_MS) {
      this.#counts.delete(who)
      if (this.#counts.size >= REMEMBERED) this.#counts.delete(this.#counts.keys().next().value!)
      this.#counts.set(who, { tries: 1, sinceMs: nowMs })
      return
    }
    if (known.tries >= MOST) {
      raise(TooManyTries({ minutes: Math.ceil((known.sinceMs + WINDOW_MS - nowMs) / 60_000) }))
    }
    known.tries++
  }

  /** It was the right password. */
  forget(who: string): void {
    this.#counts.delete(who)
  }
}
