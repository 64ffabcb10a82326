/**
 * Sends a streamed body with back-pressure. Clauses 22 and 23.
 *
 * @module
 */
import type { Writable } from 'node:stream'
import { chunkBytes, chunksOf, leave, miscounted } from '../call/chunks.ts'
import type { Stream } from '../contract.ts'

/**
 * Writes every chunk and resolves after the last. When `sink` closes first, the iterator gets
 * `return()` at once and the promise resolves; the caller knows from the sink what happened.
 *
 *   length   octets that the head promised, or null
 *   Fault    result_faulty: more or fewer octets than promised, or what is no chunk; whatever
 *            the iterator throws is passed on
 */
export async function pump(body: Stream, sink: Writable, length: number | null): Promise<void> {
  const iterator = chunksOf(body)
  const stop = (): void => void leave(iterator)
  sink.once('close', stop)
  let count = 0
  let last: Uint8Array | null = null
  try {
    for (;;) {
      const next = await iterator.next()
      if (next.done === true || sink.destroyed) break
      const bytes = chunkBytes(next.value)
      if (bytes.byteLength === 0) continue
      count += bytes.byteLength
      if (length !== null && count > length) throw miscounted(length, `${count} or more`)
      // Sent once nothing follows it: a client that has the whole length would not see the cut.
      if (count === length) last = bytes
      else if (!sink.write(bytes)) await drained(sink)
    }
    if (sink.destroyed) return
    if (length !== null && count < length) throw miscounted(length, String(count))
    if (last !== null) sink.write(last)
  } catch (error) {
    await leave(iterator)
    throw error
  } finally {
    sink.off('close', stop)
  }
}

function drained(sink: Writable): Promise<void> {
  if (sink.destroyed || !sink.writableNeedDrain) return Promise.resolve()
  return new Promise((resolve) => {
    const done = (): void => {
      sink.off('drain', done).off('close', done)
      resolve()
    }
    sink.on('drain', done).on('close', done)
  })
}
