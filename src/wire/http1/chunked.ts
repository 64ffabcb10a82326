/**
 * The chunked transfer coding, decoded as it arrives. RFC 9112 section 7.1.
 *
 *   in     octets, however they are cut
 *   out    the octets of the body, and the trailer fields at its end
 *   Fault  framing_faulty, chunk_extensions_too_large, and the faults of field lines
 *
 * @module
 */
import type { Limits, RequestHeaders } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import { isTrailer } from '../../value/fields.ts'
import { addField, emptyFields } from '../../value/headers.ts'
import { readFieldLines } from './field-lines.ts'
import { type Latin1, LF } from './octets.ts'

/** What the extensions of one chunk may take, in octets. */
export const CHUNK_EXTENSIONS = 256
/** So that every size is exact as a number. */
const SIZE_DIGITS = 13

const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+"
const QUOTED = '"(?:[\\t\\x20!#-\\[\\]-~\\x80-\\xff]|\\\\[\\t\\x20-~\\x80-\\xff])*"'
const SIZE_LINE = new RegExp(
  `^([0-9A-Fa-f]+)((?:[ \\t]*;[ \\t]*${TOKEN}(?:[ \\t]*=[ \\t]*(?:${TOKEN}|${QUOTED}))?)*)$`,
)

/** What may become a size line. */
const BEGUN = /^[0-9A-Fa-f]*(?:$|(?<=.)[ \t;\r])/

type ChunkLimits = Pick<Limits, 'head' | 'fields' | 'chunkExtensions'>

type State = 'size' | 'data' | 'data-end' | 'trailer' | 'over'

export class ChunkedBody {
  /** The octets that the last `take` found, or null. */
  piece: Uint8Array | null = null
  /** Once `over`. */
  trailers: RequestHeaders | null = null
  readonly #limits: ChunkLimits
  readonly #latin1: Latin1
  #state: State = 'size'
  #left = 0 // of the chunk
  #line = '' // as far as it has come, without its end
  #section = '' // of the trailer
  #lines = 0
  #extensions = 0
  /** Behind octets that were still to be given. */
  #fault: unknown = null

  constructor(limits: ChunkLimits, latin1: Latin1) {
    this.#limits = limits
    this.#latin1 = latin1
  }

  get over(): boolean {
    return this.#state === 'over'
  }

  /**
   * Takes octets from `at` on, and gives where it stopped: the end, or behind the body. The octets
   * of all chunks are moved together, so that a body of one-octet chunks makes no piece for each:
   * `octets` is overwritten up to there. Where they break the coding, those before are given first.
   */
  take(octets: Uint8Array, at: number): number {
    if (this.#fault !== null) throw this.#fault
    const start = at
    let found = at
    this.piece = null
    while (at < octets.length && this.#state !== 'over') {
      if (this.#state !== 'data') {
        try {
          at = this.#takeLine(octets, at)
        } catch (fault) {
          if (found === start) throw fault
          this.#fault = fault
          break
        }
        continue
      }
      const end = Math.min(octets.length, at + this.#left)
      if (found !== at) octets.copyWithin(found, at, end)
      found += end - at
      this.#left -= end - at
      at = end
      if (this.#left === 0) this.#state = 'data-end'
    }
    if (found > start) this.piece = octets.subarray(start, found)
    return at
  }

  #takeLine(octets: Uint8Array, at: number): number {
    const limit = this.#lineLimit()
    const newline = octets.indexOf(LF, at)
    const end = newline < 0 ? octets.length : newline
    this.#line += this.#latin1(octets, at, Math.min(end, at + limit + 2))
    const cr = this.#line.indexOf('\r')
    // First of all, as it would be found octet by octet.
    const odd = newline < 0 || cr !== this.#line.length - 1 || cr > limit
    if (odd && this.#state === 'size' && !BEGUN.test(this.#line.slice(0, limit))) throw sizeless()
    if ((cr < 0 ? this.#line.length : cr) > limit) throw this.#tooLong()
    if (cr >= 0 && cr < this.#line.length - 1) throw unframed('a CR stands alone in it')
    if (newline < 0) return end
    if (cr < 0) throw unframed('a line of it ends with LF alone')
    const line = this.#line.slice(0, -1)
    this.#line = ''
    this.#lineOver(line)
    return newline + 1
  }

  #lineLimit(): number {
    if (this.#state === 'size') return SIZE_DIGITS + CHUNK_EXTENSIONS
    return this.#state === 'data-end' ? 0 : this.#limits.head - this.#section.length
  }

  #tooLong(): Fault {
    if (this.#state === 'data-end') return unframed('a chunk is longer than its size')
    if (this.#state === 'trailer') return new Fault('head_too_large', { limit: this.#limits.head })
    return new Fault('chunk_extensions_too_large', { limit: CHUNK_EXTENSIONS })
  }

  #lineOver(line: string): void {
    if (this.#state === 'size') this.#begin(line)
    else if (this.#state === 'data-end') this.#state = 'size'
    else if (line === '') this.#finish()
    else {
      this.#section += `${line}\r\n`
      if (++this.#lines > this.#limits.fields) {
        throw new Fault('fields_too_many', { limit: this.#limits.fields })
      }
    }
  }

  #begin(line: string): void {
    const match = SIZE_LINE.exec(line)
    if (match === null) throw sizeless()
    const [, digits = '', extensions = ''] = match
    if (digits.length > SIZE_DIGITS) throw unframed('a chunk has a size of too many digits')
    this.#extensions += extensions.length
    if (extensions.length > CHUNK_EXTENSIONS)
      throw new Fault('chunk_extensions_too_large', { limit: CHUNK_EXTENSIONS })
    if (this.#extensions > this.#limits.chunkExtensions) {
      throw new Fault('chunk_extensions_too_large', { limit: this.#limits.chunkExtensions })
    }
    this.#left = Number.parseInt(digits, 16)
    this.#state = this.#left === 0 ? 'trailer' : 'data'
  }

  #finish(): void {
    if (this.#section !== '') this.#readTrailers()
    this.#state = 'over'
  }

  #readTrailers(): void {
    const fields = emptyFields()
    readFieldLines(this.#section, 0, this.#section.length, (name, value) => {
      // Framing and routing are the head's: nobody may learn them here (RFC 9110 6.5.1).
      if (isTrailer(name.toLowerCase())) addField(fields, name, value)
    })
    this.trailers = Object.freeze(fields)
  }
}

function sizeless(): Fault {
  return unframed('a chunk does not begin with its size')
}

function unframed(reason: string): Fault {
  return new Fault('framing_faulty', { reason })
}
