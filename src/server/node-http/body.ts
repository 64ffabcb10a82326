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
import { spent } from '../spent.ts'
import { fieldLines } from './head.ts'

/** What Node reads of a connection at once, and once more behind the last that was wanted. In octets. */
const READ = 64 * 1024

export class NodeBody implements BodySource {
  readonly length: number | null
  readonly #req: IncomingMessage
  readonly #limits: Limits
  #octets = 0
  #waitedMs = 0
  #beforeFirst: (() => void) | null
  #fault: Fault | null = null
  #wake: (() => void) | null = null

  /**
   * `length` in bytes, null when unknown. `beforeFirst` runs once, when the first piece is asked
   * for: it sends 100-continue.
   */
  constructor(req: IncomingMessage, length: number | null, limits: Limits, beforeFirst: (() => void) | null) {
    this.length = length
    this.#req = req
    this.#limits = limits
    this.#beforeFirst = beforeFirst
  }

  async read(): Promise<Uint8Array | null> {
    this.#beforeFirst?.()
    this.#beforeFirst = null
    for (;;) {
      if (this.#fault !== null) throw this.#fault
      const piece = this.#req.read() as Uint8Array | null
      if (piece !== null) {
        this.#octets += piece.byteLength
        return piece
      }
      if (this.#req.readableEnded) return null
      if (this.#req.destroyed) throw brokenOff(this.#req.errored)
      await this.#progress()
    }
  }

  trailers(): RequestHeaders | null {
    const { complete, readableEnded, rawTrailers } = this.#req
    return complete && readableEnded && rawTrailers.length > 0 ? headersFrom(fieldLines(rawTrailers)) : null
  }

  copied({ buffer, byteLength }: Uint8Array): void {
    if (byteLength === buffer.byteLength) spent(buffer, this.#req.socket)
  }

  allocate(length: number): Uint8Array {
    return Buffer.allocUnsafeSlow(length)
  }

  // Node itself stops reading what nobody takes.
  hold(): number {
    return this.#req.readableLength + (this.#req.complete ? 0 : READ)
  }

  /** Ends the reading: whoever waits for a piece, or asks for one later, gets `fault`. */
  fail(fault: Fault): void {
    if (this.#req.readableEnded) return
    this.#fault ??= fault
    this.#wake?.()
  }

  /** True when nothing more can be read, and not because it was all read. */
  get failed(): boolean {
    return this.#fault !== null
  }

  async #progress(): Promise<void> {
    const { bodyTimeoutMs, bodyRate } = this.#limits
    const began = performance.now()
    await this.#more(bodyTimeoutMs)
    this.#waitedMs += performance.now() - began
    if (this.#waitedMs >= bodyTimeoutMs && this.#octets * 1_000 < bodyRate * this.#waitedMs) {
      this.fail(new Fault('body_too_slow', { limit: bodyRate }))
    }
  }

  #more(limitMs: number): Promise<void> {
    const req = this.#req
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.fail(new Fault('body_timeout', { limitMs })), limitMs)
      const wake = (): void => {
        clearTimeout(timer)
        req.off('readable', wake).off('end', wake).off('close', wake)
        this.#wake = null
        resolve()
      }
      this.#wake = wake
      req.on('readable', wake).on('end', wake).on('close', wake)
    })
  }
}

function brokenOff(cause: Error | null): Fault {
  return new Fault('request_aborted', { reason: 'the connection was closed' }, cause ?? undefined)
}
