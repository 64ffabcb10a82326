/**
 * A body that came with its head over a link, and is charged from then on: who sends it is not asked first, so it is
 * here whether anybody reads it or not.
 *
 * @module
 */
import type { Held } from '../call/budget.ts'
import type { Charge } from '../call/charge.ts'
import { WholeInput } from '../call/input.ts'
import type { Input, RequestHeaders } from '../contract.ts'

export class ArrivedInput implements Input {
  readonly absent = false
  readonly length: number
  /** Rejects where there was no room for it, and none came. */
  readonly #admitted: Promise<void>
  #body: WholeInput

  /** Where there is no room it waits for some, and is let go of where none comes: whoever reads it hears so. */
  constructor(body: Uint8Array, defaultLimit: number, charge: Charge) {
    const bytes = body.byteLength
    this.length = bytes
    this.#body = new WholeInput(body, defaultLimit)
    const drop = (): void => {
      this.#body = new WholeInput(null, defaultLimit)
    }
    // It is here, so while it waits all of it counts for what waits.
    this.#admitted = admitted(charge, bytes, { hold: () => bytes, drop })
    this.#admitted.catch(drop)
  }

  async bytes(limit?: number): Promise<Uint8Array> {
    const bytes = this.#body.whole(limit)
    await this.#admitted
    return bytes
  }

  stream(): AsyncIterable<Uint8Array> {
    return admittedPieces(this.#body.stream(), this.#admitted)
  }

  trailers(): RequestHeaders | null {
    return null
  }
}

async function* admittedPieces(
  pieces: AsyncIterable<Uint8Array>,
  admitted: Promise<void>,
): AsyncGenerator<Uint8Array, void, undefined> {
  await admitted
  yield* pieces
}

async function admitted(charge: Charge, bytes: number, from: Held): Promise<void> {
  for (let room = charge.take(bytes, from); room !== null; room = charge.take(bytes, from)) await room
}
