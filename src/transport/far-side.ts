/**
 * What a caller knows of the worker on its link: what it said in its hello, or why it never will.
 *
 * @module
 */
import { decodeHello } from '../wire/frames/payload.ts'

export class FarSide {
  /** Resolves when it said hello; rejects with why it never will. */
  readonly ready: Promise<void>
  /** Octets of body that it takes with a head; none before its hello. */
  inline = 0
  /** The mark of what it offers by name; null where that is nothing. */
  contract: string | null = null
  #settle!: { resolve(): void; reject(fault: unknown): void }

  constructor() {
    this.ready = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
    this.ready.catch(() => {}) // whoever starts a worker awaits it; a later loss is told to the calls
  }

  /** Fault: frame_faulty. */
  greets(payload: Uint8Array): void {
    const { inline, contract = null } = decodeHello(payload, 'worker')
    this.inline = inline
    this.contract = contract
    this.#settle.resolve()
  }

  /** It will not say hello any more, if it has not yet. */
  lost(fault: unknown): void {
    this.#settle.reject(fault)
  }
}
