/**
 * A handler: a function on data, and the metadata that says what it does, accepts, returns and
 * how large. It knows no HTTP.
 *
 * @module
 */
import type { Format } from '../codec/format.ts'
import type { Key, Log, Outcome } from '../contract.ts'
import type { AnySchema } from '../schema/standard.ts'
import type { BodyLimit, RawBody } from './body.ts'
import type { AnyFailureType } from './failure.ts'
import type { Fresh } from './fresh.ts'
import type { Giving } from './giving.ts'
import type { Providers } from './provide.ts'
import type { Source } from './source.ts'
import type { Taking } from './taking.ts'
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
  /** The body that the data were decoded from, octet for octet; null where there was none, or it streams. */
  readonly raw: RawBody | null
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
  /** What a caller receives: the output side of `returns`; undefined without. An item or piece, for streams. */
  readonly gets: unknown
  /** False where all of both is there at once; `in` where a body flows in alone, `out` where an answer flows. */
  readonly streams: false | 'in' | 'out'
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
  /** Of the whole body, which is the member `body`; undefined where the body holds members. */
  readonly body: AnySchema | undefined
  /** True where a body that nothing is taken from is not refused. */
  readonly ignoresBody: boolean
  readonly returns: AnySchema | undefined
  readonly errors: readonly AnyFailureType[]
  readonly from: { readonly [member: string]: Source }
  /** Undefined for the service's own. */
  readonly formats: readonly Format[] | undefined
  /** Undefined for the server's own. */
  readonly limit: BodyLimit | undefined
  readonly summary: string | undefined
  readonly description: string | undefined
  readonly deprecated: boolean
  // biome-ignore lint: variance: of the data of any handler.
  readonly version: ((data: any) => string | number) | undefined
  readonly fresh: Fresh | undefined
  readonly location: string | undefined
  readonly providers: Providers
  // biome-ignore lint: variance: the function of any handler.
  readonly run: (data: any, context: any) => unknown
  /** Undefined where it follows from the schemas: data, bytes or text, all at once. */
  readonly taking: Taking | undefined
  readonly giving: Giving | undefined
}
