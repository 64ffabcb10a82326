/**
 * What many wait to do at once: a few do it in each turn of the event loop, so that the others there have
 * theirs in between.
 *
 * @module
 */

export class Rota<T> {
  readonly #waiting = new Set<T>()
  #turns = false
  readonly #together: number
  readonly #turn: (run: () => void) => void
  readonly #act: (one: T) => void

  /** `turn` runs what it is given when others have had their turn; `act` is done for `together` of those who wait. */
  constructor(together: number, turn: (run: () => void) => void, act: (one: T) => void) {
    this.#together = together
    this.#turn = turn
    this.#act = act
  }

  /** It waits behind all who do. */
  add(one: T): void {
    this.#waiting.add(one)
    if (this.#turns) return
    this.#turns = true
    this.#turn(this.#run)
  }

  /** It does not wait any more. */
  remove(one: T): void {
    this.#waiting.delete(one)
  }

  readonly #run = (): void => {
    let count = 0
    try {
      for (const one of this.#waiting) {
        if (count++ === this.#together) break
        this.#waiting.delete(one)
        this.#act(one)
      }
    } finally {
      this.#turns = this.#waiting.size > 0
      if (this.#turns) this.#turn(this.#run)
    }
  }
}
