/**
 * The functions of a typed client, made from a contract, over any transport.
 *
 * @module
 */
import { WholeInput } from '../call/input.ts'
import type { Transport } from '../call/transport.ts'
import type { Result } from '../contract.ts'
import { Fault } from '../fault.ts'
import type { Contract } from '../handler/contract.ts'
import type { DataArgument, HandlerTypes, TypesOf } from '../handler/handler.ts'
import type { AnyService, Handlers } from '../handler/handlers.ts'
import { composerOf } from './compose.ts'
import { dataCall } from './data-call.ts'
import { itemCall } from './item-call.ts'
import type { CallOptions } from './waiting.ts'
import type { Way } from './way.ts'

/** One function for each handler of a service, by its name; those of a service within it by both names. */
export type Client<S extends AnyService> = ClientOf<S['handlers']>

type ClientOf<H extends Handlers> = {
  // An app beside the handlers has a path and no name.
  readonly [N in keyof H as N extends `/${string}` ? never : N]: H[N] extends AnyService
    ? ClientOf<H[N]['handlers']>
    : Call<TypesOf<H[N]>>
}

type Call<T extends HandlerTypes> = (
  ...args: [...data: DataArgument<T>, options?: CallOptions]
) => T['streams'] extends 'out' ? AsyncGenerator<T['gets'], void, undefined> : Promise<T['gets']>

/** A contract, also as the type of a JSON module, where each text is just a string. */
export interface WrittenContract {
  readonly hagaki: number
  readonly handlers: { readonly [name: string]: { readonly verb: string; readonly path: string } }
}

/**
 * Makes the client of a service: `client<typeof notes>(contract, http('/api'))`. Calls reject with
 *
 *   call_answered   the service refused; `Gone.is(error)` knows its failures, `error.detail` the rest
 *   call_lost       no answer came, or it broke off
 *   call_timeout    none came in time
 *   call_faulty     what came is not what the contract says
 *   input_invalid   the data cannot be written as a request
 *
 * and with the signal's reason when it was cancelled. Fault: setup_faulty for a contract of a later
 * version.
 */
export function client<S extends AnyService>(contract: WrittenContract, transport: Transport): Client<S> {
  if (contract.hagaki !== 1) {
    const reason = `its version is ${String(contract.hagaki)}, and 1 is known here`
    throw new Fault('setup_faulty', { what: 'The contract', reason, fix: 'Update hagaki' })
  }
  const functions = Object.create(null) as Functions
  for (const [name, handler] of Object.entries((contract as Contract).handlers)) {
    const compose = composerOf(handler)
    const send = (data: unknown, options: CallOptions, signal: AbortSignal): Promise<Result> => {
      const { body, ...head } = compose(data, options.headers ?? {})
      const timed = { ...head, timeoutMs: options.timeoutMs ?? null }
      return transport.call(timed, new WholeInput(body, Number.POSITIVE_INFINITY), { signal })
    }
    const way: Way = { to: transport.name, gives: handler.returns !== undefined, send }
    const call = handler.gives === 'items' ? itemCall : dataCall
    place(functions, name.split('.'), (data?: unknown, options: CallOptions = {}) => call(way, data, options))
  }
  return frozen(functions) as Client<S>
}

type Functions = { [name: string]: unknown }

function frozen(functions: Functions): Functions {
  for (const one of Object.values(functions)) if (typeof one === 'object') frozen(one as Functions)
  return Object.freeze(functions)
}

// "notes.add" is the function `add` of `notes`.
function place(functions: Functions, path: readonly string[], call: unknown): void {
  let at = functions
  for (const name of path.slice(0, -1)) at = (at[name] ??= Object.create(null)) as Functions
  at[path.at(-1)!] = call
}
