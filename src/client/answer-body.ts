/**
 * The body of an answer, whole and bounded, or piece by piece.
 *
 * @module
 */

import { CallFault } from '../call-fault.ts'
import type { Body, Chunk } from '../contract.ts'
import { STREAM } from '../contract.ts'
import { isStream } from '../value/result.ts'
import { joinBytes, utf8Bytes } from '../value/utf8.ts'

/** The largest answer that is held, in bytes. */
const MAX_ANSWER: number = 64 * 1024 * 1024

/** Every chunk as bytes; a takeover has none. */
export async function* pieces(body: Body): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks: AsyncIterable<Chunk> | Iterable<Chunk> =
    typeof body === 'string' || body instanceof Uint8Array ? [body] : isStream(body) ? body[STREAM] : []
  for await (const chunk of chunks) yield typeof chunk === 'string' ? utf8Bytes(chunk) : chunk
}

/** All of it; null without a body. `to` names who answered. Fault: call_faulty. */
export async function wholeBody(body: Body, to: string): Promise<Uint8Array | null> {
  if (body === null) return null
  const parts: Uint8Array[] = []
  let size = 0
  for await (const piece of pieces(body)) {
    size += piece.byteLength
    if (size > MAX_ANSWER)
      throw new CallFault('call_faulty', { to, reason: `it is over ${MAX_ANSWER} bytes` })
    parts.push(piece)
  }
  return joinBytes(parts, size)
}
