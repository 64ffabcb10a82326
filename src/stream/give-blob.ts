/**
 * Giving bytes of a known size, of which any part may be asked for: a Blob, such as `openAsBlob` of Node makes of a
 * file without reading it.
 *
 * RFC 9110 sections 13.2.2, 14.2, 15.3.7 and 15.5.17.
 *
 * @module
 */
import { mapped } from '../call/mapped.ts'
import type { ResponseHeaders, Result } from '../contract.ts'
import { Fault } from '../fault.ts'
import type { Delivery } from '../handler/giving.ts'
import { VERBS } from '../handler/verb.ts'
import { isInRange } from '../schema/whole.ts'
import { precondition, type Validators } from '../value/conditional.ts'
import { parseHttpDate } from '../value/http-date.ts'
import { mediaType } from '../value/media-type.ts'
import { type Piece, partial, rangesAsked } from '../value/partial.ts'
import { stream } from '../value/result.ts'

/** A Blob as it was returned; for who does not ask for parts, its bytes as they come. */
export class BlobBytes implements AsyncIterable<Uint8Array> {
  readonly #blob: Blob
  readonly #refusal: (thrown: unknown) => unknown

  /** `refusal` is thrown in the place of what reading throws. */
  constructor(blob: Blob, refusal: (thrown: unknown) => unknown) {
    this.#blob = blob
    this.#refusal = refusal
  }

  get size(): number {
    return this.#blob.size
  }

  /** Its own media type, where that is one of `ranges`; else null. */
  typeIn(ranges: readonly string[]): string | null {
    const type = mediaType(this.#blob.type)
    return type !== null && isInRange(type.essence, ranges) ? this.#blob.type : null
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this.pieces([{ first: 0, last: this.size - 1 }])[Symbol.asyncIterator]()
  }

  /** Octets as they are, and parts of the Blob, one after the other. */
  pieces(pieces: readonly Piece[]): AsyncIterable<Uint8Array> {
    return mapped(bytesOf(this.#blob, pieces), (bytes) => bytes, this.#refusal)
  }
}

async function* bytesOf(blob: Blob, pieces: readonly Piece[]): AsyncGenerator<Uint8Array, void> {
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) yield piece
    else yield* blob.slice(piece.first, piece.last + 1).stream() as unknown as AsyncIterable<Uint8Array>
  }
}

/**
 * Answers with all of it, or with what a GET asks for. Its validators are the `etag` and `last-modified` that the
 * handler says. Faults: precondition_failed, range_unsatisfiable.
 */
export function respondBlob(
  given: BlobBytes,
  contentType: string,
  { verb, asked }: Delivery,
  fields: ResponseHeaders,
): Result {
  const { size } = given
  const { safe, status } = VERBS[verb]
  const whole = { ...fields, 'content-length': String(size) }
  if (!safe) return [status, contentType, whole, stream(given)]
  const { method, headers, server } = asked()
  const has = validatorsOf(fields, server.now())
  const verdict = precondition(headers, has, server.now())
  if (verdict === 'failed') throw new Fault('precondition_failed', {})
  if (verdict === 'unmodified') return [304, null, fields, null]
  const ranges = rangesAsked({ method, headers }, has, size, server.now())
  const common = { ...whole, 'accept-ranges': 'bytes' }
  if (ranges === null) return [status, contentType, common, stream(given)]
  if (ranges.length === 0) throw new Fault('range_unsatisfiable', { size })
  const part = partial(ranges, { contentType, size }, server.random)
  const partly = { ...common, ...part.fields, 'content-length': String(part.length) }
  return [206, part.contentType, partly, stream(given.pieces(part.pieces))]
}

// A date is of a whole second, within which it may have changed again: no part is joined by it (13.1.5).
function validatorsOf(fields: ResponseHeaders, now: number): Validators {
  const { etag, 'last-modified': modified } = fields
  return {
    etag: typeof etag === 'string' ? etag : '',
    modified: typeof modified === 'string' ? parseHttpDate(modified, now) : null,
    modifiedStrong: false,
  }
}
