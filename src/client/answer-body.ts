/**
 * The body of an answer, whole and bounded, or piece by piece.
 *
 * @module
 */
import type { Body, Chunk } from '../contract.ts'
import { STREAM } from '../contract.ts'
import { Fault } from '../fault.ts'
import { isStream } from '../value/result.ts'
import { joinBytes, utf8Bytes, utf8Text } from '../value/utf8.ts'

/** The largest answer that is held, in bytes. */
const MAX_ANSWER: number = 64 * 1024 * 1024

/** Every chunk as bytes; a takeover has none. */
export async function* pieces(body: Body): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks: AsyncIterable<Chunk> | Iterable<Chunk> =
    body === null
      ? []
      : typeof body === 'string' || body instanceof Uint8Array
        ? [body]
        : isStream(body)
          ? body[STREAM]
          : []
  for await (const chunk of chunks) yield typeof chunk === 'string' ? utf8Bytes(chunk) : chunk
}

/** All of it; null without a body. `to` names who answered. Fault: call_faulty. */
export async function wholeBody(body: Body, to: string): Promise<Uint8Array | null> {
  if (body === null) return null
  const parts: Uint8Array[] = []
  let size = 0
  for await (const piece of pieces(body)) {
    size += piece.byteLength
    if (size > MAX_ANSWER) throw new Fault('call_faulty', { to, reason: `it is over ${MAX_ANSWER} bytes` })
    parts.push(piece)
  }
  return joinBytes(parts, size)
}

/** The data of JSON bytes; undefined for none, and for what is no JSON. */
export function parseJson(bytes: Uint8Array | null): unknown {
  const text = bytes === null ? null : utf8Text(bytes)
  try {
    return text === null ? undefined : (JSON.parse(text) as unknown)
  } catch {
    return undefined
  }
}
