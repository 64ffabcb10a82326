/**
 * `verbs`: the functions that make handlers.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import type { AnySchema, InputOf, OutputOf } from '../schema/standard.ts'
import type { AnyFailureType } from './failure.ts'
import { GIVES_DATA } from './give-data.ts'
import type { Giving, Handler, HandlerContext } from './handler.ts'
import type { Provided, Provider, Providers } from './provide.ts'
import { parseSize } from './size.ts'
import { type Names, parseTemplate } from './template.ts'
import type { Verb } from './verb.ts'

/** A handler's metadata. */
export interface Spec<P extends string, A, R> {
  /** Of the data it takes: an object, of which each name in the path is a member. */
  readonly accepts?: A & Covers<A, P>
  /** Of the data it returns; without it the answer has no body. For streams, of one item. */
  readonly returns?: R
  /** The failures it may raise; another one is answered 500. */
  readonly errors?: readonly AnyFailureType[]
  /** The largest body, such as "16kb" or bytes. By default the server's limit. */
  readonly limit?: string | number
  /** One line for people. */
  readonly summary?: string
}

/** Says at compile time which name of the path is no member of the input. */
type Covers<A, P extends string> = [Names<P>] extends [never]
  ? unknown
  : A extends AnySchema
    ? [Names<P>] extends [keyof InputOf<A>]
      ? unknown
      : { readonly 'a name in the path is no member of accepts': Exclude<Names<P>, keyof InputOf<A>> }
    : unknown

/** A path with names asks for a spec that accepts them. */
export type Needs<P extends string, A> = [Names<P>] extends [never]
  ? unknown
  : A extends AnySchema
    ? unknown
    : { readonly accepts: { readonly 'must have the members': Names<P> } }

export type Data<A> = A extends AnySchema ? OutputOf<A> : undefined
export type Sent<A> = A extends AnySchema ? InputOf<A> : undefined
type Returned<R> = R extends AnySchema ? InputOf<R> : void
export type Received<R> = R extends AnySchema ? OutputOf<R> : undefined

type Make<P0 extends Providers> = <
  const P extends string,
  A extends AnySchema | undefined = undefined,
  R extends AnySchema | undefined = undefined,
>(
  path: P,
  spec: Spec<P, A, R> & Needs<P, A>,
  run: (data: Data<A>, context: HandlerContext & Provided<P0>) => Returned<R> | PromiseLike<Returned<R>>,
) => Handler<{ sends: Sent<A>; gets: Received<R>; streams: false; provided: Provided<P0> }>

export type Verbs<P extends Providers> = { readonly [V in Verb]: Make<P> }

/** The verbs over some guards and resources, whose values their handlers find in the context. */
export function verbs<const P extends Providers>(providers: P): Verbs<P> {
  return makers(providers, GIVES_DATA) as Verbs<P>
}

/** The verbs' functions for one way of giving. Fault: setup_faulty. */
export function makers(providers: Providers, giving: Giving): { readonly [V in Verb]: unknown } {
  for (const name of Object.keys(providers)) checkProvider(name, providers[name])
  const maker =
    (verb: Verb) =>
    (
      path: string,
      spec: Spec<string, AnySchema, AnySchema>,
      run: (data: unknown, context: unknown) => unknown,
    ): Handler => {
      parseTemplate(path)
      const { accepts, returns, errors = [], limit, summary } = spec
      return {
        definition: {
          verb,
          path,
          accepts,
          returns,
          errors,
          limit: limit === undefined ? undefined : parseSize(limit),
          summary,
          providers,
          run,
          giving,
        },
      }
    }
  return {
    reads: maker('reads'),
    creates: maker('creates'),
    updates: maker('updates'),
    deletes: maker('deletes'),
  }
}

const TAKEN: ReadonlySet<string> = new Set([
  'signal',
  'deadline',
  'log',
  'defer',
  'get',
  'set',
  'invoke',
  '__proto__',
])

function checkProvider(name: string, provider: Provider<unknown> | undefined): void {
  const what = `verbs({ ${name} })`
  if (TAKEN.has(name)) {
    const fix = `Call it otherwise: the context has ${[...TAKEN].slice(0, -1).join(', ')} already`
    throw new Fault('setup_faulty', { what, reason: 'the name is taken', fix })
  }
  if (provider?.kind !== 'guard' && provider?.kind !== 'resource') {
    const fix = 'Write it as guard(name, decide) or resource(open, close)'
    throw new Fault('setup_faulty', { what, reason: 'it is neither a guard nor a resource', fix })
  }
}
