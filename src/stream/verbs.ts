/**
 * The six verbs for handlers whose body flows in, or whose answer flows out.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import type { Giving } from '../handler/giving.ts'
import type { Definition, Handler, HandlerContext } from '../handler/handler.ts'
import type { Provided, Providers } from '../handler/provide.ts'
import type { Reply } from '../handler/reply.ts'
import type { Needs } from '../handler/spec.ts'
import type { Taking } from '../handler/taking.ts'
import { VERB_NAMES, type Verb } from '../handler/verb.ts'
import { type LooseSpec, makerOf } from '../handler/verbs.ts'
import type { AnySchema } from '../schema/standard.ts'
import { wholeOf } from '../schema/whole.ts'
import { givesBytes } from './give-bytes.ts'
import { givesItems } from './give-items.ts'
import type {
  Gives,
  Rules,
  StreamData,
  StreamReceived,
  StreamReturned,
  StreamSent,
  StreamSpec,
  Takes,
} from './spec.ts'
import { takesBytes } from './take-bytes.ts'
import { takesItems } from './take-items.ts'
import { takesParts } from './take-parts.ts'

/** What a streaming function gets beside its data, besides what its guards and resources gave. */
export interface StreamContext extends HandlerContext {
  /**
   * The id of the last item that a caller who comes back has seen (`last-event-id`): go on after it. Null for
   * one who begins. It comes from outside, so it may be anything.
   */
  readonly resume: string | null
}

type Replied<T> = T | Reply<T>

/** One verb: makes a streaming handler. An interface, so that declarations of one that is exported alone name it. */
export interface MakeStream<P0 extends Providers> {
  <
    const P extends string,
    A extends AnySchema | undefined = undefined,
    R extends AnySchema | undefined = undefined,
    B extends AnySchema | undefined = undefined,
    T extends Takes | undefined = undefined,
    G extends Gives | undefined = undefined,
    const L extends string = string,
  >(
    path: P,
    spec: StreamSpec<P, A, R, B, T, G, L> & Needs<P, A> & Rules<R, B, T, G>,
    run: (
      data: StreamData<A, B, T>,
      context: StreamContext & Provided<P0>,
    ) => Replied<StreamReturned<R, G>> | PromiseLike<Replied<StreamReturned<R, G>>>,
  ): Handler<{
    sends: StreamSent<A, B, T>
    gets: StreamReceived<R, G>
    streams: G extends Gives ? 'out' : 'in'
    provided: Provided<P0>
  }>
}

export type StreamVerbs<P extends Providers> = { readonly [V in Verb]: MakeStream<P> }

/**
 * The streaming verbs over some guards and resources. Nothing flows before it is asked for: a body is read as
 * its function iterates it, and what a function gives is asked for as the caller takes it. When the caller goes
 * away, `context.signal` fires, what is iterated of the body throws, and what is given gets `return()`.
 * Fault: setup_faulty.
 */
export function verbs<const P extends Providers>(providers: P): StreamVerbs<P> {
  const make = makerOf(providers)
  const made = VERB_NAMES.map((verb) => [
    verb,
    (path: string, spec: LooseStreamSpec, run: Definition['run']): Handler => {
      const what = `${verb}(${JSON.stringify(path)}, ...)`
      const { takes, gives, ...rest } = spec
      checkFlows(what, spec)
      const flow = { taking: takes && takingOf(what, takes), giving: gives && givingOf(what, gives) }
      return make(verb, path, gives === undefined ? rest : { ...rest, returns: gives.schema }, run, flow)
    },
  ])
  return Object.fromEntries(made) as StreamVerbs<P>
}

type LooseStreamSpec = LooseSpec & { readonly takes?: Takes; readonly gives?: Gives }

// What the compiler says as well, for those who do not ask it.
function checkFlows(
  what: string,
  { takes, gives, returns, body, accepts, limit, version, location }: LooseStreamSpec,
): void {
  if (takes === undefined && gives === undefined)
    throw setup(what, 'nothing of it streams', 'Say what it takes or gives, or use the verbs of "hagaki"')
  if (takes !== undefined) {
    if (limit === undefined)
      throw setup(what, 'what it takes has no bound', 'Say the largest body, such as limit: "5gb"')
    if (body !== undefined) throw setup(what, 'it has a body and takes one', 'Say one of them')
    if (wholeOf(accepts) !== null)
      throw setup(what, 'its accepts is a whole body', 'Accept an object, or nothing')
  }
  if (gives === undefined) return
  if (returns !== undefined) throw setup(what, 'it returns data and gives a stream', 'Say one of them')
  if (version !== undefined || location !== undefined)
    throw setup(
      what,
      'version and location are of data, and it gives a stream',
      'Leave them out, or use reply',
    )
}

function takingOf(what: string, takes: Takes): Taking {
  switch (takes?.flow) {
    case 'bytes':
      return takesBytes(wholeOf(takes.schema)!)
    case 'items':
      return takesItems(takes)
    case 'parts':
      return takesParts(takes)
    default:
      throw setup(
        what,
        'what it takes is nothing that flows',
        'Write it as stream.bytes(), stream.items(schema) or stream.parts()',
      )
  }
}

function givingOf(what: string, gives: Gives): Giving {
  switch (gives?.flow) {
    case 'bytes':
      return givesBytes(wholeOf(gives.schema)!)
    case 'items':
      return givesItems(gives)
    default:
      throw setup(
        what,
        'what it gives is nothing that flows',
        'Write it as stream.bytes() or stream.items(schema)',
      )
  }
}

function setup(what: string, reason: string, fix: string): Fault {
  return new Fault('setup_faulty', { what, reason, fix })
}
