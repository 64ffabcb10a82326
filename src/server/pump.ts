/**
 * Sends a streamed body with back-pressure. Clauses 22 and 23.
 *
 * @module
 */
import type { Writable } from 'node:stream'
import { chunkBytes } from '../call/perform.ts'
import type { Chunk, Stream } from '../contract.ts'
import { STREAM } from '../contract.ts'
import { Fault } from '../fault.ts'

/**
 * Writes every chunk and resolves after the last. When `sink` closes first, the iterator gets
 * `return()` at once and the promise resolves; the caller knows from the sink what happened.
 *
 *   length   octets that the head promised, or null
 *   Fault    result_faulty: more or fewer octets than promised, or what is no chunk; whatever
 *            the iterator throws is passed on
 */
export async function pump(body: Stream, sink: Writable, length: number | null): Promise<void> {
  const iterator = iteratorOf(body)
  const stop = (): void => void returned(iterator)
  sink.once('close', stop)
  let sent = 0
  try {
    for (;;) {
      const next = await iterator.next()
      if (next.done === true || sink.destroyed) break
      const bytes = chunkBytes(next.value)
      sent += bytes.byteLength
      if (length !== null && sent > length) throw miscounted(length, `${sent} or more`)
      if (bytes.byteLength > 0 && !sink.write(bytes)) await drained(sink)
    }
    if (length !== null && sent < length && !sink.destroyed) throw miscounted(length, String(sent))
  } catch (error) {
    await returned(iterator)
    throw error
  } finally {
    sink.off('close', stop)
  }
}

/** Tells a body that it will not be iterated (23). */
export function leave(body: Stream): void {
  void returned(iteratorOf(body))
}

type ChunkIterator = AsyncIterator<Chunk> | Iterator<Chunk>

function iteratorOf({ [STREAM]: chunks }: Stream): ChunkIterator {
  return Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]()
}

// Whatever a cleanup throws, the call has its outcome already.
async function returned(iterator: ChunkIterator): Promise<void> {
  try {
    await iterator.return?.()
  } catch {}
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

function miscounted(length: number, found: string): Fault {
  return new Fault('result_faulty', { reason: `its stream has ${found} octets and declared ${length}` })
}
