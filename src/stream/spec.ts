/**
 * A streaming handler's metadata as it is written, with what the compiler checks of it.
 *
 * @module
 */

import type { ByteSource } from '../call/byte-source.ts'
import type { PartSources } from '../call/part-source.ts'
import type { BodyLimitSpec } from '../handler/body.ts'
import type { Data, Received, Returned, Sent, Spec, Unchanged } from '../handler/spec.ts'
import type { AnySchema, InputOf, OutputOf } from '../schema/standard.ts'
import type { Bytes, Items, Parts } from './flow.ts'
import type { Part } from './part.ts'

/** What may flow in, or out. */
export type Takes = Bytes | Items<AnySchema> | Parts
export type Gives = Bytes | Items<AnySchema>

/** A streaming handler's metadata: `takes`, `gives`, or both. */
export interface StreamSpec<
  P extends string,
  A,
  R,
  B,
  T extends Takes | undefined,
  G extends Gives | undefined,
  L extends string = string,
> extends Spec<P, A, R, B, L> {
  /** What flows in, as the member `body` of the data. Its `limit` has to be said. */
  readonly takes?: T
  /** What flows out. */
  readonly gives?: G
}

/** What a spec lacks, or has too much of, as the compiler says it. */
export type Rules<R, B, T, G> = Flows<T, G> &
  Bounded<T> &
  Once<'returns', R, 'gives', G> &
  Once<'body', B, 'takes', T>

type Flows<T, G> = T extends Takes
  ? unknown
  : G extends Gives
    ? unknown
    : { readonly 'a streaming handler says what flows': 'takes or gives' }

type Bounded<T> = T extends Takes ? { readonly limit: BodyLimitSpec } : unknown

type Once<N extends string, X, M extends string, Y> = X extends AnySchema
  ? Y extends Takes | Gives
    ? { readonly 'says one of the two, and not both': `${N}, ${M}` }
    : unknown
  : unknown

/** What a streaming function is given. */
export type StreamData<A, B, T> = T extends Takes
  ? (A extends AnySchema ? OutputOf<A> : unknown) & { readonly body: AsyncIterable<Piece<T>> }
  : Data<A, B>

/** What a caller of a streaming handler gives. */
export type StreamSent<A, B, T> = T extends Takes
  ? (A extends AnySchema ? InputOf<A> : unknown) & { readonly body: Source<T> }
  : Sent<A, B>

/** What a streaming function returns. */
export type StreamReturned<R, G> =
  G extends Items<infer S>
    ? AsyncIterable<Unchanged<InputOf<S>>>
    : G extends Bytes
      ? AsyncIterable<Uint8Array> | Blob
      : Returned<R>

/** What a caller of a streaming handler receives: data, or one item or piece after the other. */
export type StreamReceived<R, G> =
  G extends Items<infer S> ? OutputOf<S> : G extends Bytes ? Uint8Array : Received<R>

type Piece<T> =
  T extends Items<infer S> ? OutputOf<S> : T extends Bytes ? Uint8Array : T extends Parts ? Part : never

type Source<T> =
  T extends Items<infer S>
    ? AsyncIterable<InputOf<S>> | Iterable<InputOf<S>>
    : T extends Bytes
      ? ByteSource
      : T extends Parts
        ? PartSources
        : never
