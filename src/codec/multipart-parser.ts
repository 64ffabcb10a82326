/**
 * `multipart/form-data` as bytes arrive (RFC 7578, RFC 2046 section 5.1): a machine without I/O.
 *
 *   in     the boundary, limits; bytes, in whatever pieces
 *   out    events: a part's head, its bytes in pieces, its end
 *   Fault  body_malformed, body_too_complex
 *
 * It holds no byte of a part and at most one head. Cut anywhere, the same bytes give the same parts. Where
 * readers differ we refuse: anything in front of the first boundary or behind the last, a boundary with
 * more behind it on its line, line ends other than CRLF. RFC 2046 has the first two ignored; nobody sends
 * them, and what one reader ignores another may read.
 *
 * @module
 */
import { malformed, tooComplex } from './format.ts'
import { type PartHead, partHead } from './part-head.ts'

export type PartEvent =
  | { readonly kind: 'head'; readonly head: PartHead }
  /** A view of what was pushed. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }

export interface PartLimits {
  readonly parts: number
  /** Bytes of one head. */
  readonly head: number
}

export const DEFAULT_PART_LIMITS: PartLimits = Object.freeze({ parts: 1_000, head: 16 * 1024 })

const CR = 0x0d
const LF = 0x0a
const DASH = 0x2d
const SPACE = 0x20
const TAB = 0x09

/** RFC 2046 section 5.1.1: 1 to 70 of these, and no space at the end. */
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/

type State =
  | 'before' // in front of the first boundary
  | 'head'
  | 'bytes'
  | 'boundary' // behind a boundary, before the end of its line
  | 'dash' // behind one that may be the last
  | 'line' // behind the CR that ends its line
  | 'last' // behind the last
  | 'last line' // behind the CR that ends its line
  | 'done'

export class MultipartParser {
  readonly #limits: PartLimits
  /** CRLF, two dashes and the boundary: what ends a part. It has one CR, so no two of them overlap. */
  readonly #delimiter: Uint8Array
  #state: State = 'before'
  /** How much of the delimiter the last bytes were. A line has just begun, as behind its CRLF. */
  #matched = 2
  /** How much of that stood in front of the part's bytes and is none of them. */
  #borrowed = 2
  #parts = 0
  #padded = false
  #head: number[] = []
  /** How much of CRLF CRLF the last bytes of the head were. */
  #blank = 2

  constructor(boundary: string | undefined, limits: PartLimits = DEFAULT_PART_LIMITS) {
    if (boundary === undefined || !BOUNDARY.test(boundary)) {
      throw malformed('its media type has no boundary of 1 to 70 characters')
    }
    this.#limits = limits
    this.#delimiter = new TextEncoder().encode(`\r\n--${boundary}`)
  }

  /** Events of the next bytes, in order. */
  push(bytes: Uint8Array): PartEvent[] {
    const events: PartEvent[] = []
    for (let at = 0; at < bytes.length; ) at = this.#step(bytes, at, events)
    return events
  }

  /** Tells that no bytes follow. */
  end(): void {
    if (this.#state !== 'last' && this.#state !== 'done') throw malformed('it ends before its last boundary')
  }

  // Gives where to go on.
  #step(bytes: Uint8Array, at: number, events: PartEvent[]): number {
    const octet = bytes[at]!
    switch (this.#state) {
      case 'before':
      case 'bytes':
        return this.#content(bytes, at, events)
      case 'head':
        this.#headOctet(octet, events)
        return at + 1
      case 'boundary':
        this.#state = this.#behindBoundary(octet)
        return at + 1
      case 'dash':
        if (octet !== DASH) throw malformed('more stands behind a boundary on its line')
        this.#state = 'last'
        return at + 1
      case 'line':
        if (octet !== LF) throw malformed('a boundary is not followed by CRLF')
        this.#beginHead()
        return at + 1
      case 'last':
        if (octet === CR) this.#state = 'last line'
        else if (octet !== SPACE && octet !== TAB)
          throw malformed('something stands behind its last boundary')
        return at + 1
      case 'last line':
        if (octet !== LF) throw malformed('something stands behind its last boundary')
        this.#state = 'done'
        return at + 1
      case 'done':
        throw malformed('something stands behind its last boundary')
    }
  }

  // Bytes of a part, up to the delimiter or to what may be the start of one. However often something looks
  // like one, they are given as one view.
  #content(bytes: Uint8Array, start: number, events: PartEvent[]): number {
    const delimiter = this.#delimiter
    // What matched in earlier pieces; within this one it can be told by its place.
    let carried = this.#matched
    let at = start
    for (;;) {
      if (this.#matched === 0) {
        const found = bytes.indexOf(CR, at)
        at = found < 0 ? bytes.length : found
      }
      while (
        at < bytes.length &&
        this.#matched < delimiter.length &&
        bytes[at] === delimiter[this.#matched]
      ) {
        this.#matched++
        at++
      }
      if (at === bytes.length || this.#matched === delimiter.length) break
      // It was none: what was held back belongs to the part.
      if (carried > this.#borrowed) this.#give(delimiter.slice(this.#borrowed, carried), events)
      carried = 0
      this.#borrowed = 0
      this.#matched = 0
    }
    const end = at - (this.#matched - carried)
    if (end > start) this.#give(bytes.subarray(start, end), events)
    if (this.#matched === delimiter.length) this.#boundary(events)
    return at
  }

  #give(bytes: Uint8Array, events: PartEvent[]): void {
    if (this.#state === 'before') throw malformed('something stands before its first boundary')
    events.push({ kind: 'bytes', bytes })
  }

  #boundary(events: PartEvent[]): void {
    if (this.#state === 'bytes') events.push({ kind: 'end' })
    this.#state = 'boundary'
    this.#padded = false
  }

  // Spaces may stand behind a boundary (RFC 2046 section 5.1.1), but the dashes of the last one follow at once.
  #behindBoundary(octet: number): State {
    if (octet === CR) return 'line'
    if (octet === DASH && !this.#padded) return 'dash'
    if (octet !== SPACE && octet !== TAB) throw malformed('more stands behind a boundary on its line')
    this.#padded = true
    return 'boundary'
  }

  #beginHead(): void {
    if (++this.#parts > this.#limits.parts) throw tooComplex('parts', this.#limits.parts)
    this.#state = 'head'
    this.#head = []
    this.#blank = 2
  }

  #headOctet(octet: number, events: PartEvent[]): void {
    const expected = this.#blank % 2 === 0 ? CR : LF
    if (octet === expected) this.#blank++
    else this.#blank = octet === CR ? 1 : 0
    this.#head.push(octet)
    if (this.#head.length > this.#limits.head) throw tooComplex('head', this.#limits.head)
    if (this.#blank < 4) return
    events.push({ kind: 'head', head: partHead(Uint8Array.from(this.#head.slice(0, -2))) })
    this.#state = 'bytes'
    // A part without bytes may end by the CRLF that ends its head.
    this.#matched = 2
    this.#borrowed = 2
  }
}
