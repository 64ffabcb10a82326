/**
 * The functions of a typed client, made from a contract, over any transport.
 *
 * @module
 */
import { WholeInput } from '../call/input.ts'
import type { Transport } from '../call/transport.ts'
import { decodeEvents, type ServerSentEvent } from '../codec/sse.ts'
import type { Result } from '../contract.ts'
import { Fault, isFault } from '../fault.ts'
import type { Contract } from '../handler/contract.ts'
import type { DataArgument, HandlerTypes, TypesOf } from '../handler/handler.ts'
import type { AnyService, Handlers } from '../handler/handlers.ts'
import { isRecord } from '../value/data.ts'
import { mediaType } from '../value/media-type.ts'
import { utf8Bytes } from '../value/utf8.ts'
import { parseJson, pieces, wholeBody } from './answer-body.ts'
import { composerOf } from './compose.ts'
import { answered } from './failed.ts'
import { type CallOptions, Waiting } from './waiting.ts'

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
) => T['streams'] extends true ? AsyncGenerator<T['gets'], void, undefined> : Promise<T['gets']>

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

/** How the calls of one handler go. */
interface Way {
  /** Who answers, for messages. */
  readonly to: string
  /** False where an answer has no body. */
  readonly gives: boolean
  readonly send: (data: unknown, options: CallOptions, signal: AbortSignal) => Promise<Result>
}

async function dataCall({ to, gives, send }: Way, data: unknown, options: CallOptions): Promise<unknown> {
  const waiting = new Waiting(to, options)
  let whole = false
  try {
    const [status, , , body] = await waiting.for(send(data, options, waiting.signal))
    const bytes = await waiting.for(wholeBody(body, to))
    whole = true
    if (status >= 400) throw answered(to, status, parseJson(bytes))
    if (!gives || status === 204) return undefined
    const decoded = parseJson(bytes)
    if (decoded === undefined) throw new Fault('call_faulty', { to, reason: 'it is not JSON' })
    return decoded
  } finally {
    waiting.end(whole)
  }
}

async function* itemCall(
  { to, send }: Way,
  data: unknown,
  options: CallOptions,
): AsyncGenerator<unknown, void, undefined> {
  const waiting = new Waiting(to, options)
  let whole = false
  try {
    const [status, contentType, , body] = await waiting.for(send(data, options, waiting.signal))
    if (status >= 400) {
      const problem = parseJson(await waiting.for(wholeBody(body, to)))
      whole = true
      throw answered(to, status, problem)
    }
    if (mediaType(contentType ?? '')?.essence !== 'text/event-stream') {
      throw new Fault('call_faulty', {
        to,
        reason: `${contentType ?? 'an answer without type'} is no event stream`,
      })
    }
    waiting.began()
    const events = decodeEvents(pieces(body))
    const next = (): Promise<IteratorResult<ServerSentEvent, void>> =>
      waiting.for(events.next().catch((error: unknown) => unreadable(to, error)))
    try {
      for (;;) {
        const { done, value } = await next()
        whole = done === true
        if (value === undefined) return
        if (value.event === 'message') yield itemOf(value, to)
        if (value.event !== 'failure') continue // of a later version
        // It is the last event: with the end behind it the answer is whole, and was not broken off.
        const failed = failureOf(value, to)
        whole = await next().then(
          (after) => after.done === true,
          () => false,
        )
        throw failed
      }
    } finally {
      // Who was cancelled does not wait for the end either.
      const ended = events.return().catch(() => {})
      if (!waiting.signal.aborted) await ended
    }
  } finally {
    waiting.end(whole)
  }
}

// That its limit is ours is of no use to whoever asked for the items.
function unreadable(to: string, error: unknown): never {
  if (!isFault(error) || error.code !== 'body_too_large') throw error
  throw new Fault('call_faulty', { to, reason: 'an item is too large' }, error)
}

/** The data of an item's event. Fault: call_faulty. */
function itemOf({ data }: ServerSentEvent, to: string): unknown {
  const decoded = parseJson(utf8Bytes(data))
  if (decoded === undefined) throw new Fault('call_faulty', { to, reason: 'an item is not JSON' })
  return decoded
}

/** What ended a stream. Fault: call_faulty for what is no problem. */
function failureOf(event: ServerSentEvent, to: string): Fault {
  const problem = itemOf(event, to)
  const status = isRecord(problem) ? problem['status'] : undefined
  return answered(to, typeof status === 'number' ? status : 500, problem)
}
