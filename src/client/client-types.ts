/**
 * A client as the compiler knows it, from the type of the service alone.
 *
 * @module
 */
import type { HandlerTypes, TypesOf } from '../handler/handler.ts'
import type { AnyService, Handlers } from '../handler/handlers.ts'
import type { CallOptions } from './call-options.ts'

/** One function for each handler of a service, by its name; those of a service within it by both names. */
export type Client<S extends AnyService> = ClientOf<S['handlers']>

type ClientOf<H extends Handlers> = {
  // An app beside the handlers has a path and no name.
  readonly [N in keyof H as N extends `/${string}` ? never : N]: H[N] extends AnyService
    ? ClientOf<H[N]['handlers']>
    : Call<TypesOf<H[N]>>
}

/** One handler: called with its data, and how. */
export interface Call<T extends HandlerTypes> {
  (
    ...args: [...data: Given<T['sends']>, options?: CallOptions]
  ): T['streams'] extends 'out' ? AsyncGenerator<T['gets'], void, undefined> : Promise<T['gets']>
  /** For caches of answers: `['list', { tag: 'x' }]`, equal for equal calls. Without data a prefix of all. */
  key(data?: T['sends']): readonly [name: string, data?: T['sends']]
}

// An argument that may be left out where a handler accepts nothing, or all that it accepts is optional.
type Given<S> = undefined extends S
  ? [data?: Sendable<S>]
  : object extends S
    ? [data?: Sendable<S>]
    : [data: Sendable<S>]

// Where bytes are asked for, a file of a browser is as good.
type Sendable<S> = S extends Uint8Array
  ? S | Blob
  : S extends { readonly body: Uint8Array }
    ? Omit<S, 'body'> & { readonly body: S['body'] | Blob }
    : S
