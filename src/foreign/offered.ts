/**
 * What a worker offers, asked once and made into a service; asked again when its app was loaded anew.
 *
 * @module
 */
import { Fault, isFault } from '../fault.ts'
import type { Contract } from '../handler/contract.ts'
import type { Service } from '../handler/service.ts'
import { ALONE } from '../transport/by-name.ts'
import type { Pool } from '../transport/pool.ts'
import { OFFER, readOffer } from './offer.ts'
import { offeredService } from './offered-service.ts'

export class Offered {
  readonly #what: string
  readonly #invoke: Pool['invoke']
  #asked: Promise<Service | null> | null = null
  #current: Service | null = null
  #contract: Contract | null = null
  readonly #hear = new Set<() => void>()

  /** `what` is what the user wrote, for messages. */
  constructor(what: string, invoke: Pool['invoke']) {
    this.#what = what
    this.#invoke = invoke
  }

  /** The service, where nothing has to be waited for. */
  get now(): Service | null {
    return this.#current
  }

  /** What it offered when it was last asked, null as long as nothing is known and for a worker without handlers. */
  get contract(): Contract | null {
    return this.#contract
  }

  /** `hear` is called whenever it has been asked. Gives what stops that. */
  onRenewed(hear: () => void): () => void {
    this.#hear.add(hear)
    return () => void this.#hear.delete(hear)
  }

  /** The worker is another one, and may offer something else: asks again. Faults: as those of `service`. */
  renew(): Promise<Service | null> {
    this.#asked = null
    this.#current = null
    return this.service()
  }

  /** Null for a worker without handlers. Faults: setup_faulty, naming the handler; those of a call. */
  service(): Promise<Service | null> {
    if (this.#asked !== null) return this.#asked
    const asked = this.#ask()
    this.#asked = asked
    // An answer from before it was forgotten says nothing of the worker that is there now.
    asked.then(
      (service) => {
        if (this.#asked !== asked) return
        this.#current = service
        this.#contract = service?.contract ?? null
        for (const hear of this.#hear) hear()
      },
      () => {
        if (this.#asked === asked) this.#asked = null // the next call asks again
      },
    )
    return asked
  }

  async #ask(): Promise<Service | null> {
    const head = { name: OFFER, timeoutMs: null, context: {} }
    try {
      const said = await this.#invoke(head, null, ALONE)
      return offeredService(readOffer(said), this.#invoke, this.#what)
    } catch (error) {
      if (isFault(error, 'call_answered') && error.detail.code === 'handler_unknown') return null
      if (isFault(error, 'setup_faulty'))
        throw new Fault(
          'setup_faulty',
          { ...error.detail, what: `${this.#what}: ${error.detail.what}` },
          error,
        )
      throw error
    }
  }
}
