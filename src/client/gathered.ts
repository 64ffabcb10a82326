/**
 * Small pieces put together, as far as they come within one turn of the event loop: each would be a chunk of its
 * own on the wire, and a source that never waits would keep everybody else from their turn.
 *
 * @module
 */
import { joinBytes } from '../value/utf8.ts'

/** Pieces of so many bytes are sent as they are. */
const LARGE = 64 * 1024

type Next = IteratorResult<Uint8Array, void>

/** The same bytes in fewer pieces. `return()` reaches the source at once. */
export function gathered(
  pieces: AsyncIterable<Uint8Array>,
): AsyncIterableIterator<Uint8Array, void, undefined> {
  return new Gathered(pieces[Symbol.asyncIterator]())
}

class Gathered implements AsyncIterableIterator<Uint8Array, void, undefined> {
  readonly #source: AsyncIterator<Uint8Array>
  #asked: Promise<Next> | null = null
  #over = false

  constructor(source: AsyncIterator<Uint8Array>) {
    this.#source = source
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<Next> {
    if (this.#over) return { done: true, value: undefined }
    const first = await this.#take()
    if (first.done === true || first.value.byteLength >= LARGE) return first
    const batch = [first.value]
    let size = first.value.byteLength
    let turned = false
    const turn = new Promise<null>((resolve) => {
      setTimeout(() => {
        turned = true
        resolve(null)
      }, 0)
    })
    while (!turned && !this.#over && size < LARGE) {
      const next = await Promise.race([this.#ask(), turn])
      if (next === null) break
      this.#asked = null
      this.#over = next.done === true
      if (next.done === true) break
      batch.push(next.value)
      size += next.value.byteLength
    }
    await turn
    return { done: false, value: joinBytes(batch, size) }
  }

  async return(): Promise<Next> {
    this.#over = true
    await this.#source.return?.()
    return { done: true, value: undefined }
  }

  async #take(): Promise<Next> {
    const next = await this.#ask()
    this.#asked = null
    return next
  }

  #ask(): Promise<Next> {
    if (this.#asked === null) {
      this.#asked = this.#source.next() as Promise<Next>
      this.#asked.catch(() => {}) // who asks next is told
    }
    return this.#asked
  }
}
