/**
 * The body of a request on its way to an upstream: here already, or as it comes.
 *
 * @module
 */
import type { Aborts } from '../../call/aborts.ts'
import { bodyPieces } from '../../call/input.ts'
import type { Input, RequestHeaders } from '../../contract.ts'
import { unlessAborted } from '../aborts.ts'

/** A body up to so many octets is waited for, and sent with its head: its client takes no connection meanwhile. */
const GATHERED = 16 * 1024

export class RequestBody {
  /** Octets; null when unknown. */
  readonly length: number | null
  /** All of it, if that is here. */
  readonly bytes: Uint8Array | null
  readonly #input: Input
  #begun = false

  private constructor(input: Input, bytes: Uint8Array | null) {
    this.#input = input
    this.bytes = bytes
    this.length = bytes === null ? input.length : bytes.byteLength
  }

  /**
   * Null without a body. `expects`: nothing is read before the upstream asks.
   *
   *   Faults  those of `input.bytes`
   */
  static async of(input: Input, expects: boolean, aborts: Aborts): Promise<RequestBody | null> {
    if (input.absent) return null
    const { length } = input
    if (expects || length === null || length > GATHERED) return new RequestBody(input, null)
    return new RequestBody(input, await unlessAborted(input.bytes(GATHERED), aborts))
  }

  /** True while it can be sent from its beginning. */
  get isFresh(): boolean {
    return !this.#begun
  }

  async *pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    this.#begun = true
    yield* bodyPieces(this.#input)
  }

  trailers(): RequestHeaders | null {
    return this.#input.trailers()
  }
}
