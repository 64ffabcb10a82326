/**
 * The body of an answer, pulled piece by piece: who reads slowly makes the upstream send slowly.
 *
 * @module
 */
import type { ResponseReader } from '../../wire/http1/response-reader.ts'

/** What a body asks of its exchange. */
export interface Flow {
  /** More octets are wanted. */
  want(): void
  /** All of it was given. */
  whole(): void
  /** True when nothing comes behind what is here. */
  readonly isCut: boolean
  /** It ends before its end. */
  cut(): void
  /** Nobody takes the rest. */
  left(): void
  /** The chunked coding is broken. */
  broken(error: unknown): void
}

const DONE = { done: true, value: undefined } as const

/** No generator: `return()` is to be heard also before the first `next()`, and while one waits (23). */
export class AnswerBody implements AsyncIterableIterator<Uint8Array, void, undefined> {
  readonly #reader: ResponseReader
  readonly #flow: Flow
  readonly #first: Uint8Array[]
  #state: 'open' | 'over' | 'failed' = 'open'
  #fault: unknown = null
  #wake: (() => void) | null = null

  /** `first`: pieces that were read already. */
  constructor(reader: ResponseReader, flow: Flow, first: Uint8Array[] | null) {
    this.#reader = reader
    this.#flow = flow
    this.#first = first ?? []
  }

  /** True while somebody waits for octets. */
  get waits(): boolean {
    return this.#wake !== null
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Uint8Array, void>> {
    for (;;) {
      const first = this.#first.shift()
      if (first !== undefined) return { done: false, value: first }
      if (this.#state === 'over') return DONE
      if (this.#state === 'failed') throw this.#fault
      const piece = this.#piece()
      if (piece !== null) return { done: false, value: piece }
      if (this.#state === 'open') await this.#more()
    }
  }

  async return(): Promise<IteratorResult<Uint8Array, void>> {
    this.#first.length = 0
    if (this.#state !== 'open') return DONE
    this.#state = 'over'
    this.#flow.left()
    this.arrived()
    return DONE
  }

  /** Octets have arrived, or the end has. */
  arrived(): void {
    const wake = this.#wake
    this.#wake = null
    wake?.()
  }

  /** It breaks off. */
  fail(fault: unknown): void {
    if (this.#state !== 'open') return
    this.#state = 'failed'
    this.#fault = fault
    this.arrived()
  }

  // The last piece ends the exchange at once: its connection is free for the next.
  #piece(): Uint8Array | null {
    let piece: Uint8Array | null = null
    try {
      piece = this.#reader.piece()
    } catch (error) {
      this.#flow.broken(error)
      return null
    }
    if (this.#reader.over) {
      this.#state = 'over'
      this.#flow.whole()
    } else if (piece === null && this.#flow.isCut) this.#flow.cut()
    return piece
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
      this.#flow.want()
    })
  }
}
