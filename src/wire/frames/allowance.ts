/**
 * How many frames a side may send that bring nothing on: pings, cancels, credit that nobody waits
 * for, frames for calls that are over. Each is cheap; a flood of them is not.
 *
 * @module
 */
import { Fault } from '../../fault.ts'

/** So many at once, and so many more in each second. */
export const BURST = 16_384
export const PER_SECOND = 1_024

export class Allowance {
  readonly #now: () => number
  #left: number = BURST
  #since: number

  /** `now` in milliseconds of any clock that only rises. */
  constructor(now: () => number) {
    this.#now = now
    this.#since = now()
  }

  /** One such frame came. Fault: link_flooded. */
  spend(what: string): void {
    if (this.#left < 1) this.#refill()
    if (this.#left < 1) throw new Fault('link_flooded', { what, perSecond: PER_SECOND })
    this.#left--
  }

  #refill(): void {
    const now = this.#now()
    const earned = ((now - this.#since) * PER_SECOND) / 1_000
    this.#left = Math.min(BURST, this.#left + Math.max(0, earned))
    this.#since = now
  }
}
