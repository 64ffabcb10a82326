/**
 * What a client sends as it comes: read once, and no faster than it is taken.
 *
 * @module
 */
import { CallFault } from '../call-fault.ts'
import type { Input } from '../contract.ts'
import { joinBytes } from '../value/utf8.ts'
import { gathered } from './gathered.ts'

/** An input of pieces whose length nobody knows. What they throw is kept in `broken`, for the caller. */
export class FlowingInput implements Input {
  readonly length = null
  readonly absent = false
  broken: { readonly why: unknown } | null = null
  readonly #pieces: AsyncIterable<Uint8Array>
  #iterator: AsyncIterator<Uint8Array> | null = null
  #ended = false

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces
  }

  stream(): AsyncIterable<Uint8Array> {
    if (this.#iterator !== null) throw unsent('a body that flows is sent once')
    const source = gathered(this.#pieces)
    this.#iterator = source
    const iterator: AsyncIterableIterator<Uint8Array, void, undefined> = {
      [Symbol.asyncIterator]: () => iterator,
      next: () => this.#next(source),
      return: async () => {
        await source.return?.()
        return { done: true, value: undefined }
      },
    }
    return iterator
  }

  /**
   * Nobody takes any more of it, so its source is left. There are versions of `fetch` that read a body on when
   * its call is over, and to who still reads it is to be no whole one.
   */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#iterator?.return?.()?.catch(() => {})
  }

  /** For transports that send a body as a whole. */
  async bytes(limit: number = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
    const all: Uint8Array[] = []
    let size = 0
    for await (const piece of this.stream()) {
      size += piece.byteLength
      if (size > limit) throw unsent(`it is over ${limit} bytes`)
      all.push(piece)
    }
    return joinBytes(all, size)
  }

  trailers(): null {
    return null
  }

  async #next(source: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array, void>> {
    if (this.#ended) throw unsent('nobody takes the rest')
    try {
      const next = await source.next()
      if (next.done !== true) return next
      if (!this.#ended) return { done: true, value: undefined }
    } catch (why) {
      if (!this.#ended) this.broken = { why }
      throw why
    }
    throw unsent('nobody takes the rest')
  }
}

function unsent(reason: string): CallFault<'request_aborted'> {
  return new CallFault('request_aborted', { reason })
}
