/**
 * Things kept in memory within a bound; what was used least lately goes first.
 *
 * @module
 */

interface Kept<T> {
  readonly value: T
  readonly weight: number
  used: boolean
}

/**
 * Keeps values by name, of a total weight. What was asked for since it was last considered stays for
 * another round, so that asking costs one look-up and moves nothing.
 */
export class Shelf<T> {
  readonly #limit: number
  readonly #kept = new Map<string, Kept<T>>()
  #weight = 0

  /** `limit` in the unit of the weights. */
  constructor(limit: number) {
    this.#limit = limit
  }

  get weight(): number {
    return this.#weight
  }

  get(name: string): T | undefined {
    const kept = this.#kept.get(name)
    if (kept === undefined) return undefined
    kept.used = true
    return kept.value
  }

  /** Keeps `value` instead of what had its name, unless it weighs more than all may. */
  put(name: string, value: T, weight: number): void {
    this.drop(name)
    if (weight > this.#limit) return
    if (this.#weight + weight > this.#limit) this.#makeRoom(weight)
    this.#kept.set(name, { value, weight, used: false })
    this.#weight += weight
  }

  drop(name: string): void {
    const kept = this.#kept.get(name)
    if (kept === undefined) return
    this.#kept.delete(name)
    this.#weight -= kept.weight
  }

  // A map gives its names in the order they were set, those set meanwhile too.
  #makeRoom(weight: number): void {
    for (const [name, kept] of this.#kept) {
      if (this.#weight + weight <= this.#limit) return
      this.#kept.delete(name)
      if (kept.used) {
        kept.used = false
        this.#kept.set(name, kept)
      } else this.#weight -= kept.weight
    }
  }
}
