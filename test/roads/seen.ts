/**
 * What happened, for who asks later or has asked already: each thing is told once.
 *
 * @module
 */
export class Seen<T> {
  readonly #told: T[] = []
  readonly #asked: ((one: T) => void)[] = []

  readonly add = (one: T): void => {
    const ask = this.#asked.shift()
    if (ask === undefined) this.#told.push(one)
    else ask(one)
  }

  next(): Promise<T> {
    if (this.#told.length > 0) return Promise.resolve(this.#told.shift()!)
    return new Promise((resolve) => this.#asked.push(resolve))
  }
}
