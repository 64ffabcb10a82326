/**
 * `gzip` and `deflate` undone as bytes come, bounded, with the checks of `inflate` at their end.
 *
 * @module
 */
import { Fault, isFault } from '../fault.ts'
import { commaList } from '../value/headers.ts'
import { malformed } from './format.ts'
import { adler32, gzipEnds, lastWord } from './inflate.ts'

/** Of the body, at a time: what comes out of one piece may come at once, and is up to a thousand times as much. */
const PIECE = 4_096
/** As for whole bodies: what comes out may be so many times what went in so far, or 1 MiB. */
const MAX_RATIO = 200
const FREE = 1024 * 1024

type Coding = 'gzip' | 'deflate'

/** The coding of a body that flows; null for none. Fault: content_coding_unsupported, also for several. */
export function flowingCoding(field: string | undefined): Coding | null {
  if (field === undefined) return null
  const names = commaList(field)
    .map((name) => name.toLowerCase())
    .filter((name) => name !== 'identity')
  if (names.length === 0) return null
  const name = names[0] === 'x-gzip' ? 'gzip' : names[0]
  if (names.length === 1 && (name === 'gzip' || name === 'deflate')) return name
  throw new Fault('content_coding_unsupported', { coding: field, accepts: ['deflate', 'gzip'] })
}

/**
 * The bytes that were coded. `return()` reaches their source at once. Faults: body_malformed; body_too_large
 * for more than so many bytes could mean.
 */
export function inflated(
  coding: Coding,
  pieces: AsyncIterable<Uint8Array>,
): AsyncIterableIterator<Uint8Array> {
  return new Inflated(coding, pieces)
}

class Inflated implements AsyncIterableIterator<Uint8Array, void, undefined> {
  readonly #coding: Coding
  readonly #source: AsyncIterator<Uint8Array>
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  #piece: Uint8Array = new Uint8Array(0)
  #last: Uint8Array = new Uint8Array(0)
  #taken = 0
  #given = 0
  #sum = 1
  #broken: { readonly why: unknown } | null = null
  #over = false

  constructor(coding: Coding, pieces: AsyncIterable<Uint8Array>) {
    this.#coding = coding
    this.#source = pieces[Symbol.asyncIterator]()
    const source = new ReadableStream<Uint8Array<ArrayBuffer>>(
      { pull: (controller) => this.#pull(controller) },
      { highWaterMark: 0 },
    )
    this.#reader = source.pipeThrough(new DecompressionStream(coding)).getReader()
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Uint8Array, void>> {
    if (this.#over) return { done: true, value: undefined }
    try {
      const { done, value } = await this.#reader.read()
      if (this.#over) return { done: true, value: undefined }
      if (done) return this.#end()
      this.#given += value.byteLength
      if (this.#coding === 'deflate') this.#sum = adler32(value, this.#sum)
      if (this.#given > Math.max(FREE, this.#taken * MAX_RATIO))
        throw new Fault('body_too_large', { bytes: null, limit: this.#taken * MAX_RATIO })
      return { done: false, value }
    } catch (thrown) {
      if (this.#over) return { done: true, value: undefined } // who has left has no use for it
      await this.return()
      if (this.#broken !== null) throw this.#broken.why
      throw isFault(thrown) ? thrown : malformed(`it is not ${this.#coding} data`, thrown)
    }
  }

  async return(): Promise<IteratorResult<Uint8Array, void>> {
    if (!this.#over) {
      this.#over = true
      this.#reader.cancel().catch(() => {}) // what was begun is of no use, and what that says neither
      await this.#source.return?.()
    }
    return { done: true, value: undefined }
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): Promise<void> {
    try {
      while (this.#piece.byteLength === 0) {
        const next = await this.#source.next()
        if (next.done === true) return controller.close()
        this.#piece = next.value
      }
    } catch (why) {
      this.#broken = { why }
      throw why
    }
    const piece = new Uint8Array(this.#piece.subarray(0, PIECE))
    this.#piece = this.#piece.subarray(PIECE)
    this.#taken += piece.byteLength
    this.#last =
      piece.byteLength >= 4 ? piece.subarray(-4) : new Uint8Array([...this.#last, ...piece]).slice(-4)
    controller.enqueue(piece)
  }

  // Some readers go on behind the data's end, some stop, some refuse.
  #end(): IteratorResult<Uint8Array, void> {
    const ends =
      this.#last.byteLength === 4 &&
      (this.#coding === 'gzip' ? gzipEnds(this.#last, this.#given) : lastWord(this.#last) === this.#sum)
    if (!ends) throw malformed(`something stands behind its ${this.#coding} data`)
    this.#over = true
    return { done: true, value: undefined }
  }
}
