/**
 * Handlers that give their answer piece by piece: the same verbs, asked for by name.
 *
 *   import * as stream from 'hagaki/stream'
 *
 * A streaming handler does not fit where one that gives data is asked for.
 *
 * @module
 */
import type { Definition, Handler, HandlerContext } from '../handler/handler.ts'
import type { Provided, Providers } from '../handler/provide.ts'
import type { Data, Needs, Received, Sent, Spec } from '../handler/spec.ts'
import { makerOf } from '../handler/verbs.ts'
import type { AnySchema, InputOf } from '../schema/standard.ts'
import { GIVES_ITEMS } from './give-items.ts'

/** Says that a handler gives items of a schema, as server-sent events. */
export interface Items<S extends AnySchema> {
  readonly items: S
}

export function items<S extends AnySchema>(schema: S): Items<S> {
  return { items: schema }
}

export interface StreamSpec<P extends string, A, R extends AnySchema>
  extends Omit<Spec<P, A, R>, 'returns' | 'version' | 'fresh' | 'location'> {
  readonly gives: Items<R>
}

type Make<P0 extends Providers> = <
  const P extends string,
  R extends AnySchema,
  A extends AnySchema | undefined = undefined,
>(
  path: P,
  spec: StreamSpec<P, A, R> & Needs<P, A>,
  run: (
    data: Data<A>,
    context: HandlerContext & Provided<P0>,
  ) => AsyncIterable<InputOf<R>> | PromiseLike<AsyncIterable<InputOf<R>>>,
) => Handler<{ sends: Sent<A>; gets: Received<R>; streams: true; provided: Provided<P0> }>

export interface StreamVerbs<P extends Providers> {
  readonly reads: Make<P>
}

/**
 * The streaming verbs over some guards and resources. A handler's iterable is asked for the next
 * item when the caller has taken the last; when the caller goes away, `context.signal` fires and
 * the iterable gets `return()`.
 */
export function verbs<const P extends Providers>(providers: P): StreamVerbs<P> {
  const make = makerOf(providers)
  const streaming = (
    path: string,
    { gives, ...spec }: StreamSpec<string, AnySchema, AnySchema>,
    run: Definition['run'],
  ): Handler => make('reads', path, { ...spec, returns: gives.items }, run, { giving: GIVES_ITEMS })
  return { reads: streaming as Make<P> }
}

/** `reads` without guards and resources. */
export const reads: StreamVerbs<Record<never, never>>['reads'] = verbs({}).reads
