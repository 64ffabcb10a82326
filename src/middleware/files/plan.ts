/**
 * From a request and a representation to an answer, all but the octets of a large file. Pure.
 *
 * RFC 9110 sections 13.2.2, 14.2, 15.3.7 and 15.5.17.
 *
 * @module
 */
import type { RequestHeaders, ResponseHeaders, Result, Server } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import type { ByteRange } from '../../value/byte-ranges.ts'
import { precondition } from '../../value/conditional.ts'
import { type Piece, partial, rangesAsked } from '../../value/partial.ts'
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
  const ranges = rangesAsked({ method, headers }, file, file.size, now)
  if (ranges?.length === 0)
    return { fault: new Fault('range_unsatisfiable', { size: file.size }), headers: {} }
  if (ranges !== null) return partOf(ranges, file, server)
  if (file.bytes !== null || method === 'HEAD') return file.whole
  const [, , fields] = file.whole
  const whole: ByteRange = { first: 0, last: file.size - 1 }
  return { status: 200, contentType: file.about.contentType, headers: fields, pieces: [whole] }
}

function partOf(ranges: readonly ByteRange[], file: Representation, server: Server): Plan {
  const { bytes, size, about } = file
  const part = partial(ranges, { contentType: about.contentType, size }, server.random)
  const { contentType, pieces, length } = part
  const headers = { ...file.fields, ...part.fields }
  if (bytes === null)
    return { status: 206, contentType, headers: { ...headers, 'content-length': String(length) }, pieces }
  const parts = pieces.map((piece) =>
    piece instanceof Uint8Array ? piece : bytes.subarray(piece.first, piece.last + 1),
  )
  return [206, contentType, headers, parts.length === 1 ? parts[0]! : joinBytes(parts, length)]
}
