/**
 * Where bytes come from that somebody gives to be sent: whole, or piece by piece.
 *
 * @module
 */
import { mapped } from './mapped.ts'

/** Bytes at once or as they come. A stream or an iterable is read once, and no faster than it is taken. */
export type ByteSource =
  | Uint8Array
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | Iterable<Uint8Array>

/** The pieces of a source; null for what is none. What is no piece of bytes makes the iteration throw TypeError. */
export function bytePieces(source: unknown): AsyncIterable<Uint8Array> | null {
  if (source instanceof Uint8Array) return mapped(each([source]), checked)
  if (typeof Blob === 'function' && source instanceof Blob)
    return mapped(readerPieces(source.stream()), checked)
  if (isReadable(source)) return mapped(readerPieces(source), checked)
  const values = asyncValues(source)
  return values === null ? null : mapped(values, checked)
}

/** What an iterable of either kind gives; null for what is none. Text, which gives characters, is none. */
export function asyncValues(source: unknown): AsyncIterable<unknown> | null {
  if (typeof source !== 'object' || source === null) return null
  if (Symbol.asyncIterator in source) return source as AsyncIterable<unknown>
  return Symbol.iterator in source ? each(source as Iterable<unknown>) : null
}

/** Iterates a web stream, which not every browser does by itself; who leaves it cancels it. */
async function* readerPieces(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader()
  let done = false
  try {
    for (;;) {
      const piece = await reader.read()
      done = piece.done
      if (piece.done) return
      yield piece.value
    }
  } finally {
    if (!done) await reader.cancel().catch(() => {}) // nobody takes the rest: let its source go
  }
}

async function* each<T>(values: Iterable<T>): AsyncGenerator<T, void, undefined> {
  yield* values
}

function checked(piece: unknown): Uint8Array {
  if (piece instanceof Uint8Array) return piece
  throw new TypeError(`A body of bytes gave ${typeof piece} and not a Uint8Array`)
}

function isReadable(source: unknown): source is ReadableStream<Uint8Array> {
  return typeof ReadableStream === 'function' && source instanceof ReadableStream
}
