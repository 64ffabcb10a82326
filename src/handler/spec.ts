/**
 * A handler's metadata as it is written, with what the compiler checks of it.
 *
 * @module
 */
import type { Format } from '../codec/format.ts'
import type { AnySchema, InputOf, OutputOf } from '../schema/standard.ts'
import type { BodyLimitSpec } from './body.ts'
import type { AnyFailureType } from './failure.ts'
import type { Fresh } from './fresh.ts'
import type { Source } from './source.ts'
import type { Names } from './template.ts'

/** A handler's metadata. */
export interface Spec<P extends string, A, R, B = undefined, L extends string = string> {
  /** Of the data it takes: an object, of which each name in the path is a member; or of the whole body. */
  readonly accepts?: A & Covers<A, P>
  /** Of the body as one value beside the other members: the member `body` of the data. */
  readonly body?: B
  /** A body that callers send all the same, of any type and size, is not read. Without it such a request is 400. */
  readonly ignoresBody?: boolean
  /** Of the data it returns; without it the answer has no body. For streams, of one item. */
  readonly returns?: R
  /** The failures it may raise; another one is answered 500. */
  readonly errors?: readonly AnyFailureType[]
  /** Members that come from elsewhere: `{ page: query(), match: header('if-match') }`. */
  readonly from?: A extends AnySchema
    ? { readonly [M in MembersOf<InputOf<A>>]?: Source }
    : Record<never, never>
  /** How bodies and answers may be written; by default as the service says. */
  readonly formats?: readonly Format[]
  /** The largest body, such as "16kb" or bytes. By default the server's limit. */
  readonly limit?: BodyLimitSpec
  /** One line for people. */
  readonly summary?: string
  /** More for people, in Markdown. */
  readonly description?: string
  /** Callers should leave it. */
  readonly deprecated?: boolean
  /** The version of data that are given: from it come `etag`, 304 and, for what changes them, 412. */
  readonly version?: (data: Received<R>) => string | number
  /** How long an answer may be kept: "1m". */
  readonly fresh?: Fresh
  /** Where what was created is: `/notes/{id}`, filled from the data that are given. */
  readonly location?: L & Fills<R, L>
}

type MembersOf<I> = I extends object ? keyof I & string : never

/** Says at compile time which name of the path is no member of the input. */
type Covers<A, P extends string> = [Names<P>] extends [never]
  ? unknown
  : A extends AnySchema
    ? [Names<P>] extends [keyof InputOf<A>]
      ? unknown
      : unknown extends InputOf<A> // a schema that says nothing: the boot looks at what it describes
        ? unknown
        : { readonly 'a name in the path is no member of accepts': Exclude<Names<P>, keyof InputOf<A>> }
    : unknown

/** Says at compile time which name of the location is no member of the answer. */
type Fills<R, L extends string> = [Names<L>] extends [never]
  ? unknown
  : R extends AnySchema
    ? [Names<L>] extends [keyof OutputOf<R>]
      ? unknown
      : { readonly 'a name in the location is no member of returns': Exclude<Names<L>, keyof OutputOf<R>> }
    : { readonly 'a location is filled from': 'returns' }

/** A path with names asks for a spec that accepts them. */
export type Needs<P extends string, A> = [Names<P>] extends [never]
  ? unknown
  : A extends AnySchema
    ? unknown
    : { readonly 'accepts has to have the members': Names<P> }

/** What a function is given. */
export type Data<A, B = undefined> = B extends AnySchema
  ? (A extends AnySchema ? OutputOf<A> : unknown) & { readonly body: OutputOf<B> }
  : A extends AnySchema
    ? OutputOf<A>
    : undefined

/** What a caller gives. */
export type Sent<A, B = undefined> = B extends AnySchema
  ? (A extends AnySchema ? InputOf<A> : unknown) & { readonly body: InputOf<B> }
  : A extends AnySchema
    ? InputOf<A>
    : undefined

/** What a function returns. */
export type Returned<R> = R extends AnySchema ? Unchanged<InputOf<R>> : void

/** Data that nobody will change: a list may be one that its owner lets nobody change either. */
export type Unchanged<T> = unknown extends T
  ? T
  : T extends Leaf
    ? T
    : T extends object
      ? { readonly [K in keyof T]: Unchanged<T[K]> }
      : T

// biome-ignore lint: variance: any function.
type Leaf =
  | string
  | number
  | boolean
  | bigint
  | symbol
  | null
  | undefined
  | ((...args: any) => unknown)
  | ArrayBufferView
  | Blob
  | Date

/** What a caller receives. */
export type Received<R> = R extends AnySchema ? OutputOf<R> : undefined
