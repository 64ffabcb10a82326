/**
 * A body that came with its head over a link, and is charged from then on: who sends it is not asked first, so it is
 * here whether anybody reads it or not.
 *
 * @module
 */
import type { Charge, Held } from '../call/charge.ts'
import type { Input, RequestHeaders } from '../contract.ts'
import { Fault } from '../fault.ts'

const NO_BYTES = new Uint8Array(0)

export class ArrivedInput implements Input {
  readonly absent = false
  readonly length: number
  readonly #defaultLimit: number
  /** Rejects where there was no room for it, and none came. */
  readonly #admitted: Promise<void>
  #bytes: Uint8Array
  #taken: 'bytes' | 'stream' | null = null

  /** Where there is no room it waits for some, and is let go of where none comes: whoever reads it hears so. */
  constructor(body: Uint8Array, defaultLimit: number, charge: Charge) {
    this.length = body.byteLength
    this.#defaultLimit = defaultLimit
    this.#bytes = body
    this.#admitted = admitted(charge, body.byteLength)
    this.#admitted.catch(() => {
      this.#bytes = NO_BYTES
    })
  }

  async bytes(limit: number = this.#defaultLimit): Promise<Uint8Array> {
    if (this.#taken === 'stream') throw new Fault('input_taken', { by: 'stream' })
    this.#taken = 'bytes'
    if (this.length > limit) throw new Fault('body_too_large', { bytes: this.length, limit })
    await this.#admitted
    return this.#bytes
  }

  stream(): AsyncIterable<Uint8Array> {
    if (this.#taken !== null) throw new Fault('input_taken', { by: this.#taken })
    this.#taken = 'stream'
    return this.#once()
  }

  trailers(): RequestHeaders | null {
    return null
  }

  async *#once(): AsyncGenerator<Uint8Array, void, undefined> {
    await this.#admitted
    yield this.#bytes
  }
}

// It is here, so while it waits all of it counts for what waits.
async function admitted(charge: Charge, bytes: number): Promise<void> {
  const from: Held = { hold: () => bytes }
  for (let room = charge.take(bytes, from); room !== null; room = charge.take(bytes, from)) await room
}
