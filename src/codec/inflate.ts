/**
 * `gzip` and `deflate` by the web's `DecompressionStream`, bounded.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import { joinBytes } from '../value/utf8.ts'
import { malformed } from './format.ts'

/** Of the body, at a time: what comes out of one piece may come at once, and is up to a thousand times as much. */
const PIECE = 1_024

/** Faults: body_too_large, body_malformed. `deflate` is in zlib's form alone (RFC 9110 section 8.4.1.2). */
export async function inflate(
  format: 'gzip' | 'deflate',
  bytes: Uint8Array,
  limit: number,
): Promise<Uint8Array> {
  const reader = piecesOf(bytes).pipeThrough(new DecompressionStream(format)).getReader()
  const pieces: Uint8Array[] = []
  let size = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      size += value.byteLength
      if (size > limit) throw new Fault('body_too_large', { bytes: null, limit })
      pieces.push(value)
    }
  } catch (error) {
    // Its source is ended as well, and what that says is said already.
    reader.cancel().catch(() => {})
    throw error instanceof Fault ? error : malformed(`it is not ${format} data`, error)
  }
  const content = joinBytes(pieces, size)
  const ends = format === 'gzip' ? gzipEnds(bytes, size) : adler32(content) === lastWord(bytes)
  if (!ends) throw malformed(`something stands behind its ${format} data`)
  return content
}

function piecesOf(bytes: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0
  return new ReadableStream(
    {
      pull(controller) {
        if (at >= bytes.byteLength) controller.close()
        else controller.enqueue(new Uint8Array(bytes.subarray(at, at + PIECE)))
        at += PIECE
      },
    },
    { highWaterMark: 0 },
  )
}

/**
 * True when `bytes` end with a member that came to `length` bytes (RFC 1952 section 2.3.1). False where
 * something stands behind it, or more members: some readers go on there, some stop, some refuse.
 */
export function gzipEnds(bytes: Uint8Array, length: number): boolean {
  return viewOf(bytes).getUint32(bytes.byteLength - 4, true) === length % 2 ** 32
}

/** The last four bytes as a number: what zlib data end with is their checksum. */
export function lastWord(bytes: Uint8Array): number {
  return viewOf(bytes).getUint32(bytes.byteLength - 4)
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}

/** Adler-32 (RFC 1950 section 8.2), going on from `before`. */
export function adler32(bytes: Uint8Array, before = 1): number {
  let a = before % 65_536
  let b = Math.floor(before / 65_536)
  // In 5,552 steps neither sum leaves 32 bits.
  for (let start = 0; start < bytes.length; start += 5_552) {
    const end = Math.min(start + 5_552, bytes.length)
    for (let at = start; at < end; at++) b += a += bytes[at]!
    a %= 65_521
    b %= 65_521
  }
  return b * 65_536 + a
}
