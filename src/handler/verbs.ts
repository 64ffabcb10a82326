/**
 * `verbs`: the functions that make handlers.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import type { AnySchema } from '../schema/standard.ts'
import { isRecord } from '../value/data.ts'
import { bodyLimit } from './body.ts'
import { checkSpec } from './check-spec.ts'
import type { Giving } from './giving.ts'
import type { Definition, Handler, HandlerContext } from './handler.ts'
import { isProvider, type Provided, type Provider, type Providers } from './provide.ts'
import type { Reply } from './reply.ts'
import type { Data, Needs, Received, Returned, Sent, Spec } from './spec.ts'
import type { Taking } from './taking.ts'
import { parseTemplate } from './template.ts'
import { VERB_NAMES, type Verb } from './verb.ts'

/** One verb: makes a handler. An interface, so that declarations of one that is exported alone name it. */
export interface MakeHandler<P0 extends Providers> {
  <
    const P extends string,
    A extends AnySchema | undefined = undefined,
    R extends AnySchema | undefined = undefined,
    B extends AnySchema | undefined = undefined,
    const L extends string = string,
    F extends Run<P0, A, R, B> = Run<P0, A, R, B>,
  >(
    path: P,
    spec: Spec<P, A, R, B, L> & Needs<P, A>,
    run: F,
  ): Handler<{ sends: Sent<A, B>; gets: Received<R>; streams: false; provided: Provided<P0> }>
}

/** The function of a handler. */
type Run<P0 extends Providers, A, R, B> = (
  data: Data<A, B>,
  context: HandlerContext & Provided<P0>,
) => Replied<Returned<R>> | PromiseLike<Replied<Returned<R>>>

type Replied<T> = T | Reply<T>

export type Verbs<P extends Providers> = { readonly [V in Verb]: MakeHandler<P> }

/** The verbs over some guards and resources, whose values their handlers find in the context. Fault: setup_faulty. */
export function verbs<const P extends Providers>(providers: P): Verbs<P> {
  const maker = makerOf(providers)
  const made = VERB_NAMES.map((verb) => [
    verb,
    (path: string, spec: LooseSpec, run: Definition['run']) => maker(verb, path, spec, run),
  ])
  return Object.fromEntries(made) as Verbs<P>
}

/** Metadata of any handler. */
export type LooseSpec = { readonly [M in keyof AnySpec]: AnySpec[M] | undefined }
type AnySpec = Spec<string, AnySchema, AnySchema, AnySchema>

/** How what flows in and out of a handler flows, where it does not follow from schemas. */
export interface Flow {
  readonly taking?: Taking | undefined
  readonly giving?: Giving | undefined
}

/** Makes handlers over some guards and resources. Fault: setup_faulty. */
export function makerOf(
  providers: Providers,
): (verb: Verb, path: string, spec: LooseSpec, run: Definition['run'], flow?: Flow) => Handler {
  if (!isRecord(providers)) {
    const fix = 'Write verbs({ user: guard(...), db: resource(...) }), or verbs({})'
    throw new Fault('setup_faulty', { what: 'verbs(...)', reason: 'it takes an object', fix })
  }
  for (const name of Object.keys(providers)) checkProvider(name, providers[name])
  return (verb, path, spec, run, flow = {}) => {
    parseTemplate(path)
    checkSpec(`${verb}(${JSON.stringify(path)}, ...)`, spec, run)
    const { accepts, body, returns, errors = [], from = {}, formats, limit } = spec
    const { summary, description, deprecated = false, ignoresBody = false, version, fresh, location } = spec
    return {
      definition: {
        verb,
        path,
        accepts,
        body,
        ignoresBody,
        returns,
        errors,
        from: from as Definition['from'],
        formats,
        limit: limit === undefined ? undefined : bodyLimit(limit),
        summary,
        description,
        deprecated,
        version,
        fresh,
        location,
        providers,
        run,
        taking: flow.taking,
        giving: flow.giving,
      },
    }
  }
}

const TAKEN: ReadonlySet<string> = new Set([
  'signal',
  'deadline',
  'log',
  'defer',
  'get',
  'set',
  'raw',
  'invoke',
  'resume',
  '__proto__',
])

function checkProvider(name: string, provider: Provider<unknown> | undefined): void {
  const what = `verbs({ ${name} })`
  if (TAKEN.has(name)) {
    const fix = `Call it otherwise: the context has ${[...TAKEN].slice(0, -1).join(', ')} already`
    throw new Fault('setup_faulty', { what, reason: 'the name is taken', fix })
  }
  if (!isProvider(provider)) {
    const fix = 'Write it as guard(name, decide) or resource(open, close)'
    throw new Fault('setup_faulty', { what, reason: 'it is neither a guard nor a resource', fix })
  }
}
