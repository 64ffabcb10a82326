/**
 * Giving: how what a function returned becomes an answer, all at once or piece by piece.
 *
 * @module
 */
import type { Format } from '../codec/format.ts'
import type { Log, RequestHeaders, ResponseHeaders, Result, Server } from '../contract.ts'
import type { AnySchema } from '../schema/standard.ts'
import type { ReplyParts } from './reply.ts'
import type { Verb } from './verb.ts'

export interface Giving {
  /** As the contract says it. */
  readonly gives: 'data' | 'bytes' | 'text' | 'items' | 'chunks'
  /** The media types it can give, the usual one first. Formats are those of the handler. */
  offers(formats: readonly Format[]): readonly string[]
  /** True where an answer may have a type beside its offers: then nobody is refused for what they take. */
  readonly isOpen?: boolean
  /** Checks what the function returned, for a caller that takes data; a promise where needed. */
  deliver(returned: unknown, delivery: Delivery): unknown
  /** Lets go of what `deliver` gave where no answer is made of it. */
  abandon?(delivered: unknown): void
  /** How large one item may be as it is written, in bytes, for the contract. */
  readonly itemLimit?: number
  /** How long a stream stays quiet before it shows that it is there, for the contract; 0 for ever. */
  readonly heartbeatMs?: number
  /** True where items have ids, and a caller may go on after one. */
  readonly resumes?: boolean
  /** Writes what `deliver` gave as an HTTP answer with some more fields. */
  respond(delivered: unknown, delivery: Delivery, fields: ResponseHeaders): Result
}

/** What becomes of data that a function returns: checked, cut to what the contract names, or given as they are. */
export type ReturnsPolicy = 'check' | 'strip' | 'off'

/** What a request says of the answer that it wants, and the clock and chance that go with it. */
export interface Asked {
  readonly method: string
  readonly headers: RequestHeaders
  readonly server: Server
}

/** What giving an answer needs to know of its call. */
export interface Delivery {
  readonly handler: string
  readonly verb: Verb
  readonly returns: AnySchema | undefined
  /** What is made of data before they are given. */
  readonly fit: (value: unknown) => unknown
  /** The format that was chosen; null where none writes the answer. */
  readonly format: Format | null
  /** The media type that was chosen among the offers. */
  readonly mediaType: string
  readonly log: Log
  /** Of the call, made when it is asked for. */
  readonly signal: () => AbortSignal
  /** The request, for an answer of which a part may be asked for. */
  readonly asked: () => Asked
  /** What the caller may be told of something that the handler threw. */
  readonly refusal: (thrown: unknown) => unknown
  /** What the handler said besides its data; set by `deliver`. */
  reply: ReplyParts | null
}
