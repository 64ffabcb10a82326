/**
 * What every connection to one upstream shares.
 *
 * @module
 */
import { createSecureContext, type SecureContext } from 'node:tls'
import { Addresses } from './addresses.ts'
import { Failures } from './failure.ts'
import type { Place } from './place.ts'
import { contextOf, type Settings } from './settings.ts'

export interface Road {
  readonly place: Place
  readonly settings: Settings
  readonly addresses: Addresses
  readonly failures: Failures
  readonly sessions: Sessions
}

export function roadTo(place: Place, settings: Settings): Road {
  return {
    place,
    settings,
    addresses: new Addresses(),
    failures: new Failures(settings.name, place.url),
    sessions: new Sessions(settings),
  }
}

/** The last session of TLS: the next handshake begins with it, which saves both sides most of the work. */
class Sessions {
  readonly #settings: Settings
  #context: SecureContext | null = null
  #last: Buffer | null = null

  constructor(settings: Settings) {
    this.#settings = settings
  }

  keep(session: Buffer): void {
    this.#last = session
  }

  /** What `tls.connect` is told. */
  options(): { readonly secureContext: SecureContext; readonly session?: Buffer } {
    const secureContext = (this.#context ??= createSecureContext(contextOf(this.#settings.tls)))
    return this.#last === null ? { secureContext } : { secureContext, session: this.#last }
  }
}
