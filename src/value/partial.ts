/**
 * The pieces of a partial answer, and of the body `multipart/byteranges` around several. Pure.
 *
 * RFC 9110 sections 14.4, 14.6 and 15.3.7.
 *
 * @module
 */

import type { RequestHeaders, ResponseHeaders } from '../contract.ts'
import { type ByteRange, byteRanges } from './byte-ranges.ts'
import { ifRange, type Validators } from './conditional.ts'
import { utf8Bytes } from './utf8.ts'

/** Octets as they are, or a range of the file. */
export type Piece = Uint8Array | ByteRange

export interface Parts {
  readonly contentType: string
  readonly pieces: readonly Piece[]
  /** Octets of all pieces. */
  readonly length: number
}

/** `size` is that of the whole file, in octets. */
export function contentRange({ first, last }: ByteRange, size: number): string {
  return `bytes ${first}-${last}/${size}`
}

/**
 * Which parts a request asks for of what has `size` octets; null for all of it, empty where none of them is there (416).
 * `now` is in epoch milliseconds.
 */
export function rangesAsked(
  { method, headers }: { readonly method: string; readonly headers: RequestHeaders },
  has: Validators,
  size: number,
  now: number,
): readonly ByteRange[] | null {
  const range = headers['range']
  // Only GET has ranges (14.2).
  return range !== undefined && method === 'GET' && ifRange(headers, has, now)
    ? byteRanges(range, size)
    : null
}

/** What 206 is answered with: one part as it is, several as one body (15.3.7). `random` gives so many octets of chance. */
export function partial(
  ranges: readonly ByteRange[],
  of: { readonly contentType: string; readonly size: number },
  random: (octets: number) => Uint8Array,
): Parts & { readonly fields: ResponseHeaders } {
  const [only] = ranges
  if (only === undefined || ranges.length > 1)
    return { ...multipart(ranges, of, boundaryOf(random(16))), fields: {} }
  const fields = { 'content-range': contentRange(only, of.size) }
  return { contentType: of.contentType, pieces: ranges, length: octets(only), fields }
}

function boundaryOf(random: Uint8Array): string {
  return Array.from(random, (octet) => octet.toString(16).padStart(2, '0')).join('')
}

/** `boundary` must not occur in the file: 16 octets of chance do not. */
export function multipart(
  ranges: readonly ByteRange[],
  of: { readonly contentType: string; readonly size: number },
  boundary: string,
): Parts {
  const pieces: Piece[] = []
  let lineEnd = ''
  for (const range of ranges) {
    const head = `${lineEnd}--${boundary}\r\ncontent-type: ${of.contentType}\r\ncontent-range: ${contentRange(range, of.size)}\r\n\r\n`
    pieces.push(utf8Bytes(head), range)
    lineEnd = '\r\n'
  }
  pieces.push(utf8Bytes(`\r\n--${boundary}--\r\n`))
  const length = pieces.reduce((sum, piece) => sum + octets(piece), 0)
  return { contentType: `multipart/byteranges; boundary=${boundary}`, pieces, length }
}

export function octets(piece: Piece): number {
  return piece instanceof Uint8Array ? piece.byteLength : piece.last - piece.first + 1
}
