/**
 * Iterations made of others.
 *
 * @module
 */
import { Fault } from '../fault.ts'

const DONE = { done: true, value: undefined } as const

/**
 * What `source` gives, each made into something else. `return()` reaches the source at once, also while
 * `next()` waits and before it was ever asked: a generator around it would make both wait, or end without
 * a word.
 *
 *   make     a value that it throws for ends the iteration, and the source gets `return()`
 *   refuse   what is thrown in the place of what was thrown
 */
export function mapped<A, B>(
  source: AsyncIterable<A>,
  make: (value: A) => B | PromiseLike<B>,
  refuse: (thrown: unknown) => unknown = (thrown) => thrown,
): AsyncIterableIterator<B, void, undefined> {
  return new Mapped(source, make, refuse)
}

class Mapped<A, B> implements AsyncIterableIterator<B, void, undefined> {
  readonly #source: AsyncIterable<A>
  readonly #make: (value: A) => B | PromiseLike<B>
  readonly #refuse: (thrown: unknown) => unknown
  #iterator: AsyncIterator<A> | null = null
  #over = false

  constructor(
    source: AsyncIterable<A>,
    make: (value: A) => B | PromiseLike<B>,
    refuse: (thrown: unknown) => unknown,
  ) {
    this.#source = source
    this.#make = make
    this.#refuse = refuse
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<B, void>> {
    if (this.#over) return DONE
    let given = false
    try {
      this.#iterator ??= this.#source[Symbol.asyncIterator]()
      const next = await this.#iterator.next()
      if (this.#over) return DONE
      if (next.done === true) {
        this.#over = true
        return DONE
      }
      given = true
      return { done: false, value: await this.#make(next.value) }
    } catch (thrown) {
      if (this.#over) return DONE // who has left has no use for it
      if (given) await this.return().catch(() => {}) // the source is still at it
      this.#over = true
      throw this.#refuse(thrown)
    }
  }

  async return(): Promise<IteratorResult<B, void>> {
    if (this.#over) return DONE
    this.#over = true
    this.#iterator ??= this.#source[Symbol.asyncIterator]()
    await this.#iterator.return?.()
    return DONE
  }
}

/** An iterable that is taken once: a second iteration would see a body that is gone. Fault: input_taken. */
export function takenOnce<T>(values: AsyncIterable<T>): AsyncIterable<T> {
  let taken = false
  return {
    [Symbol.asyncIterator]: () => {
      if (taken) throw new Fault('input_taken', { by: 'stream' })
      taken = true
      return values[Symbol.asyncIterator]()
    },
  }
}
