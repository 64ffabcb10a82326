/**
 * Fairness between connections: one that has sent many requests ahead has some of them answered, and then
 * others have their turn.
 *
 * @module
 */

/** How many requests of one connection are answered before others have their turn. */
const TURN = 32

export class Turns {
  #answered = 0
  #yielded = false

  /** True while others have their turn. */
  get yielded(): boolean {
    return this.#yielded
  }

  /** True when others are to have their turn before another request is answered. */
  get over(): boolean {
    return this.#answered === TURN
  }

  /** Another request is answered. */
  count(): void {
    this.#answered++
  }

  /** Nothing waits to be answered: the next request begins a turn. */
  restart(): void {
    this.#answered = 0
  }

  /** Lets others have their turn, and then calls `next`. */
  yield(next: () => void): void {
    this.#yielded = true
    setImmediate(() => {
      this.#yielded = false
      this.#answered = 0
      next()
    })
  }
}
