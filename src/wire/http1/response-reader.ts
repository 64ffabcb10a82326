/**
 * Responses out of the octets of one connection. No I/O: octets are pushed in, heads and body pieces
 * are asked for.
 *
 *   begin(method)  the next response answers a request of this method, which says whether it has a body
 *   push(octets)   what has arrived
 *   head()         the next head, interim ones as well, or null until all of it is there
 *   piece()        body octets that are there, or null; `over` says that none will come
 *   ended()        the connection has ended, with which a body may end; `cut` says that it did not
 *   rest()         what is left, for whoever takes the connection over
 *
 * However the octets are cut, the same heads, bodies and faults come out. After a fault nothing more
 * can be read. As strict as the reader of requests. RFC 9112 sections 4 to 7.
 *
 * @module
 */
import type { Limits, ResponseHeaders } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import { hasNoBody } from '../../value/http-part.ts'
import { ChunkedBody } from './chunked.ts'
import { CR, type Latin1 } from './octets.ts'
import { FieldSection, type ResponseFields } from './response-fields.ts'
import { readStatusLine, type StatusLine } from './status-line.ts'

export interface ResponseHead extends StatusLine, ResponseFields {}

export interface ResponseReaderOptions {
  readonly limits: Pick<Limits, 'head' | 'fields' | 'chunkExtensions'>
  readonly latin1: Latin1
  /** True to let a 204 with a length of 0 pass. */
  readonly isTold0?: boolean
}

/** Each is one head to read. */
const MAX_INTERIM = 64
const HEAD_END = '\r\n\r\n'
const NO_OCTETS = new Uint8Array(0)

export class ResponseReader {
  readonly #options: ResponseReaderOptions
  /** What has arrived, in the pieces that it arrived in: nothing is copied together. */
  #pieces: Uint8Array[] = []
  /** Where the first piece goes on. */
  #at = 0
  #length = 0
  #method = 'GET'
  /** The head under way, as far as it has come; and where those of its lines begin that are still to be read. */
  #text = ''
  #from = 0
  #line: StatusLine | null = null
  #section: FieldSection
  #interim = 0
  /** Octets of the body that are still to come; infinite where it ends with the connection. */
  #left = 0
  #chunked: ChunkedBody | null = null
  #ended = false

  constructor(options: ResponseReaderOptions) {
    this.#options = options
    this.#section = new FieldSection(options.limits.fields)
  }

  /** How many octets are there that nobody has taken. */
  get pendingLength(): number {
    return this.#length
  }

  /** True while nothing of the head that is due has come. */
  get untouched(): boolean {
    return this.#text === '' && this.#length === 0 && this.#interim === 0
  }

  /** True when all of the body was given. */
  get over(): boolean {
    return this.#chunked === null ? this.#left === 0 : this.#chunked.over
  }

  /** Trailer fields, once the body is over. */
  get trailers(): ResponseHeaders | null {
    return this.#chunked?.trailers ?? null
  }

  begin(method: string): void {
    this.#method = method
    this.#interim = 0
    this.#left = 0
    this.#chunked = null
  }

  /** Octets are kept, and may be overwritten, until they were given. */
  push(octets: Uint8Array): void {
    if (octets.length === 0) return
    this.#pieces.push(octets)
    this.#length += octets.length
  }

  /**
   * The next head, once the last body is over.
   *
   *   Faults  value_faulty, version_unsupported, field_faulty, head_faulty, head_too_large,
   *           fields_too_many, framing_faulty, length_invalid, coding_unsupported
   */
  head(): ResponseHead | null {
    const { limits, latin1 } = this.#options
    while (this.#length > 0) {
      const [piece] = this.#pieces as [Uint8Array]
      const before = this.#text.length
      const to = Math.min(piece.length, this.#at + limits.head + HEAD_END.length - before)
      this.#text += latin1(piece, this.#at, to)
      const end = this.#readLines()
      this.#take(end < 0 ? to - this.#at : end - before)
      if (end >= 0) return this.#understand()
    }
    return null
  }

  /** Body octets that are there, or null. Faults: those of the chunked coding. */
  piece(): Uint8Array | null {
    while (this.#length > 0 && !this.over) {
      const [piece] = this.#pieces as [Uint8Array]
      if (this.#chunked === null) {
        const found = piece.subarray(this.#at, Math.min(piece.length, this.#at + this.#left))
        this.#left -= found.length
        this.#take(found.length)
        return found
      }
      this.#take(this.#chunked.take(piece, this.#at) - this.#at)
      if (this.#chunked.piece !== null) return this.#chunked.piece
    }
    return null
  }

  /** No more octets will come: a body that ends with the connection ends behind what is there. */
  ended(): void {
    this.#ended = true
    if (this.#left === Number.POSITIVE_INFINITY) this.#left = this.#length
  }

  /** True when the connection has ended before the body did, and all that came of it was given. */
  get cut(): boolean {
    return this.#ended && this.#length === 0 && !this.over
  }

  /** Gives back what is left, and forgets it. */
  rest(): Uint8Array {
    const rest = new Uint8Array(this.#length)
    let at = 0
    for (const [index, piece] of this.#pieces.entries()) {
      const left = index === 0 ? piece.subarray(this.#at) : piece
      rest.set(left, at)
      at += left.length
    }
    this.#pieces = []
    this.#length = 0
    this.#at = 0
    return rest.length === 0 ? NO_OCTETS : rest
  }

  #take(octets: number): void {
    this.#at += octets
    this.#length -= octets
    if (this.#at < this.#pieces[0]!.length) return
    this.#pieces.shift()
    this.#at = 0
  }

  /** Reads the lines that are whole, and gives where the head ends: -1 when it does not yet. */
  #readLines(): number {
    const { head } = this.#options.limits
    const text = this.#text
    if (this.#line === null) {
      const end = text.indexOf('\n')
      if ((end < 0 ? text.length : end + 1) > head) throw tooLarge(head)
      if (end < 0) return -1
      this.#line = readStatusLine(
        text.charCodeAt(end - 1) === CR ? text.slice(0, end - 1) : text.slice(0, end + 1),
      )
      this.#from = end + 1
    }
    const found = text.indexOf(HEAD_END, this.#from - 2)
    const end = found >= 0 && found + 2 <= head ? found : -1
    // What is beyond the limit is not looked at.
    const last = end >= 0 ? end + 2 : text.lastIndexOf('\n', head - 1) + 1
    if (last > this.#from) {
      this.#section.take(text, this.#from, last)
      this.#from = last
    }
    if (end >= 0) return end + HEAD_END.length
    const isEnding = text.length === this.#from + 1 && text.charCodeAt(this.#from) === CR
    if (text.length > head && !isEnding) throw tooLarge(head)
    return -1
  }

  #understand(): ResponseHead {
    const line = this.#line!
    const fields = this.#section.understood(line, this.#method, this.#options.isTold0 === true)
    this.#text = ''
    this.#line = null
    this.#section = new FieldSection(this.#options.limits.fields)
    if (line.status < 200 && line.status !== 101) {
      if (++this.#interim > MAX_INTERIM) throw faulty(`more than ${MAX_INTERIM} interim responses come first`)
    } else this.#frame(line.status, fields.length)
    return { ...line, ...fields }
  }

  #frame(status: number, length: ResponseFields['length']): void {
    if (hasNoBody(status, this.#method)) return
    if (length === 'chunked') this.#chunked = new ChunkedBody(this.#options.limits, this.#options.latin1)
    else this.#left = length ?? (this.#ended ? this.#length : Number.POSITIVE_INFINITY)
  }
}

function tooLarge(limit: number): Fault {
  return new Fault('head_too_large', { limit })
}

function faulty(reason: string): Fault {
  return new Fault('value_faulty', { form: 'http', reason })
}
