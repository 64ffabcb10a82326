/**
 * The body of a call that comes over a link, as its app reads it. One that is held until it is whole gives its room in
 * the memory budget up when it comes too slowly: nobody else here watches who sends it.
 *
 * @module
 */
import type { BodySource } from '../call/input.ts'
import type { Limits, RequestHeaders } from '../contract.ts'
import { Fault } from '../fault.ts'
import type { IncomingBody } from '../wire/frames/incoming.ts'

export class RequestBody implements BodySource {
  readonly length: number | null
  readonly #body: IncomingBody
  readonly #limits: Limits
  #isHeld = false
  #fault: Fault | null = null
  #octets = 0
  #waitedMs = 0

  constructor(body: IncomingBody, limits: Limits) {
    this.length = body.length
    this.#body = body
    this.#limits = limits
  }

  held(): void {
    this.#isHeld = true
  }

  /** Faults: body_timeout and body_too_slow of a body that is held, and what broke it off. */
  async read(): Promise<Uint8Array | null> {
    if (this.#fault !== null) throw this.#fault
    if (!this.#isHeld) return this.#body.read()
    const began = performance.now()
    const piece = await this.#inTime(this.#body.read())
    this.#waitedMs += performance.now() - began
    this.#octets += piece?.byteLength ?? 0
    const { bodyTimeoutMs, bodyRate } = this.#limits
    const isSlow = this.#waitedMs >= bodyTimeoutMs && this.#octets * 1_000 < bodyRate * this.#waitedMs
    if (isSlow && piece !== null) throw (this.#fault = new Fault('body_too_slow', { limit: bodyRate }))
    return piece
  }

  // They were joined as request fields are.
  trailers(): RequestHeaders | null {
    return this.#body.trailers() as RequestHeaders | null
  }

  // The link goes on: what still comes of the body is taken, and not looked at.
  #inTime(reading: Promise<Uint8Array | null>): Promise<Uint8Array | null> {
    const { bodyTimeoutMs } = this.#limits
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject((this.#fault = new Fault('body_timeout', { limitMs: bodyTimeoutMs }))),
        bodyTimeoutMs,
      )
      reading.then(resolve, reject).finally(() => clearTimeout(timer))
    })
  }
}
