/**
 * The request body of `node:http`, pulled piece by piece. Clause 13.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http'
import type { BodySource } from '../../call/input.ts'
import type { Limits, RequestHeaders } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import { headersFrom } from '../../value/headers.ts'
import type { Rests } from '../rests.ts'
import { spent } from '../spent.ts'
import { fieldLines } from './head.ts'
import { throwAway } from './rest.ts'

/** What Node reads of a connection at once, and once more behind the last that was wanted. In octets. */
const READ = 64 * 1024
/** Octets that may wait here before the reading stops. */
const AHEAD = 64 * 1024

export class NodeBody implements BodySource {
  readonly length: number | null
  readonly #req: IncomingMessage
  readonly #limits: Limits
  readonly #rests: Rests
  /** What came and nobody has asked for yet. */
  readonly #pieces: Uint8Array[] = []
  #pending = 0
  #octets = 0
  #waitedMs = 0
  #beforeFirst: (() => void) | null
  #state: 'unasked' | 'flowing' | 'paused' | 'left' = 'unasked'
  #fault: Fault | null = null
  /** Why nobody reads it. */
  #refusal: Fault | null = null
  #wake: (() => void) | null = null

  /**
   * `length` in bytes, null when unknown. `beforeFirst` runs once, when the first piece is asked
   * for: it sends 100-continue.
   */
  constructor(
    req: IncomingMessage,
    length: number | null,
    limits: Limits,
    rests: Rests,
    beforeFirst: (() => void) | null,
  ) {
    this.length = length
    this.#req = req
    this.#limits = limits
    this.#rests = rests
    this.#beforeFirst = beforeFirst
  }

  async read(): Promise<Uint8Array | null> {
    if (this.#state === 'unasked') this.#ask()
    for (;;) {
      if (this.#fault !== null) throw this.#fault
      if (this.#refusal !== null) throw this.#refusal
      const piece = this.#pieces.shift()
      if (piece !== undefined) {
        this.#pending -= piece.byteLength
        this.#octets += piece.byteLength
        return piece
      }
      if (this.#isOver) return null
      if (this.#req.destroyed) throw brokenOff(this.#req.errored)
      await this.#progress()
    }
  }

  trailers(): RequestHeaders | null {
    const { rawTrailers } = this.#req
    return this.#isOver && rawTrailers.length > 0 ? headersFrom(fieldLines(rawTrailers)) : null
  }

  copied({ buffer, byteLength }: Uint8Array): void {
    const others = this.#req.listenerCount('data') > 1
    if (!others && byteLength === buffer.byteLength) spent(buffer, this.#req.socket)
  }

  allocate(length: number): Uint8Array {
    return Buffer.allocUnsafeSlow(length)
  }

  hold(): number {
    this.#pause()
    return this.#pending + this.#req.readableLength + (this.#req.complete ? 0 : READ)
  }

  drop(fault: Fault): void {
    if (this.#isOver) return
    this.#refusal = fault
    this.#leave()
    throwAway(this.#req, this.#rests)
  }

  /** Ends the reading: whoever waits for a piece, or asks for one later, gets `fault`. */
  fail(fault: Fault): void {
    if (this.#isOver) return
    this.#fault ??= fault
    this.#leave()
  }

  /** The answer is out: nobody reads what is left. */
  leave(): void {
    if (this.#isOver) return
    this.fail(new Fault('request_aborted', { reason: 'the answer was sent before its body was read' }))
  }

  /** True when nothing more can be read, and not because it was all read. */
  get failed(): boolean {
    return this.#fault !== null
  }

  /** True when all of it came and was given. */
  get #isOver(): boolean {
    return this.#fault === null && this.#pending === 0 && this.#req.complete && this.#req.readableLength === 0
  }

  #ask(): void {
    if (this.#req.readableDidRead) throw new Fault('body_read_before', {})
    this.#beforeFirst?.()
    this.#state = 'flowing'
    this.#req.on('data', this.#take).on('end', this.#awake).on('close', this.#awake)
    if (this.#req.isPaused()) this.#req.resume()
  }

  // Node buffers little, and stops the connection for what is more: so what comes is taken at once.
  readonly #take = (piece: Uint8Array): void => {
    this.#pieces.push(piece)
    this.#pending += piece.byteLength
    if (this.#wake !== null) this.#awake()
    else if (this.#pending > AHEAD) this.#pause()
  }

  readonly #awake = (): void => {
    const wake = this.#wake
    this.#wake = null
    wake?.()
  }

  #pause(): void {
    if (this.#state !== 'flowing') return
    this.#state = 'paused'
    this.#req.pause()
  }

  #leave(): void {
    this.#state = 'left'
    this.#req.off('data', this.#take).off('end', this.#awake).off('close', this.#awake)
    this.#pieces.length = 0
    this.#pending = 0
    this.#awake()
  }

  async #progress(): Promise<void> {
    const { bodyTimeoutMs, bodyRate } = this.#limits
    const began = performance.now()
    if (await this.#more(bodyTimeoutMs)) return // it was not the client who took so long
    this.#waitedMs += performance.now() - began
    if (this.#waitedMs >= bodyTimeoutMs && this.#octets * 1_000 < bodyRate * this.#waitedMs) {
      this.fail(new Fault('body_too_slow', { limit: bodyRate }))
    }
  }

  // True when the time was up before what had come was read: a loop that was blocked runs its timers first, and
  // finds nobody late whose octets wait in the kernel.
  #more(limitMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      let last: NodeJS.Immediate | undefined
      const timer = setTimeout(() => {
        last = setImmediate(() => this.fail(new Fault('body_timeout', { limitMs })))
      }, limitMs)
      this.#wake = () => {
        clearTimeout(timer)
        clearImmediate(last)
        resolve(last !== undefined)
      }
      if (this.#state === 'paused') {
        this.#state = 'flowing'
        this.#req.resume()
      }
    })
  }
}

function brokenOff(cause: Error | null): Fault {
  return new Fault('request_aborted', { reason: 'the connection was closed' }, cause ?? undefined)
}
