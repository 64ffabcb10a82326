/**
 * A handler: a function on data, and the metadata that says what it does, accepts, returns and
 * how large. It knows no HTTP.
 *
 * @module
 */
import type { Key, Log, Outcome, Result } from '../contract.ts'
import type { AnySchema } from '../schema/standard.ts'
import type { AnyFailureType } from './failure.ts'
import type { Providers } from './provide.ts'
import type { Verb } from './verb.ts'

/** What a handler's function gets beside its data, besides what its guards and resources gave. */
export interface HandlerContext {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal
  /** Epoch milliseconds, or null. */
  readonly deadline: number | null
  readonly log: Log
  /** Runs at the outcome of the call, last in first out. */
  readonly defer: (task: (outcome: Outcome) => void | Promise<void>) => void
  readonly get: <T>(key: Key<T>) => T | undefined
  readonly set: <T>(key: Key<T>, value: T) => void
  /** Calls another handler of the service: same user, same signal, same deadline, the same checks. */
  readonly invoke: <T extends HandlerTypes & { readonly streams: false }>(
    handler: Handler<T>,
    ...data: DataArgument<T>
  ) => Promise<T['gets']>
}

/** The types of a handler as its callers see them; nothing of this exists at run time. */
export interface HandlerTypes {
  /** What a caller gives: the input side of `accepts`; undefined without. */
  readonly sends: unknown
  /** What a caller receives: the output side of `returns`; undefined without. An item, for streams. */
  readonly gets: unknown
  readonly streams: boolean
  /** What guards and resources give its function. */
  readonly provided: object
}

/** An argument that may be left out where a handler accepts nothing, or all that it accepts is optional. */
export type DataArgument<T extends HandlerTypes> = undefined extends T['sends']
  ? [data?: T['sends']]
  : object extends T['sends']
    ? [data?: T['sends']]
    : [data: T['sends']]

declare const TYPES: unique symbol

export interface Handler<T extends HandlerTypes = HandlerTypes> {
  readonly definition: Definition
  readonly [TYPES]?: T
}

// biome-ignore lint: variance: a handler of any types.
export type AnyHandler = Handler<any>
export type TypesOf<H> = H extends Handler<infer T> ? T : never

/** What verbs make of their arguments. */
export interface Definition {
  readonly verb: Verb
  readonly path: string
  readonly accepts: AnySchema | undefined
  readonly returns: AnySchema | undefined
  readonly errors: readonly AnyFailureType[]
  /** Bytes of body; undefined for the server's own limit. */
  readonly limit: number | undefined
  readonly summary: string | undefined
  readonly providers: Providers
  // biome-ignore lint: variance: the function of any handler.
  readonly run: (data: any, context: any) => unknown
  readonly giving: Giving
}

/** How what a function returned becomes an answer: all at once, or piece by piece. */
export interface Giving {
  /** As the contract says it. */
  readonly gives: 'data' | 'items'
  readonly mediaType: string
  /** Checks what the function returned, for a caller that takes data; a promise where needed. */
  deliver(returned: unknown, delivery: Delivery): unknown
  /** Writes what `deliver` gave as an HTTP answer. */
  respond(delivered: unknown, delivery: Delivery): Result
}

/** What giving an answer needs to know of its call. */
export interface Delivery {
  readonly handler: string
  readonly verb: Verb
  readonly returns: AnySchema | undefined
  readonly log: Log
  /** Of the call, made when it is asked for. */
  readonly signal: () => AbortSignal
  /** What the caller may be told of something that the handler threw. */
  readonly refusal: (thrown: unknown) => unknown
}
