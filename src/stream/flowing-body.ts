/**
 * Bodies as they flow in: bounded, read no faster than they are taken, and taken once.
 *
 * @module
 */
import { bodyPieces } from '../call/input.ts'
import { mapped } from '../call/mapped.ts'
import { Fault } from '../fault.ts'
import { unreadable } from '../handler/take-data.ts'
import type { Arrival } from '../handler/taking.ts'

/**
 * The bytes of a body with its content codings undone. Nothing is read before it is iterated. Faults:
 * media_type_unsupported for a coding, body_too_large, at once where the head says so.
 */
export function flowingBody(
  { headers, input, limit }: Arrival,
  accepts: readonly string[],
): AsyncIterable<Uint8Array> {
  const coding = headers['content-encoding']
  if (coding !== undefined)
    throw unreadable(`${headers['content-type']} in content coding ${coding}`, accepts)
  const { length } = input
  if (length !== null && length > limit.wire)
    throw new Fault('body_too_large', { bytes: length, limit: limit.wire })
  return bounded(bodyPieces(input), limit.decoded)
}

function bounded(pieces: AsyncIterable<Uint8Array>, limit: number): AsyncIterable<Uint8Array> {
  let size = 0
  return mapped(pieces, (piece) => {
    size += piece.byteLength
    if (size > limit) throw new Fault('body_too_large', { bytes: null, limit })
    return piece
  })
}
