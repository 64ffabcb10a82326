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

/** As for whole bodies. */
const MAX_CODINGS = 3

type Coding = 'gzip' | 'deflate'

/** The codings of a body that flows, in the order they were applied. Fault: content_coding_unsupported. */
export function flowingCodings(field: string | undefined): readonly Coding[] {
  const names = field === undefined ? [] : commaList(field).map((name) => name.toLowerCase())
  const codings = names
    .filter((name) => name !== 'identity')
    // Section 8.4.1.3: a recipient considers "x-gzip" to be equivalent to "gzip".
    .map((name) => (name === 'x-gzip' ? 'gzip' : name))
  const unknown = codings.find((name) => name !== 'gzip' && name !== 'deflate')
  if (unknown === undefined && codings.length <= MAX_CODINGS) return codings as Coding[]
  throw new Fault('content_coding_unsupported', { coding: unknown ?? field!, accepts: ['deflate', 'gzip'] })
}

/**
 * The bytes that were coded, by at least one coding. `return()` reaches their source at once. Faults:
 * body_malformed; body_too_large for more than so many bytes of the source could mean, also between two codings.
 */
export function inflated(
  codings: readonly Coding[],
  pieces: AsyncIterable<Uint8Array>,
): AsyncIterableIterator<Uint8Array> {
  const arrived: Arrived = { bytes: 0 }
  const [last, ...before] = [...codings].reverse()
  let undone = new Inflated(last!, pieces, arrived, true)
  for (const coding of before) undone = new Inflated(coding, undone, arrived, false)
  return undone
}

/** What has been taken of the source so far. */
interface Arrived {
  bytes: number
}

class Inflated implements AsyncIterableIterator<Uint8Array, void, undefined> {
  readonly #coding: Coding
  readonly #arrived: Arrived
  /** Its source is that of all. */
  readonly #isFirst: boolean
  readonly #source: AsyncIterator<Uint8Array>
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  #piece: Uint8Array = new Uint8Array(0)
  #last: Uint8Array = new Uint8Array(0)
  #given = 0
  #sum = 1
  #broken: { readonly why: unknown } | null = null
  #over = false

  constructor(coding: Coding, pieces: AsyncIterable<Uint8Array>, arrived: Arrived, isFirst: boolean) {
    this.#coding = coding
    this.#isFirst = isFirst
    this.#arrived = arrived
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
      const limit = Math.max(FREE, this.#arrived.bytes * MAX_RATIO)
      if (this.#given > limit) throw new Fault('body_too_large', { bytes: null, limit })
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
    if (this.#isFirst) this.#arrived.bytes += piece.byteLength
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
