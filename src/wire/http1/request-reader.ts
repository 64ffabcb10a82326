/**
 * Requests out of the octets of one connection. No I/O: octets are pushed in, heads and body
 * pieces are asked for.
 *
 *   push(octets)   what has arrived
 *   head()         the next head, or null until all of it is there
 *   piece()        body octets that are there, or null; `over` says that none will come
 *   rest()         what is left, for whoever takes the connection over
 *   returned(p)    memory that is free, now that piece `p` was copied
 *
 * However the octets are cut, the same heads, bodies and faults come out. After a fault nothing
 * more can be read. RFC 9112 sections 2 to 7.
 *
 * @module
 */
import type { Limits, RequestHeaders } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import { withField } from '../../value/headers.ts'
import { ChunkedBody } from './chunked.ts'
import { collectFields, type RequestFields } from './fields.ts'
import { CR, IN_TOKEN, type Latin1, LF } from './octets.ts'
import { RepeatedFields } from './repeated-fields.ts'
import { type RequestLine, readRequestLine } from './request-line.ts'

export interface RequestHead {
  readonly method: string
  readonly path: string
  readonly query: string | null
  readonly http: '1.0' | '1.1'
  /** End-to-end fields; `host` is always the effective authority (9). */
  readonly headers: RequestHeaders
  /** What the head says to the engine. */
  readonly fields: RequestFields
}

/** What a reader has to know of its server. */
export interface ReaderOptions {
  readonly limits: Pick<Limits, 'requestLine' | 'head' | 'fields' | 'chunkExtensions'>
  /** Host and port for requests that name none. */
  readonly authority: string
  readonly latin1: Latin1
}

const NONE = new Uint8Array(0)
/**
 * Octets in which most heads end. What is behind them is a body, and the strings of a head keep alive
 * all of the text that they were cut from.
 */
const MOST_HEADS = 2_048
const HEAD_END = '\r\n\r\n'
const HEAD = new Uint8Array([0x48, 0x45, 0x41, 0x44, 0x20])
/** Octets up to which a request is compared with the last one before a text is made of it. */
const COMPARED = 256

export class RequestReader {
  readonly #options: ReaderOptions
  #octets: Uint8Array = NONE
  #at = 0
  /** What the octets are part of, and how many pieces of it others have. */
  #memory: ArrayBufferLike = NONE.buffer
  #lent = 0
  /** The octets from `#from` on as a string, as far as a head may reach. */
  #text = ''
  #from = 0
  #looked = 0
  #blank = false
  #left = 0
  #chunked: ChunkedBody | null = null
  readonly #repeated = new RepeatedFields()
  /** The last request line, as it came and as it was understood. */
  #line = ''
  #read: RequestLine | null = null
  /** The last head, as it came and as it was understood. */
  #asked = ''
  #last: RequestHead | null = null
  /** The octets of the last head once it came again, and came alone. */
  #again: Uint8Array = NONE

  constructor(options: ReaderOptions) {
    this.#options = options
  }

  /** True when octets are there that nobody has taken. */
  get pending(): boolean {
    return this.#at < this.#octets.length
  }

  /** True when the request that is next begins as one with HEAD does, whether it can be read or not. */
  get asksHead(): boolean {
    return [...HEAD].every((octet, at) => this.#octets[this.#at + at] === octet)
  }

  /** How many octets are there that nobody has taken. */
  get pendingLength(): number {
    return this.#octets.length - this.#at
  }

  /** True when all of the body was given. */
  get over(): boolean {
    return this.#chunked === null ? this.#left === 0 : this.#chunked.over
  }

  /** Octets of the body that were not given yet; null when nobody knows how many. */
  get left(): number | null {
    if (this.#chunked === null) return this.#left
    return this.#chunked.over ? 0 : null
  }

  /** Trailer fields, once the body is over. */
  get trailers(): RequestHeaders | null {
    return this.#chunked?.trailers ?? null
  }

  /** Takes what has arrived. Octets are kept, and may be overwritten, until they were given. */
  push(octets: Uint8Array): void {
    this.#text = ''
    this.#lent = 0
    if (!this.pending) {
      this.#octets = octets
      this.#memory = octets.buffer
    } else {
      const joined = new Uint8Array(this.pendingLength + octets.length)
      joined.set(this.#octets.subarray(this.#at))
      joined.set(octets, this.pendingLength)
      this.#octets = joined
      this.#memory = joined.buffer
    }
    this.#at = 0
  }

  /** Gives back what is left, and forgets it. */
  rest(): Uint8Array {
    const rest = this.#octets.subarray(this.#at)
    this.#drop()
    return rest
  }

  /**
   * `piece` is not needed any more. Gives the memory that it was part of, once all of that was given and
   * nobody has a part of it; else null.
   */
  returned(piece: Uint8Array): ArrayBufferLike | null {
    if (piece.buffer !== this.#memory || --this.#lent > 0 || this.pending) return null
    return this.#forgotten()
  }

  /** Forgets what is left. Gives its memory if nobody has a part of it; else null. */
  discard(): ArrayBufferLike | null {
    this.#drop()
    return this.#lent > 0 ? null : this.#forgotten()
  }

  #forgotten(): ArrayBufferLike {
    const memory = this.#memory
    this.#memory = NONE.buffer
    return memory
  }

  /** Forgets what the last request said: for connections that idle. */
  forget(): void {
    this.#repeated.forget()
    this.#line = ''
    this.#read = null
    this.#asked = ''
    this.#last = null
    this.#again = NONE
    if (!this.pending) this.#drop()
  }

  /** The next head, once the last body is over. Faults: those of the head. */
  head(): RequestHead | null {
    if (!this.pending) return null
    if (this.#isAgain()) return this.#given(this.#last!, this.#octets.length)
    let start = this.#window()
    if (!this.#blank && this.#text.charCodeAt(start) === CR) {
      if (this.#text.length === start + 1) return null
      if (this.#text.charCodeAt(start + 1) !== LF) throw noMethod()
      this.#blank = true // one empty line before a request is let pass (RFC 9112 2.2)
      this.#at += 2
      start += 2
      if (!this.pending) return null
    }
    const text = this.#text
    if (this.#asked !== '' && text.slice(start, start + this.#asked.length) === this.#asked) {
      return this.#cameAgain(this.#from + start)
    }
    if (IN_TOKEN[text.charCodeAt(start)] !== true) throw noMethod()
    const lineEnd = this.#lineEnd(text, start)
    if (lineEnd < 0) return null
    const head = this.#understand(start, lineEnd)
    if (head === null) {
      this.#begun(start, lineEnd)
      return null
    }
    const end = this.#repeated.end + 2
    this.#last = head
    this.#asked = text.slice(start, end)
    this.#again = NONE
    return this.#given(head, this.#from + end)
  }

  // Who asks the same thing again, octet by octet, has asked the same thing: heads are never changed.
  #cameAgain(at: number): RequestHead {
    const octets = this.#octets
    const end = at + this.#asked.length
    if (at === 0 && end === octets.length && end <= COMPARED) this.#again = new Uint8Array(octets)
    return this.#given(this.#last!, end)
  }

  // What came alone and again may well do so once more.
  #isAgain(): boolean {
    const octets = this.#octets
    const again = this.#again
    if (again.length === 0 || octets.length !== again.length || this.#at !== 0) return false
    for (let at = 0; at < again.length; at++) if (octets[at] !== again[at]) return false
    return true
  }

  /** A head that ends at `end` of the octets: its body is next. */
  #given(head: RequestHead, end: number): RequestHead {
    const { limits, latin1 } = this.#options
    const { length } = head.fields
    this.#at = end
    this.#left = length ?? 0
    this.#chunked = length === null ? new ChunkedBody(limits, latin1) : null
    this.#looked = 0
    this.#blank = false
    return head
  }

  /** Body octets that are there, or null. Faults: those of the chunked coding. */
  piece(): Uint8Array | null {
    if (!this.pending || this.over) return null
    if (this.#chunked !== null) {
      this.#text = '' // the octets below it are moved
      this.#at = this.#chunked.take(this.#octets, this.#at)
      const { piece } = this.#chunked
      if (piece !== null) this.#lent++
      if (!this.pending) this.#drop()
      return piece
    }
    const end = Math.min(this.#octets.length, this.#at + this.#left)
    const piece = this.#octets.subarray(this.#at, end)
    this.#lent++
    this.#left -= end - this.#at
    this.#at = end
    if (!this.pending) this.#drop()
    return piece
  }

  #drop(): void {
    this.#octets = NONE
    this.#at = 0
    this.#text = ''
  }

  // The longest that a head may be, with the empty line around it.
  get #reach(): number {
    const { requestLine, head } = this.#options.limits
    return requestLine + head + 6
  }

  /** Makes `#text` hold what a head at `#at` may need, and gives where it begins there. */
  #window(): number {
    const start = this.#at - this.#from
    const there = this.#text.length - start
    if (this.#text !== '' && there > 0) {
      if (there >= this.pendingLength || this.#text.indexOf(HEAD_END, start) >= 0) return start
    }
    this.#decode(MOST_HEADS)
    if (this.pendingLength > MOST_HEADS && !this.#text.includes(HEAD_END)) this.#decode(this.#reach)
    return 0
  }

  #decode(most: number): void {
    this.#text = this.#options.latin1(this.#octets, this.#at, Math.min(this.#octets.length, this.#at + most))
    this.#from = this.#at
  }

  /** The head at `start`; null when its end has not come. */
  #understand(start: number, lineEnd: number): RequestHead | null {
    const { limits, authority: own } = this.#options
    const text = this.#text
    const at = lineEnd + 2
    const line = this.#lineOf(text.slice(start, lineEnd))
    const { method, http, path, query, authority } = line
    let fields = this.#repeated.again(text, at, http)
    const end = fields === null ? text.indexOf(HEAD_END, lineEnd) + 2 : this.#repeated.end
    if (end < at) return null
    if (end - at > limits.head) this.#begun(start, lineEnd)
    fields ??= this.#repeated.read(text, at, end, http, limits.fields)
    const host = authority ?? fields.headers['host'] ?? ''
    const headers =
      host !== '' && authority === null ? fields.headers : withField(fields.headers, 'host', host || own)
    return { method, path, query, http, headers, fields }
  }

  #lineOf(text: string): RequestLine {
    if (text !== this.#line) {
      this.#read = readRequestLine(text)
      this.#line = text
    }
    return this.#read!
  }

  /** Where the CR of the request line stands; -1 when it has not come. */
  #lineEnd(text: string, start: number): number {
    const { requestLine } = this.#options.limits
    const cr = text.indexOf('\r', start)
    const lf = text.indexOf('\n', start)
    const end = cr >= 0 && (lf < 0 || cr < lf) ? cr : lf
    if ((end < 0 ? text.length - 1 : end) - start > requestLine) {
      throw new Fault('target_too_long', { limit: requestLine })
    }
    if (end === lf && lf >= 0) throw faulty('its first line ends with LF alone')
    if (end < 0 || cr + 1 === text.length) return -1
    if (lf !== cr + 1) throw faulty('a CR stands alone in its first line')
    return cr
  }

  /** Refuses what cannot become a head, however it goes on: each line as soon as it is whole. */
  #begun(start: number, lineEnd: number): void {
    const { head, fields } = this.#options.limits
    const text = this.#text
    const from = lineEnd + 2
    const reach = from + head
    // Behind the last line that is whole and within the limit: what is beyond is not looked at.
    const last = text.lastIndexOf('\n', reach - 1) + 1
    // Lines that were whole before are not read again for each octet behind them.
    if (last - start > this.#looked) {
      readRequestLine(text.slice(start, lineEnd))
      collectFields(text, from, last, fields)
      this.#looked = last - start
    }
    // A line whose CR stands alone never becomes whole.
    const cr = text.indexOf('\r', last)
    if (cr >= 0 && cr < reach && cr + 1 < text.length && text.charCodeAt(cr + 1) !== LF) {
      collectFields(text, last, text.length, fields)
    }
    if (text.length - from > head + 1) throw new Fault('head_too_large', { limit: head })
  }
}

function noMethod(): Fault {
  return faulty('its first line does not begin with a method')
}

function faulty(reason: string): Fault {
  return new Fault('head_faulty', { reason })
}
