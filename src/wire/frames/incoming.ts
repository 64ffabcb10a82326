/**
 * A body that arrives in `data` frames against credit that we grant.
 *
 * @module
 */
import type { ResponseHeaders } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import { MAX_DATA } from './frame.ts'

/** Octets that may be on their way or wait here. */
const WINDOW: number = 4 * MAX_DATA

/** Nothing moves before the first `read`; then no more than a window is held. */
export class IncomingBody {
  readonly length: number | null
  readonly #grant: (octets: number) => void
  readonly #pieces: Uint8Array[] = []
  #received = 0
  #credit = 0
  #owed = WINDOW
  #ending: { readonly trailers: ResponseHeaders | null } | { readonly error: unknown } | null = null
  #wake: (() => void) | null = null

  /** `grant` sends a credit frame. */
  constructor(length: number | null, grant: (octets: number) => void) {
    this.length = length
    this.#grant = grant
  }

  /** The next piece; null at the end. Rejects with what broke the body off. */
  async read(): Promise<Uint8Array | null> {
    for (;;) {
      const piece = this.#pieces.shift()
      if (piece !== undefined) {
        this.#owed += piece.byteLength
        return piece
      }
      if (this.#ending !== null) {
        if ('error' in this.#ending) throw this.#ending.error
        return null
      }
      this.#allow()
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  trailers(): ResponseHeaders | null {
    return this.#ending !== null && 'trailers' in this.#ending ? this.#ending.trailers : null
  }

  /** True once nothing more will arrive. */
  get isOver(): boolean {
    return this.#ending !== null
  }

  /** Fault: frame_faulty for octets beyond the credit or the length. */
  accept(piece: Uint8Array): void {
    this.#received += piece.byteLength
    this.#credit -= piece.byteLength
    if (piece.byteLength === 0 || piece.byteLength > MAX_DATA)
      throw faulty(`data of ${piece.byteLength} octets`)
    if (this.#ending !== null) throw faulty('data after the end')
    if (this.#credit < 0) throw faulty('data without credit')
    if (this.length !== null && this.#received > this.length) throw faulty('more octets than the length told')
    this.#pieces.push(piece)
    this.#woken()
  }

  /** Fault: frame_faulty for a second end, or fewer octets than the length. */
  end(trailers: ResponseHeaders | null): void {
    if (this.#ending !== null) throw faulty('a second end')
    if (this.length !== null && this.#received !== this.length)
      throw faulty('fewer octets than the length told')
    this.#ending = { trailers }
    this.#woken()
  }

  /** Breaks the body off; what has arrived can still be read. */
  fail(error: unknown): void {
    this.#ending ??= { error }
    this.#woken()
  }

  #allow(): void {
    if (this.#owed === 0) return
    const octets = this.#owed
    this.#credit += octets
    this.#owed = 0
    this.#grant(octets)
  }

  #woken(): void {
    this.#wake?.()
    this.#wake = null
  }
}

function faulty(reason: string): Fault {
  return new Fault('frame_faulty', { reason })
}
