/**
 * Bodies that are over, and lie in memory until the runtime collects them. It can be asked to, which takes from
 * some to some hundred milliseconds: not for little, and not again and again.
 *
 * Pure: clock and collection are handed in.
 *
 * @module
 */

/** So many times as long as a collection took pass until the next one: others are to have their time. */
const REST = 0.5

export class Litter {
  readonly #least: number
  readonly #free: number
  readonly #now: () => number
  readonly #collect: (() => void) | null
  #bytes = 0
  #restsUntil = Number.NEGATIVE_INFINITY

  /**
   *   least    bytes for which a collection is worth its time
   *   free     bytes that are in nobody's way
   *   collect  without it, all is left to the runtime
   */
  constructor(least: number, free: number, now: () => number, collect: (() => void) | undefined) {
    this.#least = least
    this.#free = free
    this.#now = now
    this.#collect = collect ?? null
  }

  add(bytes: number): void {
    if (this.#collect !== null) this.#bytes += bytes
  }

  /** Bytes in the way of others. Perhaps it is less: the runtime does not tell when it has collected some by itself. */
  get excess(): number {
    return Math.max(0, this.#bytes - this.#free)
  }

  /** Milliseconds until it may be collected; null when it is not worth it. */
  get dueMs(): number | null {
    return this.#bytes < this.#least ? null : this.restMs
  }

  /** Milliseconds for which others still have their time after the last collection. */
  get restMs(): number {
    return Math.max(0, this.#restsUntil - this.#now())
  }

  /** Collects what is worth it, if it may. */
  collect(): void {
    if (this.dueMs === 0) this.clear()
  }

  /** Collects all there is. */
  clear(): void {
    if (this.#bytes === 0) return
    const began = this.#now()
    this.#collect!()
    const ended = this.#now()
    this.#bytes = 0
    this.#restsUntil = ended + REST * (ended - began)
  }
}
