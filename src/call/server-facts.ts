/**
 * The `server` argument: built once at boot, frozen, the same object for every call (19).
 *
 * @module
 */
import type { Limits, Server } from '../contract.ts'
import { Fault } from '../fault.ts'
import { MAX_TIMER_MS } from '../value/duration.ts'
import { VERSION } from '../version.ts'
import { DEFAULT_LIMITS } from './limits.ts'

export const CONTRACT_VERSION: readonly [number, number] = Object.freeze([1, 0] as [number, number])

/** Others may take 0 for no limit: a client would be ended at once here, or never. */
const ENDS_CLIENTS: readonly string[] = ['headTimeoutMs', 'bodyTimeoutMs', 'sendTimeoutMs', 'idleTimeoutMs']

export interface ServerFacts extends Partial<Omit<Server, 'limits'>> {
  readonly limits?: Partial<Limits>
}

/** Builds and freezes `server`. Fault: setup_faulty for a limit that is no number of its unit. */
export function serverFacts(facts: ServerFacts = {}): Server {
  const limits = Object.freeze({ ...DEFAULT_LIMITS, ...facts.limits })
  for (const [name, value] of Object.entries(limits)) {
    if (!Object.hasOwn(DEFAULT_LIMITS, name)) throw unfit(name, 'there is no such limit')
    if (!Number.isSafeInteger(value) || value < 0) throw unfit(name, `${String(value)} is no whole number`)
    if (name.endsWith('Ms') && value > MAX_TIMER_MS)
      throw unfit(name, `${value} ms is more than a timer can wait`)
    if (value === 0 && ENDS_CLIENTS.includes(name))
      throw unfit(name, '0 ms are no time, and it cannot be off')
  }
  return Object.freeze({
    software: `hagaki/${VERSION}`,
    name: 'localhost',
    port: 0,
    contract: CONTRACT_VERSION,
    workers: 1,
    environment: 'production',
    now: Date.now,
    random: (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes)),
    ...facts,
    limits,
  })
}

function unfit(name: string, reason: string): Fault {
  const fix = `Known limits, in bytes and milliseconds: ${Object.keys(DEFAULT_LIMITS).join(', ')}`
  return new Fault('setup_faulty', { what: `limits.${name}`, reason, fix })
}
