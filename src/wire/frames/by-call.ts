/**
 * What is known of calls, by their numbers.
 *
 * A Map would do but for what V8 makes of one that is filled and emptied all the time: it is copied again and
 * again, each copy is kept by the one before, and once one of them is old nothing of any call is collected
 * with the young. Half of the time that a busy gateway spent on its memory went into that. Here a place is
 * used again.
 *
 * @module
 */
const FIRST_PLACES = 16
/** The golden ratio, which spreads numbers that follow each other. */
const SPREAD = 0x9e3779b1

/** At most half of its places are taken, and they follow each other from where a number belongs. */
export class ByCall<T extends object> {
  /** Numbers of calls; 0, which is no call's, for a place that is free. */
  #numbers: Uint32Array = new Uint32Array(FIRST_PLACES)
  #values: (T | undefined)[] = Array.from({ length: FIRST_PLACES })
  #size = 0

  /** How many there are. */
  get size(): number {
    return this.#size
  }

  get(call: number): T | undefined {
    return this.#values[this.#placeOf(call)]
  }

  has(call: number): boolean {
    return this.get(call) !== undefined
  }

  /** `call` is 1 to 2^32 - 1. */
  set(call: number, value: T): void {
    const place = this.#placeOf(call)
    if (this.#values[place] === undefined) {
      if ((this.#size + 1) * 2 > this.#numbers.length) {
        this.#grow()
        return this.set(call, value)
      }
      this.#size++
      this.#numbers[place] = call
    }
    this.#values[place] = value
  }

  delete(call: number): void {
    let free = this.#placeOf(call)
    if (this.#values[free] === undefined) return
    const numbers = this.#numbers
    const last = numbers.length - 1
    this.#size--
    // Who could not have the place where it belongs moves up, or it would not be found behind a free one.
    for (let at = (free + 1) & last; numbers[at] !== 0; at = (at + 1) & last) {
      const moved = (at - this.#home(numbers[at]!)) & last
      if (moved < ((at - free) & last)) continue
      numbers[free] = numbers[at]!
      this.#values[free] = this.#values[at]
      free = at
    }
    numbers[free] = 0
    this.#values[free] = undefined
  }

  clear(): void {
    this.#numbers.fill(0)
    this.#values.fill(undefined)
    this.#size = 0
  }

  /** The numbers, rising. */
  numbers(): number[] {
    return [...this.#numbers.filter((call) => call !== 0)].sort((a, b) => a - b)
  }

  /** Where it is, or where it would be. */
  #placeOf(call: number): number {
    const numbers = this.#numbers
    const last = numbers.length - 1
    let place = this.#home(call)
    while (numbers[place] !== call && numbers[place] !== 0) place = (place + 1) & last
    return place
  }

  #home(call: number): number {
    return (Math.imul(call, SPREAD) >>> 16) & (this.#numbers.length - 1)
  }

  #grow(): void {
    const [numbers, values] = [this.#numbers, this.#values]
    this.#numbers = new Uint32Array(numbers.length * 2)
    this.#values = Array.from({ length: numbers.length * 2 })
    this.#size = 0
    for (const [place, call] of numbers.entries()) if (call !== 0) this.set(call, values[place]!)
  }
}
