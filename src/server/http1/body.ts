/**
 * A request body that has not arrived whole, pulled piece by piece. Clause 13.
 *
 * @module
 */
import type { BodySource } from '../../call/input.ts'
import type { Limits, RequestHeaders } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import type { RequestReader } from '../../wire/http1/request-reader.ts'
import type { Intake } from './intake.ts'

/** What a body tells its connection. */
export interface BodyLine {
  /** The first piece is asked for: sends 100 (Continue) where the client waits for it. */
  proceed(): void
  /** The request is broken: nothing behind it can be read. */
  broken(fault: Fault): void
}

export class Http1Body implements BodySource {
  readonly length: number | null
  readonly #intake: Intake
  readonly #reader: RequestReader
  readonly #line: BodyLine
  readonly #limits: Limits
  #asked = false
  /** The answer was out before all of it was read. */
  #left = false
  #fault: Fault | null = null
  /** Why nobody reads it. */
  #refusal: Fault | null = null
  /** Why nothing comes behind what has arrived. */
  #last: Fault | null = null
  /** All of it was given, and the reader may be at the next request. */
  #over = false
  #trailers: RequestHeaders | null = null
  #wake: (() => void) | null = null
  /** Octets that came while somebody waited, and for how long: milliseconds. */
  #octets = 0
  #waitedMs = 0
  #pauseMs = 0

  constructor(length: number | null, intake: Intake, line: BodyLine, limits: Limits) {
    this.length = length
    this.#intake = intake
    this.#reader = intake.reader
    this.#line = line
    this.#limits = limits
  }

  /** True while somebody waits for octets. */
  get waits(): boolean {
    return this.#wake !== null
  }

  /** True when nothing more can be read, and not because it was all read. */
  get failed(): boolean {
    return this.#left || this.#fault !== null
  }

  async read(): Promise<Uint8Array | null> {
    if (!this.#asked) {
      this.#asked = true
      this.#line.proceed()
    }
    for (;;) {
      if (this.#left) this.#fault ??= unread() // most never ask, and a fault costs as much as an answer
      if (this.#fault !== null) throw this.#fault
      if (this.#refusal !== null) throw this.#refusal
      if (this.#over) return null
      const piece = this.#next()
      if (piece !== null) {
        this.#octets += piece.byteLength
        return piece
      }
      if (this.#ends()) return null
      if (this.#last !== null) throw (this.#fault = this.#last)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        this.#intake.want()
      })
    }
  }

  trailers(): RequestHeaders | null {
    return !this.failed && this.#ends() ? this.#trailers : null
  }

  copied(piece: Uint8Array): void {
    const memory = this.#reader.returned(piece)
    if (memory !== null) this.#intake.spent(memory)
  }

  allocate(length: number): Uint8Array {
    return Buffer.allocUnsafeSlow(length)
  }

  hold(): number {
    return this.#intake.hold()
  }

  drop(fault: Fault): void {
    this.#refusal = fault
    try {
      for (let piece = this.#next(); piece !== null; piece = this.#next()) this.copied(piece)
    } catch {} // the line was told that it is broken
  }

  /** Octets have arrived. */
  arrived(): void {
    this.#pauseMs = 0
    this.#awake()
  }

  /** No more octets will arrive: whoever asks for one gets `fault`. */
  ended(fault: Fault): void {
    this.#last = fault
    this.#awake()
  }

  /** Ends the reading: whoever waits for a piece, or asks for one later, gets `fault`. */
  fail(fault: Fault): void {
    if (this.#fault === null && this.#ends()) return
    this.#fault ??= fault
    this.#awake()
  }

  /** The answer is out: nobody reads what is left. */
  leave(): void {
    if (this.#fault !== null || this.#ends()) return
    this.#left = true
    this.#awake()
  }

  /** Time has passed while somebody waited. Gives the fault that it made, if it did. */
  tick(elapsedMs: number): Fault | null {
    if (this.#wake === null || this.#fault !== null) return null
    const { bodyTimeoutMs, bodyRate } = this.#limits
    this.#pauseMs += elapsedMs
    this.#waitedMs += elapsedMs
    if (this.#pauseMs >= bodyTimeoutMs) return new Fault('body_timeout', { limitMs: bodyTimeoutMs })
    if (this.#waitedMs >= bodyTimeoutMs && this.#octets * 1_000 < bodyRate * this.#waitedMs) {
      return new Fault('body_too_slow', { limit: bodyRate })
    }
    return null
  }

  #ends(): boolean {
    if (!this.#over && this.#reader.over) {
      this.#over = true
      this.#trailers = this.#reader.trailers
    }
    return this.#over
  }

  #next(): Uint8Array | null {
    try {
      return this.#reader.piece()
    } catch (error) {
      this.#fault = error as Fault // the chunked coding is broken
      this.#line.broken(this.#fault)
      throw error
    }
  }

  #awake(): void {
    const wake = this.#wake
    this.#wake = null
    wake?.()
  }
}

function unread(): Fault {
  return new Fault('request_aborted', { reason: 'the answer was sent before its body was read' })
}
