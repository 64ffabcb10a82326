/**
 * The octets of a large file, read as they are sent.
 *
 * @module
 */
import { Fault } from '../../fault.ts'
import type { Piece } from '../../value/partial.ts'
import type { OpenFile } from './disk.ts'

/** How much of a file is in memory per download, in bytes. */
const CHUNK = 64 * 1024

/**
 * Gives the pieces, one read at a time. What is appended meanwhile is not sent.
 *
 *   Fault  file_truncated: the file ends before they do
 */
export async function* contentOf(file: OpenFile, pieces: readonly Piece[]): AsyncGenerator<Uint8Array, void> {
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) {
      yield piece
      continue
    }
    let at = piece.first
    while (at <= piece.last) {
      // Fresh each time: whoever sends a chunk may hold it for as long as it takes.
      const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK, piece.last - at + 1))
      const count = await file.read(chunk, at)
      if (count === 0) throw new Fault('file_truncated', { at, wanted: piece.last + 1 })
      yield count === chunk.byteLength ? chunk : chunk.subarray(0, count)
      at += count
    }
  }
}
