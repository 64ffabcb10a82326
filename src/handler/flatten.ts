/**
 * What a service is made of: handlers, services within it and their handlers, and apps mounted beside
 * them, all with their places.
 *
 * @module
 */
import type { Format } from '../codec/format.ts'
import { json } from '../codec/json.ts'
import type { App } from '../contract.ts'
import { Fault } from '../fault.ts'
import { isRecord } from '../value/data.ts'
import { isFormat } from './check-spec.ts'
import type { ReturnsPolicy } from './giving.ts'
import type { AnyHandler } from './handler.ts'
import type { Place } from './plan.ts'
import type { Refusals } from './refusals.ts'
import { parseTemplate } from './template.ts'

/** What holds for all handlers of a service. */
export interface ServiceOptions {
  /** Goes before each path, such as "/v1". */
  readonly prefix?: string
  /** They are there for requests of this host alone. */
  readonly host?: string
  /** How bodies and answers may be written where a handler does not say: by default JSON. */
  readonly formats?: readonly Format[]
  /**
   * What becomes of what handlers return: `check` (the default) checks and transforms it by `returns`,
   * `strip` only cuts off what `returns` does not name, `off` gives it as it is.
   */
  readonly returns?: ReturnsPolicy
  /**
   * How requests that are refused are answered, where it is not as problems (RFC 9457): by a pure function, for all of
   * this service and of those within it that do not say otherwise. Calls by name are not asked.
   */
  readonly refusals?: Refusals
}

/** Handlers by name, services by name, and apps by path prefix. */
export type Parts = { readonly [name: string]: AnyHandler | App }

/** A service as another one sees it. */
export interface Whole {
  readonly handlers: Parts
  readonly options: ServiceOptions
}

export interface Flat {
  readonly handlers: readonly (readonly [name: string, handler: AnyHandler, place: Place])[]
  readonly apps: { readonly [prefix: string]: App }
  /** Of the outermost service: what no handler is asked for. */
  readonly refusals: Refusals | null
}

/** The services that were made by `with`: what they were given is theirs alone. */
export const OVERRIDDEN: WeakSet<object> = new WeakSet()
const LOST =
  'it was made by with(...), and what it was given in the place of guards and resources would be lost'
const KEPT = 'Put the service itself in, and call with(...) of the outermost one'

const OPTIONS: ReadonlySet<string> = new Set(['prefix', 'host', 'formats', 'returns', 'refusals'])

const OUTERMOST: Place = { prefix: '', host: null, formats: [json], policy: 'check', refusals: null }

/** Fault: setup_faulty for a faulty name, prefix or host, and for what is neither handler nor app. */
export function flatten(handlers: Parts, options: ServiceOptions): Flat {
  if (!isRecord(handlers) || !isRecord(options))
    throw faulty('service(...)', 'it takes two objects', 'Write service({ list, add }, { prefix: "/v1" })')
  const found: [string, AnyHandler, Place][] = []
  const apps: Record<string, App> = {}
  const visit = (parts: Parts, place: Place, before: string): void => {
    for (const [name, part] of Object.entries(parts)) {
      if (name.startsWith('/')) addApp(apps, place, name, part)
      else if (isService(part)) {
        const own = checkedName(before, name)
        if (OVERRIDDEN.has(part)) throw faulty(`Service "${own}"`, LOST, KEPT)
        visit(part.handlers, placed(place, part.options, own), `${own}.`)
      } else if (isHandler(part)) found.push([checkedName(before, name), part, place])
      else throw strange(before + name, part)
    }
  }
  const outermost = placed(OUTERMOST, options, 'service(...)')
  visit(handlers, outermost, '')
  return { handlers: found, apps, refusals: outermost.refusals }
}

function placed(outer: Place, options: ServiceOptions, what: string): Place {
  for (const name of Object.keys(options))
    if (!OPTIONS.has(name))
      throw faulty(what, `it has no option ${name}`, `Its options are ${[...OPTIONS].join(', ')}`)
  const { prefix = '', host, formats, returns, refusals } = options
  if (prefix !== '') {
    const { names, segments } = parseTemplate(prefix)
    const isEmpty = segments.some((segment) => 'literal' in segment && segment.literal === '')
    if (names.length > 0 || isEmpty)
      throw faulty(what, `prefix ${JSON.stringify(prefix)} is none`, 'Write it like "/v1"')
  }
  const own = typeof host === 'string' ? host.toLowerCase() : undefined
  if (host !== undefined && (own === undefined || !HOST.test(own)))
    throw faulty(
      what,
      `host ${JSON.stringify(host)} is none`,
      'Write it like "api.example.com", without a port',
    )
  if (own !== undefined && outer.host !== null && own !== outer.host)
    throw faulty(what, `it is for ${own} within a service for ${outer.host}`, 'Say the host once')
  if (formats !== undefined && !(Array.isArray(formats) && formats.length > 0 && formats.every(isFormat)))
    throw faulty(what, 'its formats are not all formats', 'Write [json, cbor], of hagaki/formats')
  if (returns !== undefined && !['check', 'strip', 'off'].includes(returns))
    throw faulty(what, `returns: ${JSON.stringify(returns)} is unknown`, 'Say "check", "strip" or "off"')
  if (refusals !== undefined && typeof refusals !== 'function')
    throw faulty(
      what,
      'its refusals are no function',
      'Write refusals: ({ problem }) => json({ error: problem.code }, problem.status)',
    )
  return {
    prefix: outer.prefix + prefix,
    host: own ?? outer.host,
    formats: formats ?? outer.formats,
    policy: returns ?? outer.policy,
    refusals: refusals ?? outer.refusals,
  }
}

// Names without a dot at their end: what a request spells with one is the same.
const HOST = /^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])$/

function addApp(apps: Record<string, App>, { prefix, host }: Place, name: string, part: unknown): void {
  const at = name === '/' && prefix !== '' ? prefix : prefix + name
  if (typeof part !== 'function')
    throw faulty(`App at "${at}"`, 'it is no app', 'Names of handlers have no slash')
  if (host !== null)
    throw faulty(`App at "${at}"`, 'its service is for one host', 'Mount it outside of that service')
  if (Object.hasOwn(apps, at)) throw faulty(`App at "${at}"`, 'it is there twice', 'Keep one of them')
  apps[at] = part as App
}

function checkedName(before: string, name: string): string {
  // A client with a function called "then" would be taken for a promise.
  if (/^[A-Za-z][A-Za-z0-9_]*$/.test(name) && name !== 'then') return before + name
  const fix = 'Name it with letters, digits and underscores, and not "then"'
  throw faulty(`Handler "${before}${name}"`, 'the name is faulty', fix)
}

function isHandler(part: unknown): part is AnyHandler {
  return typeof part === 'object' && part !== null && 'definition' in part
}

function isService(part: unknown): part is Whole {
  return typeof part === 'function' && 'handlers' in part && 'contract' in part
}

function strange(name: string, part: unknown): Fault {
  if (typeof part === 'function') {
    const fix = `Write it as { "/${name}": ... }, or make a handler by a verb: reads("/${name}", { ... }, run)`
    return faulty(`App "${name}"`, 'an app has a path prefix and no name', fix)
  }
  return faulty(
    `Handler "${name}"`,
    'it is none',
    'Make it with a verb, as reads(path, { ... }, run); where two modules import each other, one is not there yet',
  )
}

function faulty(what: string, reason: string, fix: string): Fault {
  return new Fault('setup_faulty', { what, reason, fix })
}
