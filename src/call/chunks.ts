/**
 * The chunks of a streamed body: iterating them, or saying that nobody will. Clause 23.
 *
 * @module
 */
import type { Body, Chunk, Stream } from '../contract.ts'
import { STREAM } from '../contract.ts'
import { Fault } from '../fault.ts'
import { isStream } from '../value/result.ts'
import { utf8Bytes } from '../value/utf8.ts'

export type ChunkIterator = AsyncIterator<Chunk> | Iterator<Chunk>

export function chunksOf({ [STREAM]: chunks }: Stream): ChunkIterator {
  return Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]()
}

/** One chunk as bytes. Fault: result_faulty for anything but a string or bytes. */
export function chunkBytes(chunk: Chunk): Uint8Array {
  if (typeof chunk === 'string') return utf8Bytes(chunk)
  if (chunk instanceof Uint8Array) return chunk
  throw new Fault('result_faulty', { reason: 'its stream gave neither a string nor a Uint8Array' })
}

/** Ends an iteration early. Never rejects: whatever a cleanup throws, the call has its outcome already. */
export async function leave(chunks: ChunkIterator): Promise<void> {
  try {
    await chunks.return?.()
  } catch {}
}

/** Tells the body of a result that it will not be iterated. The result may be anything. */
export function abandon(result: unknown): void {
  try {
    const body: unknown = Array.isArray(result) ? result[3] : null
    if (isStream(body as Body)) void leave(chunksOf(body as Stream))
  } catch {} // no iterable at all, or one that throws when it is looked at, and nobody will ask
}

/** What a stream gave against what its head declared. Fault: result_faulty. */
export function miscounted(declared: number, found: string): Fault {
  return new Fault('result_faulty', { reason: `its stream has ${found} octets and declared ${declared}` })
}
