/**
 * From a request and a representation to an answer, all but the octets of a large file. Pure.
 *
 * RFC 9110 sections 13.2.2, 14.2, 15.3.7 and 15.5.17.
 *
 * @module
 */
import type { RequestHeaders, ResponseHeaders, Result, Server } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import { type ByteRange, byteRanges } from '../../value/byte-ranges.ts'
import { ifRange, precondition } from '../../value/conditional.ts'
import { contentRange, multipart, octets, type Piece } from '../../value/partial.ts'
import { joinBytes } from '../../value/utf8.ts'
import type { Representation } from './representation.ts'

export type Plan = Result | Content | Refusal

/** To be read from the file, and declared. */
export interface Content {
  readonly status: 200 | 206
  readonly contentType: string
  readonly headers: ResponseHeaders
  readonly pieces: readonly Piece[]
}

export interface Refusal {
  readonly fault: Fault
  readonly headers: ResponseHeaders
}

/** What to answer to GET or HEAD. Clock and chance come from `server`. */
export function planOf(method: string, headers: RequestHeaders, file: Representation, server: Server): Plan {
  const now = server.now()
  const verdict = precondition(headers, file, now)
  if (verdict === 'unmodified') return file.unmodified
  if (verdict === 'failed') return { fault: new Fault('precondition_failed', {}), headers: {} }
  const range = headers['range']
  // Only GET has ranges (14.2).
  if (range !== undefined && method === 'GET' && ifRange(headers, file, now)) {
    const ranges = byteRanges(range, file.size)
    if (ranges?.length === 0)
      return { fault: new Fault('range_unsatisfiable', { size: file.size }), headers: {} }
    if (ranges !== null) return partial(ranges, file, server)
  }
  if (file.bytes !== null || method === 'HEAD') return file.whole
  const [, , fields] = file.whole
  const whole: ByteRange = { first: 0, last: file.size - 1 }
  return { status: 200, contentType: file.about.contentType, headers: fields, pieces: [whole] }
}

function partial(ranges: readonly ByteRange[], file: Representation, server: Server): Plan {
  const { bytes, size, fields, about } = file
  const [only] = ranges
  if (ranges.length === 1 && only !== undefined) {
    const headers = { ...fields, 'content-range': contentRange(only, size) }
    return content(about.contentType, headers, [only], octets(only), bytes)
  }
  const boundary = Buffer.from(server.random(16)).toString('hex')
  const { contentType, pieces, length } = multipart(
    ranges,
    { contentType: about.contentType, size },
    boundary,
  )
  return content(contentType, fields, pieces, length, bytes)
}

function content(
  contentType: string,
  headers: ResponseHeaders,
  pieces: readonly Piece[],
  length: number,
  bytes: Uint8Array | null,
): Plan {
  if (bytes === null)
    return { status: 206, contentType, headers: { ...headers, 'content-length': String(length) }, pieces }
  const parts = pieces.map((piece) =>
    piece instanceof Uint8Array ? piece : bytes.subarray(piece.first, piece.last + 1),
  )
  return [206, contentType, headers, parts.length === 1 ? parts[0]! : joinBytes(parts, length)]
}
