/**
 * The addresses of a name, asked for again as connections are made, so that a name that leads
 * elsewhere is followed. Several addresses take turns.
 *
 * @module
 */
import { type LookupAddress, lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'

/** Milliseconds in which many connections share one answer. */
const FRESH_MS = 1_000
/** Milliseconds in which the last answer does where there is no new one. */
const STALE_MS = 60_000

/** As `dns.lookup` with `all`. */
export type Resolve = (
  host: string,
  told: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void

const system: Resolve = (host, told) => lookup(host, { all: true }, told)

export class Addresses {
  readonly #resolve: Resolve
  #found: readonly LookupAddress[] = []
  #since = Number.NEGATIVE_INFINITY
  #turn = 0
  #waiting: ((error: NodeJS.ErrnoException | null) => void)[] | null = null

  constructor(resolve: Resolve = system) {
    this.#resolve = resolve
  }

  /** For `net.connect`. */
  readonly lookup: LookupFunction = (host, options, told) => {
    this.#fresh(host, (error) => {
      if (error !== null) return told(error, [])
      const all = this.#turned()
      if (options.all === true) told(null, all)
      else told(null, all[0]!.address, all[0]!.family)
    })
  }

  #fresh(host: string, then: (error: NodeJS.ErrnoException | null) => void): void {
    if (performance.now() - this.#since < FRESH_MS) return queueMicrotask(() => then(null))
    if (this.#waiting !== null) {
      this.#waiting.push(then)
      return
    }
    this.#waiting = [then]
    this.#resolve(host, (error, found) => {
      const waiting = this.#waiting ?? []
      this.#waiting = null
      const none = error !== null || found.length === 0
      if (!none) {
        this.#found = found
        this.#since = performance.now()
      }
      const isHelpless = none && performance.now() - this.#since > STALE_MS
      const refused = isHelpless ? (error ?? new Error(`${host} has no address`)) : null
      for (const one of waiting) one(refused)
    })
  }

  // Each connection begins with another one.
  #turned(): LookupAddress[] {
    const at = this.#turn++ % this.#found.length
    return [...this.#found.slice(at), ...this.#found.slice(0, at)]
  }
}
