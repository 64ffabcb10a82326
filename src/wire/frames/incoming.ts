/**
 * A body that arrives in `data` frames against credit that we grant.
 *
 * @module
 */
import type { ResponseHeaders } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import { joinBytes } from '../../value/utf8.ts'
import { MAX_DATA } from './frame.ts'

/** Octets that may be on their way or wait here. */
export const WINDOW: number = 4 * MAX_DATA

/** Nothing moves before the first `read`; then no more than a window is on its way or held. */
export class IncomingBody {
  readonly length: number | null
  readonly #grant: (octets: number) => void
  readonly #pieces: Uint8Array[] = []
  #received = 0
  #credit = 0
  /** Octets of the window that are neither granted nor held. */
  #room = WINDOW
  #ending: { readonly trailers: ResponseHeaders | null } | { readonly error: unknown } | null = null
  #wake: (() => void) | null = null

  /** `grant` sends a credit frame. */
  constructor(length: number | null, grant: (octets: number) => void) {
    this.length = length
    this.#grant = grant
  }

  /** The next piece; null at the end. Rejects with what broke the body off. One read at a time. */
  async read(): Promise<Uint8Array | null> {
    this.#allow()
    for (;;) {
      const piece = this.#pieces.shift()
      if (piece !== undefined) {
        // Granted again at the next read: until then the reader is still busy with it.
        this.#room += piece.byteLength
        return piece
      }
      if (this.#ending !== null) {
        if ('error' in this.#ending) throw this.#ending.error
        return null
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  trailers(): ResponseHeaders | null {
    return this.#ending !== null && 'trailers' in this.#ending ? this.#ending.trailers : null
  }

  /** Octets that were granted and have not arrived. */
  get owed(): number {
    return this.#credit
  }

  /** True once nothing more will arrive. */
  get isOver(): boolean {
    return this.#ending !== null
  }

  /** Fault: frame_faulty for octets beyond the credit or the length. */
  accept(piece: Uint8Array): void {
    if (this.#ending !== null) throw faulty('data after the end')
    this.#received += piece.byteLength
    this.#credit -= piece.byteLength
    if (this.#credit < 0) throw faulty('data without credit')
    if (this.length !== null && this.#received > this.length) throw faulty('more octets than the length told')
    this.#hold(piece)
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

  // Much and rarely, and early enough that the far side seldom waits.
  #allow(): void {
    if (this.#room < WINDOW / 2 || this.#ending !== null) return
    const octets = this.#room
    this.#credit += octets
    this.#room = 0
    this.#grant(octets)
  }

  // What waits grows together like the digits of a binary number: a window of single octets would
  // otherwise weigh a hundred times as much as its octets.
  #hold(piece: Uint8Array): void {
    let last = piece
    for (;;) {
      const before = this.#pieces.at(-1)
      const size = (before?.byteLength ?? 0) + last.byteLength
      if (before === undefined || before.byteLength > last.byteLength || size > MAX_DATA) break
      this.#pieces.pop()
      last = joinBytes([before, last], size)
    }
    this.#pieces.push(last)
  }

  #woken(): void {
    this.#wake?.()
    this.#wake = null
  }
}

function faulty(reason: string): Fault {
  return new Fault('frame_faulty', { reason })
}
