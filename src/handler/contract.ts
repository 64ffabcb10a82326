/**
 * A service's contract as plain data: names, verbs, paths, schemas, limits. The client, gateways
 * and checks are made from it.
 *
 * @module
 */
import type { FailureKind } from '../call/failure.ts'
import type { JsonSchema } from '../schema/json-schema.ts'
import type { SecurityScheme } from './provide.ts'
import type { FlowLimits } from './taking.ts'
import type { Verb } from './verb.ts'

export interface Contract {
  /** The version of this form. */
  readonly hagaki: 1
  /** By name; those of a service within a service have both names, such as "notes.add". */
  readonly handlers: { readonly [name: string]: HandlerContract }
  /** How callers identify themselves to guards, by the guards' names. */
  readonly schemes?: { readonly [guard: string]: SecurityScheme }
}

export interface HandlerContract {
  readonly verb: Verb
  /** The whole template below the service, its prefix included. */
  readonly path: string
  /** Only there, when it is given. */
  readonly host?: string
  readonly summary?: string
  readonly description?: string
  readonly deprecated?: true
  /** Of what a caller sends; absent when the handler accepts nothing but a body, or nothing. */
  readonly accepts?: JsonSchema
  /** The members of that by name, and how texts stand for them: `schema/form-words.ts` has the words. */
  readonly members?: { readonly [member: string]: string }
  /** The same of members under other names; absent where nothing is said of them, or they are refused. */
  readonly others?: string
  /** Members under other names are refused. */
  readonly closed?: true
  /** Members that come from elsewhere than their verb says. */
  readonly from?: {
    readonly [member: string]: { readonly in: 'query' | 'header' | 'cookie'; readonly name: string }
  }
  /** How the body is taken; absent where there is none. */
  readonly takes?: TakesContract
  /** All at once as data, bytes or text; item by item; or bytes as they come. */
  readonly gives: 'data' | 'bytes' | 'text' | 'items' | 'chunks'
  /** The media types of an answer, the usual one first; absent where it has no body. */
  readonly offers?: readonly string[]
  /** Of what a caller receives, or of one item. */
  readonly returns?: JsonSchema
  /** Bytes of one item as it is written, where it gives items. */
  readonly itemLimit?: number
  /** The longest time in which a stream of items sends nothing at all; absent where that may be any. */
  readonly heartbeatMs?: number
  /** True where items have ids, and a caller that sends `last-event-id` is given what comes after. */
  readonly resumes?: true
  /** By code: the failures of the handler and of its guards. */
  readonly errors: { readonly [code: string]: { readonly kind: FailureKind; readonly data?: JsonSchema } }
  /** The names of its guards, in the order they decide. */
  readonly guards: readonly string[]
  /** Bytes of body; absent where the server's limit holds. */
  readonly limit?: number
  /** Bytes of body once its content codings are undone, where that is another limit. */
  readonly decodedLimit?: number
  /** True where what is read has an entity tag, and `if-none-match` is heeded; and `if-match` where that is changed. */
  readonly versioned?: true
  /** True where the answer of what changes it has an entity tag as well. */
  readonly tagged?: true
  /** The `cache-control` of an answer. */
  readonly fresh?: string
  /** Where what was created is, as a template over the answer's members. */
  readonly location?: string
  /** True where requests are refused in a form of the service's own, and not as problems. */
  readonly ownRefusals?: true
}

export interface TakesContract {
  readonly as: 'data' | 'bytes' | 'text' | 'items' | 'parts' | 'chunks'
  /** Media types or ranges, the usual one first. */
  readonly mediaTypes: readonly string[]
  /** Whether the body holds members of the input, is the input, or is its member `body`. */
  readonly body: 'members' | 'whole' | 'member'
  /** Of the member `body`, or of one item. */
  readonly schema?: JsonSchema
  /** Where the member `body` may be a form: how its entries stand for its members. */
  readonly members?: { readonly [member: string]: string }
  readonly others?: string
  readonly closed?: true
  /** Bounds of what flows in, besides that of the whole: see `limit` of the handler. */
  readonly limits?: FlowLimits
}
