/**
 * Calls by name over a transport that can: no path, no method, no status. Clause 35.
 *
 * @module
 */
import { NEVER } from '../call/aborts.ts'
import type { Near, Transport } from '../call/transport.ts'
import { encodeJson } from '../codec/json.ts'
import { NO_CONTEXT } from '../value/head-reader.ts'
import type { Carried } from '../value/message.ts'
import type { CallHead } from '../wire/frames/named.ts'
import type { NamedData } from './named.ts'
import { timedWhole } from './patience.ts'
import type { Pool } from './pool.ts'

export interface ByNameOptions {
  /** Gives the call up. */
  readonly signal?: AbortSignal
  /** How long the caller waits, in milliseconds, for items until they begin: the handler's deadline. */
  readonly timeoutMs?: number
  /** Carried along, where the link is trusted. */
  readonly context?: Carried
}

export interface ByName {
  /**
   * Calls a handler of the far service by its name, such as "notes.add", with data that JSON can hold.
   * Resolves with what it gives: data, or an async iterable of items.
   *
   *   Fault  call_answered for what the service refuses, its failures included; call_lost,
   *          call_refused, call_timeout; the reason of the signal
   */
  invoke(name: string, data?: unknown, options?: ByNameOptions): Promise<unknown>
}

/** How a transport carries one. */
type Carry = (head: CallHead, data: NamedData, near: Near) => Promise<unknown>

/** Nobody gives up a call that came without a signal, and making one costs as much as the call. */
export const ALONE: Near = {
  get signal() {
    return new AbortController().signal
  },
  aborts: NEVER,
}

/** `to` names the far side, for the fault of a call that takes too long. */
export function byName(to: string, carry: Carry): ByName {
  return {
    // No async function: what the call gives is not promised twice.
    invoke: (name, data, { signal, timeoutMs, context = NO_CONTEXT } = {}) => {
      let text: string | null
      try {
        text = data === undefined ? null : encodeJson(data)
      } catch (error) {
        return Promise.reject(error as Error)
      }
      const near: Near = signal === undefined ? ALONE : { signal }
      const head = { name, timeoutMs: timeoutMs ?? null, context }
      if (timeoutMs === undefined) return carry(head, text, near)
      return timedWhole(near, { timeoutMs, name: to }, (told) => carry(head, text, told))
    },
  }
}

/** The workers of a pool as a transport that also calls by name, for programs that end it themselves. */
export function byPool(pool: Pool): Transport & ByName & { close(): Promise<void> } {
  const { name, life } = pool
  return {
    name,
    life,
    call: (...call) => pool.call(...call),
    close: () => pool.close(),
    ...byName(name, (...call) => pool.invoke(...call)),
  }
}
