/**
 * Bytes that wait to be written, or stay: counted, and hashed where that is asked for.
 *
 * @module
 */
import { createHash, type Hash } from 'node:crypto'
import { joinBytes } from '../value/utf8.ts'

export class Held {
  /** Bytes of all that were added. */
  size = 0
  /** Bytes that wait. */
  waiting = 0
  readonly #hash: Hash | null
  #pieces: Uint8Array[] = []

  constructor(hash: boolean) {
    this.#hash = hash ? createHash('sha256') : null
  }

  add(piece: Uint8Array): void {
    this.size += piece.byteLength
    this.waiting += piece.byteLength
    this.#pieces.push(piece)
    this.#hash?.update(piece)
  }

  /** What waits; nothing does afterwards. */
  take(): Uint8Array[] {
    const pieces = this.#pieces
    this.clear()
    return pieces
  }

  /** What waits, apart from what it came with: a few bytes would keep all that arrived together with them. */
  whole(): Uint8Array {
    return new Uint8Array(joinBytes(this.take()))
  }

  clear(): void {
    this.#pieces = []
    this.waiting = 0
  }

  /** Of all that were added, once. */
  digest(): string | null {
    return this.#hash?.digest('hex') ?? null
  }
}
