/**
 * An input that checks what it gives. Clauses 13, 14 and 32.
 *
 * @module
 */
import type { Input, RequestHeaders } from '../contract.ts'
import { hold } from './row.ts'
import {
  BYTES_ROWS,
  INPUT_ROWS,
  KEPT_ROWS,
  type Kept,
  LIMIT_ROWS,
  PIECE_ROWS,
  TAKEN_ROWS,
  TRAILERS_READ_ROWS,
} from './rows/input.ts'

export class WatchedInput implements Input {
  readonly #given: Input
  readonly #defaultLimit: number
  #taken: 'bytes' | 'stream' | null = null
  #kept: Kept | null = null

  constructor(given: Input, defaultLimit: number) {
    hold(INPUT_ROWS, given)
    this.#given = given
    this.#defaultLimit = defaultLimit
  }

  get length(): number | null {
    return this.#given.length
  }

  get absent(): boolean {
    return this.#given.absent
  }

  async bytes(limit?: number): Promise<Uint8Array> {
    hold(LIMIT_ROWS, limit)
    const streamed = this.#taken === 'stream'
    this.#taken ??= 'bytes'
    const bytes = await (limit === undefined ? this.#given.bytes() : this.#given.bytes(limit))
    this.checkKept()
    const kept = this.#kept
    hold(BYTES_ROWS, { bytes, limit: limit ?? this.#defaultLimit, input: this.#given, streamed, kept })
    this.#kept ??= { bytes, copy: bytes.slice() }
    return bytes
  }

  /** Checks that nobody wrote into what was read. */
  checkKept(): void {
    if (this.#kept !== null) hold(KEPT_ROWS, this.#kept)
  }

  stream(): AsyncIterable<Uint8Array> {
    const pieces = this.#given.stream()
    hold(TAKEN_ROWS, { pieces, before: this.#taken })
    this.#taken = 'stream'
    return counted(pieces, this.#given.length)
  }

  trailers(): RequestHeaders | null {
    const trailers = this.#given.trailers()
    hold(TRAILERS_READ_ROWS, { trailers, input: this.#given })
    return trailers
  }
}

async function* counted(
  pieces: AsyncIterable<Uint8Array>,
  length: number | null,
): AsyncGenerator<Uint8Array, void, undefined> {
  let read = 0
  for await (const piece of pieces) {
    read += piece?.byteLength ?? 0
    hold(PIECE_ROWS, { piece, read, length })
    yield piece
  }
  hold(PIECE_ROWS, { piece: null, read, length })
}
