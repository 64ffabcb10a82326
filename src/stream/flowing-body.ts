/**
 * Bodies as they flow in: bounded, and read no faster than they are taken.
 *
 * @module
 */
import { bodyPieces } from '../call/input.ts'
import { mapped } from '../call/mapped.ts'
import { flowingCodings, inflated } from '../codec/inflate-stream.ts'
import { Fault } from '../fault.ts'
import type { Arrival } from '../handler/taking.ts'

/**
 * The bytes of a body with its content codings undone. Nothing is read before it is iterated. Faults:
 * content_coding_unsupported; body_too_large, at once where the head says so; body_malformed.
 */
export function flowingBody({ headers, input, limit }: Arrival): AsyncIterable<Uint8Array> {
  const codings = flowingCodings(headers['content-encoding'])
  const { length } = input
  if (length !== null && length > limit.wire)
    throw new Fault('body_too_large', { bytes: length, limit: limit.wire })
  const pieces = bounded(bodyPieces(input), limit.wire)
  if (codings.length === 0) return limit.decoded < limit.wire ? bounded(pieces, limit.decoded) : pieces
  return { [Symbol.asyncIterator]: () => bounded(inflated(codings, pieces), limit.decoded) }
}

function bounded(pieces: AsyncIterable<Uint8Array>, limit: number): AsyncIterableIterator<Uint8Array> {
  let size = 0
  return mapped(pieces, (piece) => {
    size += piece.byteLength
    if (size > limit) throw new Fault('body_too_large', { bytes: null, limit })
    return piece
  })
}
