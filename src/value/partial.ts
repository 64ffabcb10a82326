/**
 * The pieces of a partial answer, and of the body `multipart/byteranges` around several. Pure.
 *
 * RFC 9110 sections 14.4, 14.6 and 15.3.7.
 *
 * @module
 */

import type { ByteRange } from './byte-ranges.ts'
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
