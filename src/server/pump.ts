/**
 * Sends a streamed body with back-pressure. Clauses 22 and 23.
 *
 * @module
 */
import { chunkBytes, chunksOf, leave, miscounted } from '../call/chunks.ts'
import type { Stream } from '../contract.ts'
import type { Sink } from './sink.ts'

/** How many chunks of one stream are sent before others have their turn. */
const TURN = 32

/**
 * Writes every chunk and resolves after the last. When `sink` goes first, the iterator gets
 * `return()` at once and the promise resolves; the caller knows from the sink what happened.
 *
 *   length   octets that the head promised, or null
 *   Fault    result_faulty: more or fewer octets than promised, or what is no chunk; whatever
 *            the iterator throws is passed on
 */
export async function pump(body: Stream, sink: Sink, length: number | null): Promise<void> {
  const iterator = chunksOf(body)
  sink.onGone(() => void leave(iterator))
  let count = 0
  let chunks = 0
  let last: Uint8Array | null = null
  try {
    for (;;) {
      const next = await iterator.next()
      if (next.done === true || sink.gone) break
      const bytes = chunkBytes(next.value)
      if (bytes.byteLength === 0) continue
      count += bytes.byteLength
      if (length !== null && count > length) throw miscounted(length, `${count} or more`)
      // Sent once nothing follows it: a client that has the whole length would not see the cut.
      if (count === length) last = bytes
      else {
        if (!sink.write(bytes)) await sink.ready()
        // For a client that keeps up, the sink is ready again before the event loop turns.
        if (++chunks % TURN === 0) await turn()
      }
    }
    if (sink.gone) return
    if (length !== null && count < length) throw miscounted(length, String(count))
    if (last !== null) sink.write(last)
  } catch (error) {
    await leave(iterator)
    throw error
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}
