/**
 * Waiting until nothing is under way.
 *
 * @module
 */
export class Idle {
  #told: (() => void)[] = []

  /** Resolves with the next `tell`. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#told.push(resolve)
    })
  }

  /** Nothing is under way any more. */
  tell(): void {
    if (this.#told.length === 0) return
    for (const resolve of this.#told.splice(0)) resolve()
  }
}
