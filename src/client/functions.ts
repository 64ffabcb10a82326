/**
 * The functions of a typed client, made from a contract, over any transport.
 *
 * @module
 */
import type { Transport } from '../call/transport.ts'
import { CallFault } from '../call-fault.ts'
import type { Format } from '../codec/format.ts'
import type { AnyService } from '../handler/handlers.ts'
import type { CallOptions } from './call-options.ts'
import type { ClientContract, ClientHandler, WrittenContract } from './client-contract.ts'
import type { Client } from './client-types.ts'
import { laterVersion } from './compose.ts'
import { dataCall } from './data-call.ts'
import { keyOf } from './key.ts'
import { type Way, wayOf } from './way.ts'

/** What holds for all calls of a client. */
export interface ClientOptions {
  /** Formats besides JSON, such as `cbor`, used where a handler's contract names them first. */
  readonly formats?: readonly Format[]
  /** Further tries of calls that may be repeated: by default 2. */
  readonly retries?: number
}

/**
 * Makes the client of a service: `client<typeof notes>(contract, http('/api'))`. Calls reject with
 *
 *   call_answered   the service refused; `Gone.is(error)` knows its failures, `error.detail` the rest
 *   call_lost       no answer came, or it broke off
 *   call_refused    nobody is there to answer
 *   call_timeout    none came in time
 *   call_faulty     what came is not what the contract says
 *   input_invalid   the data cannot be written as a request
 *
 * and with the signal's reason when it was cancelled. Fault: setup_faulty for a contract of a later
 * version.
 */
export function client<S extends AnyService>(
  contract: WrittenContract,
  transport: Transport,
  { formats = [], retries = 2 }: ClientOptions = {},
): Client<S> {
  const { hagaki } = contract
  if (hagaki !== 1) throw laterVersion('the service', `its version ${hagaki} is unknown here`)
  const functions = Object.create(null) as Functions
  for (const [name, handler] of Object.entries((contract as ClientContract).handlers)) {
    const way = wayOf(handler, transport, formats, retries)
    const call = callOf(handler)
    const fn = (data?: unknown, options: CallOptions = {}): unknown => call(way, data, options)
    place(functions, name.split('.'), Object.assign(fn, { key: (data?: unknown) => keyOf(name, data) }))
  }
  return frozen(functions) as Client<S>
}

type Call = (way: Way, data: unknown, options: CallOptions) => unknown

// What streams is loaded with the first such call: a page without one does not carry it.
function callOf({ gives, takes }: ClientHandler): Call {
  if (gives === 'items' || gives === 'chunks')
    return async function* (...call) {
      yield* (await streams(call[0])).streamCall(...call)
    }
  if (takes === undefined || /data|bytes|text/.test(takes.as)) return dataCall
  return async (...call) => (await streams(call[0])).uploadCall(...call)
}

// A script that does not come is a call that was lost, as one is whose answer does not.
async function streams({ to }: Way): Promise<typeof import('./streams.ts')> {
  try {
    return await import('./streams.ts')
  } catch (error) {
    throw new CallFault('call_lost', { to }, error)
  }
}

/** Calls by name, those of services within by both names. */
export type Functions = { [name: string]: unknown }

export function frozen(functions: Functions): Functions {
  for (const one of Object.values(functions)) if (typeof one === 'object') frozen(one as Functions)
  return Object.freeze(functions)
}

// "notes.add" is the function `add` of `notes`.
export function place(functions: Functions, path: readonly string[], call: unknown): void {
  let at = functions
  for (const name of path.slice(0, -1)) at = (at[name] ??= Object.create(null)) as Functions
  at[path.at(-1)!] = call
}

/** The function of a handler. */
export function functionAt(functions: Functions, path: readonly string[]): AnyCall {
  return path.reduce((at, name) => (at as Functions)[name], functions as unknown) as AnyCall
}

interface AnyCall {
  (data: unknown, options: CallOptions): unknown
  readonly key: (data?: unknown) => unknown
}
