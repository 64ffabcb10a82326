/**
 * The request body of `node:http`, pulled piece by piece. Clause 13.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http'
import type { BodySource } from '../../call/input.ts'
import type { RequestHeaders } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import { headersFrom } from '../../value/headers.ts'

export class NodeBody implements BodySource {
  readonly length: number | null
  readonly #req: IncomingMessage
  readonly #timeoutMs: number
  #beforeFirst: (() => void) | null

  /** `beforeFirst` runs once, when the first piece is asked for: it sends 100-continue. */
  constructor(req: IncomingMessage, timeoutMs: number, beforeFirst: (() => void) | null) {
    const declared = req.headers['content-length']
    this.length = declared === undefined ? null : Number(declared)
    this.#req = req
    this.#timeoutMs = timeoutMs
    this.#beforeFirst = beforeFirst
  }

  async read(): Promise<Uint8Array | null> {
    this.#beforeFirst?.()
    this.#beforeFirst = null
    for (;;) {
      const piece = this.#req.read() as Uint8Array | null
      if (piece !== null) return piece
      if (this.#req.readableEnded) return null
      if (this.#req.destroyed) throw brokenOff(this.#req.errored)
      await this.#progress()
    }
  }

  trailers(): RequestHeaders | null {
    const raw = this.#req.rawTrailers
    if (!this.#req.complete || raw.length === 0) return null
    const lines: [string, string][] = []
    for (let at = 0; at < raw.length; at += 2) lines.push([raw[at]!, raw[at + 1]!])
    return headersFrom(lines)
  }

  #progress(): Promise<void> {
    const req = this.#req
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => settle(new Fault('body_timeout', { limitMs: this.#timeoutMs })),
        this.#timeoutMs,
      )
      const settle = (fault?: Fault): void => {
        clearTimeout(timer)
        req.off('readable', go).off('end', go).off('close', go)
        if (fault === undefined) resolve()
        else reject(fault)
      }
      const go = (): void => settle()
      req.on('readable', go).on('end', go).on('close', go)
    })
  }
}

function brokenOff(cause: Error | null): Fault {
  return new Fault('request_aborted', { reason: 'the connection was closed' }, cause ?? undefined)
}
