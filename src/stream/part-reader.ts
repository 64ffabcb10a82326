/**
 * Reads the parts of a form off its bytes, one after the other, holding no more of it than came at once.
 *
 * @module
 */
import type { MultipartParser, PartEvent } from '../codec/multipart-parser.ts'
import { Fault } from '../fault.ts'
import { type Part, partOf } from './part.ts'

export class PartReader implements AsyncIterableIterator<Part, void, undefined> {
  readonly #source: AsyncIterator<Uint8Array>
  readonly #parser: MultipartParser
  readonly #partLimit: number
  #events: readonly PartEvent[] = []
  #at = 0
  /** Which part is being read, so that a former one gives nothing of it; 0 before the first. */
  #current = 0
  #inPart = false
  #size = 0
  #reading = false
  #over = false

  /** `partLimit` in bytes of one part's content. */
  constructor(bytes: AsyncIterable<Uint8Array>, parser: MultipartParser, partLimit: number) {
    this.#source = bytes[Symbol.asyncIterator]()
    this.#parser = parser
    this.#partLimit = partLimit
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** The next part, once the rest of the last one is passed over. Faults: those of the body and of the parser. */
  async next(): Promise<IteratorResult<Part, void>> {
    this.#current++
    for (;;) {
      while (this.#inPart) await this.#piece()
      const event = await this.#event()
      if (event === null) return { done: true, value: undefined }
      if (event.kind !== 'head') continue
      this.#inPart = true
      this.#size = 0
      const { name, filename, type } = event.head
      // What browsers send for an input that was left empty.
      if (filename === '' && (await this.#isEmpty())) continue
      const mediaType = type === null ? null : type.essence
      return { done: false, value: partOf({ name, filename, mediaType }, this.#pieces(this.#current)) }
    }
  }

  async return(): Promise<IteratorResult<Part, void>> {
    this.#over = true
    await this.#source.return?.()
    return { done: true, value: undefined }
  }

  #pieces(part: number): AsyncIterable<Uint8Array> {
    let taken = false
    const iterator: AsyncIterableIterator<Uint8Array, void, undefined> = {
      [Symbol.asyncIterator]: () => {
        if (taken) throw new Fault('input_taken', { by: 'stream' })
        taken = true
        return iterator
      },
      next: async () => {
        if (part !== this.#current) throw new Fault('input_taken', { by: 'stream' })
        const value = this.#inPart ? await this.#piece() : null
        return value === null ? { done: true, value: undefined } : { done: false, value }
      },
      return: async () => ({ done: true, value: undefined }), // the rest is passed over
    }
    return iterator
  }

  /** The next bytes of the part; null at its end. */
  async #piece(): Promise<Uint8Array | null> {
    const event = await this.#event()
    if (event?.kind !== 'bytes') {
      this.#inPart = false
      return null
    }
    this.#size += event.bytes.byteLength
    if (this.#size > this.#partLimit)
      throw new Fault('body_too_large', { bytes: null, limit: this.#partLimit })
    return event.bytes
  }

  async #isEmpty(): Promise<boolean> {
    const event = await this.#event()
    if (event?.kind === 'end') {
      this.#inPart = false
      return true
    }
    this.#at-- // its first bytes come again
    return false
  }

  async #event(): Promise<PartEvent | null> {
    if (this.#reading) throw new TypeError('A form is read one after the other: await the last read first')
    this.#reading = true
    try {
      while (this.#at === this.#events.length) {
        if (this.#over) return null
        const next = await this.#source.next()
        if (next.done === true) {
          this.#over = true
          this.#parser.end()
          return null
        }
        this.#events = this.#parser.push(next.value)
        this.#at = 0
      }
      return this.#events[this.#at++]!
    } catch (thrown) {
      this.#over = true
      await this.#source.return?.()
      throw thrown
    } finally {
      this.#reading = false
    }
  }
}
