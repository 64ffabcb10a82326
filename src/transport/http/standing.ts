/**
 * How an upstream stands: what checks say of it, and what became of the calls that it got.
 *
 * @module
 */
import type { Eject, Health } from './settings.ts'

export class Standing {
  readonly #eject: Eject | null
  readonly #health: Health | null
  #failures = 0
  /** Times that it was left alone, in a row. */
  #times = 0
  /** Until when it is left alone, by `performance.now`. */
  #until = Number.NEGATIVE_INFINITY
  #well = true
  /** Checks in a row that say otherwise than `#well`. */
  #otherwise = 0

  constructor(eject: Eject | null, health: Health | null) {
    this.#eject = eject
    this.#health = health
  }

  /** False once its checks have failed. */
  get isWell(): boolean {
    return this.#well
  }

  isOut(now: number): boolean {
    return now < this.#until
  }

  /** A call had its answer. */
  worked(now: number): void {
    this.#failures = 0
    // It works again, and has for as long as it was left alone.
    if (this.#times > 0 && now > this.#until + this.#outMs(this.#times)) this.#times = 0
  }

  /** A call had no answer, or one that says that it fails. True when it should be left alone. */
  failed(): boolean {
    this.#failures++
    return this.#eject !== null && this.#failures >= this.#eject.after
  }

  /** Leaves it alone for a while: each time in a row for twice as long. Gives the milliseconds. */
  leaveOut(now: number): number {
    this.#failures = 0
    const ms = this.#outMs(++this.#times)
    this.#until = now + ms
    return ms
  }

  /** What a check said. True when that changes whether it is well. */
  checked(well: boolean): boolean {
    if (this.#health === null) return false
    if (well === this.#well) {
      this.#otherwise = 0
      return false
    }
    const { fall, rise } = this.#health
    if (++this.#otherwise < (well ? rise : fall)) return false
    this.#well = well
    this.#otherwise = 0
    return true
  }

  #outMs(times: number): number {
    const { forMs, mostMs } = this.#eject!
    return Math.min(mostMs, forMs * 2 ** (times - 1))
  }
}
