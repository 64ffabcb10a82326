/**
 * A streamed body whose chunks are made on the account of its call: whoever writes it asks for them
 * after the app has answered.
 *
 * @module
 */
import { type ChunkIterator, chunksOf } from '../../call/chunks.ts'
import { type Chunk, STREAM, type Stream } from '../../contract.ts'
import { stream } from '../../value/result.ts'
import { type Blame, run } from './blame.ts'

export function blamedStream(source: Stream, blame: Blame): Stream {
  const open = (): ChunkIterator => {
    const chunks = run(blame, () => chunksOf(source))
    return {
      next: () => run(blame, () => chunks.next()),
      ...(chunks.return === undefined ? {} : { return: () => run(blame, () => chunks.return!()) }),
    } as ChunkIterator
  }
  const kind = Symbol.asyncIterator in source[STREAM] ? Symbol.asyncIterator : Symbol.iterator
  return stream({ [kind]: open } as unknown as Iterable<Chunk>)
}
