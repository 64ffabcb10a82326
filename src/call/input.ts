/**
 * The request body, read by asking. Clauses 13 and 14.
 *
 * @module
 */
import type { Input, RequestHeaders } from '../contract.ts'
import { Fault, isFault } from '../fault.ts'
import type { Held } from './budget.ts'
import type { Charge } from './charge.ts'

/** Where body bytes come from. A server or a link gives one for each call with a body. */
export interface BodySource extends Held {
  /** From the head; null when unknown. */
  readonly length: number | null
  /**
   * The next piece, or null at the end; the first call sends 100-continue. Never called again
   * before it settles. Rejects with a fault when the body breaks off.
   */
  read(): Promise<Uint8Array | null>
  /** Trailer fields, once `read` gave null. */
  trailers(): RequestHeaders | null
  /** What is read from now on is held until all of it is here, and charged. */
  held?(): void
  /** A piece was copied, and is not looked at any more. */
  copied?(piece: Uint8Array): void
  /** Room for `length` bytes that need not be zero, where that is faster than what is. */
  allocate?(length: number): Uint8Array
}

const NO_BYTES = new Uint8Array(0)
/** Pieces below this many bytes are put together in hundreds: each is an object many times its size. */
const SMALL = 1_024
const MANY = 256

/**
 * An input over a source. `defaultLimit` in bytes is what `bytes()` means without an argument. What is
 * buffered is charged to `charge` before the first read; a stream is not, for it keeps nothing.
 */
export class SourceInput implements Input {
  readonly absent = false
  readonly #source: BodySource
  readonly #defaultLimit: number
  readonly #charge: Charge | null
  #pieces: Uint8Array[] = []
  #small: Uint8Array[] = []
  #room: Uint8Array | null = null
  #size = 0
  #reading: Promise<void> | null = null
  #state: 'open' | 'whole' | 'bytes' | 'stream' | 'broken' = 'open'

  constructor(source: BodySource, defaultLimit: number, charge: Charge | null = null) {
    this.#source = source
    this.#defaultLimit = defaultLimit
    this.#charge = charge
  }

  get length(): number | null {
    return this.#source.length
  }

  /** Every caller is judged by its own limit; a refusal stops reading, a larger limit resumes it. */
  async bytes(wanted: number = this.#defaultLimit): Promise<Uint8Array> {
    if (this.#state === 'stream') throw new Fault('input_taken', { by: 'stream' })
    if (this.#state === 'open') this.#state = 'bytes'
    const { length } = this.#source
    const charge = this.#charge
    // What no wait would make room for is too large, whatever the caller would take.
    const limit = charge === null ? wanted : Math.min(wanted, charge.largest)
    if (length !== null && length > limit) throw new Fault('body_too_large', { bytes: length, limit })
    while (charge !== null && this.#state === 'bytes') {
      const room = charge.take(length ?? limit, this.#source)
      if (room === null) {
        this.#source.held?.()
        break
      }
      await room
    }
    // A length that is known is made room for at once: pieces go there, and are not kept.
    if (length !== null && this.#size === 0) this.#room ??= this.#allocate(length)
    while (this.#size <= limit && this.#state !== 'whole') await this.#readOnce()
    if (this.#size > limit) throw new Fault('body_too_large', { bytes: length, limit })
    return this.#pieces[0] ?? NO_BYTES
  }

  stream(): AsyncIterable<Uint8Array> {
    if (this.#state !== 'open')
      throw new Fault('input_taken', { by: this.#state === 'stream' ? 'stream' : 'bytes' })
    this.#state = 'stream'
    return pieces(this.#source)
  }

  trailers(): RequestHeaders | null {
    return this.#source.trailers()
  }

  // However many callers wait, one read is under way.
  #readOnce(): Promise<void> {
    this.#reading ??= this.#source.read().then(
      (piece) => {
        this.#reading = null
        if (piece !== null) this.#keep(piece)
        else this.#end()
      },
      (error: unknown) => {
        this.#break()
        throw error // and stays: the rejected read is kept for whoever asks next
      },
    )
    return this.#reading
  }

  // Nobody will ever have what came of it.
  #break(): void {
    this.#state = 'broken'
    this.#pieces = []
    this.#small = []
    this.#room = null
    this.#charge?.shrink(0)
  }

  #keep(piece: Uint8Array): void {
    const { byteLength } = piece
    if (this.#room !== null) {
      this.#room.set(piece, this.#size)
      this.#source.copied?.(piece)
    } else if (byteLength < SMALL) {
      if (this.#small.push(piece) === MANY) this.#gather()
    } else {
      this.#gather()
      this.#pieces.push(piece)
    }
    this.#size += byteLength
  }

  #end(): void {
    this.#state = 'whole'
    this.#gather()
    const whole = this.#room?.subarray(0, this.#size) ?? this.#joined(this.#pieces)
    this.#room = null
    this.#pieces = [whole]
    this.#charge?.shrink(this.#size)
  }

  #gather(): void {
    if (this.#small.length === 0) return
    this.#pieces.push(this.#joined(this.#small))
    this.#small = []
  }

  #joined(pieces: readonly Uint8Array[]): Uint8Array {
    if (pieces.length === 1) return pieces[0]!
    const room = this.#allocate(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0))
    let at = 0
    for (const piece of pieces) {
      room.set(piece, at)
      at += piece.byteLength
    }
    return room
  }

  #allocate(length: number): Uint8Array {
    return this.#source.allocate?.(length) ?? new Uint8Array(length)
  }
}

async function* pieces(source: BodySource): AsyncGenerator<Uint8Array, void, undefined> {
  for (let piece = await source.read(); piece !== null; piece = await source.read()) yield piece
}

/** An input over bytes that are already here, or over no body at all. */
export class WholeInput implements Input {
  readonly absent: boolean
  readonly length: number
  readonly #bytes: Uint8Array
  readonly #defaultLimit: number
  #taken: 'bytes' | 'stream' | null = null

  constructor(body: Uint8Array | null, defaultLimit: number) {
    this.absent = body === null
    this.#bytes = body ?? NO_BYTES
    this.length = this.#bytes.byteLength
    this.#defaultLimit = defaultLimit
  }

  async bytes(limit?: number): Promise<Uint8Array> {
    return this.whole(limit)
  }

  /** What `bytes` would give, at once. */
  whole(limit: number = this.#defaultLimit): Uint8Array {
    if (this.#taken === 'stream') throw new Fault('input_taken', { by: 'stream' })
    this.#taken = 'bytes'
    if (this.length > limit) throw new Fault('body_too_large', { bytes: this.length, limit })
    return this.#bytes
  }

  stream(): AsyncIterable<Uint8Array> {
    if (this.#taken !== null) throw new Fault('input_taken', { by: this.#taken })
    this.#taken = 'stream'
    return once(this.#bytes)
  }

  trailers(): RequestHeaders | null {
    return null
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  if (bytes.byteLength > 0) yield bytes
}

/** A body for passing on: streamed, or the bytes that somebody before has asked for. */
export async function* bodyPieces(input: Input): AsyncGenerator<Uint8Array, void, undefined> {
  let streamed: AsyncIterable<Uint8Array>
  try {
    streamed = input.stream()
  } catch (error) {
    if (!isFault(error) || error.code !== 'input_taken') throw error
    yield await input.bytes(Number.POSITIVE_INFINITY)
    return
  }
  yield* streamed
}
