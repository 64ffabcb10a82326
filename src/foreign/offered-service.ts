/**
 * A service of handlers in another language: made here by the same verbs as ours, so that everything but their
 * functions and guards is done in the one central place.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import type { AnyFailureType } from '../handler/failure.ts'
import { guardsIn } from '../handler/guards.ts'
import type { AnyHandler, HandlerContext } from '../handler/handler.ts'
import type { Guard } from '../handler/provide.ts'
import { isReply, reply } from '../handler/reply.ts'
import { type Service, service } from '../handler/service.ts'
import { VERBS } from '../handler/verb.ts'
import { type LooseSpec, makerOf } from '../handler/verbs.ts'
import type { Part } from '../stream/part.ts'
import { verbs as streamVerbs } from '../stream/verbs.ts'
import type { Pool } from '../transport/pool.ts'
import { isRecord } from '../value/data.ts'
import { callFar, gatheredBytes, HERE } from './far-call.ts'
import { type FileMembers, fileMembers, filesApart, type PlacedFile, partsAsBytes } from './far-form.ts'
import type { HandlerOffer, Offer, ServiceOffer } from './offer.ts'
import { offeredGuards } from './offered-guards.ts'
import { byCode, Failures, flowOf, formatsOf, schemaOf, sourceOf } from './offered-schemas.ts'

/** Bytes of a whole body that a function gives; what is larger flows. */
const MAX_BYTES = 64 * 1024 * 1024

/** Where functions and guards are called. */
interface Far {
  readonly invoke: Pool['invoke']
  /** What the user wrote, for messages. */
  readonly what: string
  readonly guards: ReadonlyMap<string, Guard<unknown>>
  readonly failures: Failures
}

/** Makes the service. `what` is what the user wrote, for messages. Fault: setup_faulty. */
export function offeredService(offer: Offer, invoke: Pool['invoke'], what: string): Service {
  const failures = new Failures()
  const guards = offeredGuards(offer.guards, failures, invoke)
  return serviceOf(offer, '', { invoke, what, guards, failures })
}

function serviceOf(offer: ServiceOffer, above: string, far: Far): Service {
  const { prefix, formats, handlers, services } = offer
  const parts: Record<string, AnyHandler | Service> = {}
  for (const [name, one] of Object.entries(handlers)) parts[name] = farHandler(above + name, one, far)
  for (const [name, one] of Object.entries(services)) parts[name] = serviceOf(one, `${above}${name}.`, far)
  const options = {
    ...(prefix !== undefined && { prefix }),
    ...(formats !== undefined && { formats: formatsOf(formats, 'service(...)') }),
  }
  return service(parts as Parameters<typeof service>[0], options) as unknown as Service
}

function farHandler(
  name: string,
  offered: HandlerOffer,
  { invoke, what, guards, failures }: Far,
): AnyHandler {
  const providers: Record<string, Guard<unknown>> = {}
  for (const [member, guardName] of Object.entries(offered.guards ?? {})) {
    const found = guards.get(guardName)
    if (found === undefined) throw faulty(name, `it has a guard ${guardName}, which ${what} does not offer`)
    providers[member] = found
  }
  const errors = failures.of(offered.errors)
  const all = byCode([...guardsIn(providers, name).flatMap((one) => one.errors), ...errors])
  const isSafe = VERBS[offered.verb].safe
  const isBytes = offered.returns !== undefined && 'bytes' in offered.returns
  const files = filesIn(name, offered)
  const run = async (data: unknown, context: HandlerContext): Promise<unknown> => {
    const { rest, flow, placed } = divided(data, offered, files)
    const decided = Object.fromEntries(
      Object.keys(providers).map((member) => [
        member,
        (context as unknown as Record<string, unknown>)[member],
      ]),
    )
    const { resume } = context as { readonly resume?: string | null }
    const line = { data: rest, guards: decided, resume: resume ?? null, ...(placed && { files: placed }) }
    const far = { name, line, flow, isSafe, failures: all }
    const given = await callFar(invoke, far, context.get(HERE))
    if (!isBytes) return given
    if (!isReply(given)) return gatheredBytes(given, MAX_BYTES, what)
    return reply(await gatheredBytes(given.data, MAX_BYTES, what), given.parts)
  }
  return make(name, offered, specOf(name, offered, errors), providers, run)
}

function make(
  name: string,
  offered: HandlerOffer,
  spec: LooseSpec,
  providers: Readonly<Record<string, Guard<unknown>>>,
  run: (data: unknown, context: HandlerContext) => Promise<unknown>,
): AnyHandler {
  const { verb, path, takes, gives } = offered
  if (takes === undefined && gives === undefined) return makerOf(providers)(verb, path, spec, run as never)
  const flows = {
    ...(takes !== undefined && { takes: flowOf(takes, `takes of "${name}"`) }),
    ...(gives !== undefined && { gives: flowOf(gives, `gives of "${name}"`) }),
  }
  const streaming = streamVerbs(providers)[verb] as unknown as (...args: unknown[]) => AnyHandler
  return streaming(path, { ...spec, ...flows }, run)
}

function specOf(name: string, offered: HandlerOffer, errors: readonly AnyFailureType[]): LooseSpec {
  const { accepts, body, returns, from, formats, limit, version, fresh, location } = offered
  const { summary, description, deprecated } = offered
  const spec = {
    accepts: schemaOf(accepts, `accepts of "${name}"`),
    body: schemaOf(body, `body of "${name}"`),
    returns: schemaOf(returns, `returns of "${name}"`),
    errors,
    from:
      from &&
      Object.fromEntries(
        Object.entries(from).map(([member, one]) => [member, sourceOf(one, `from of "${name}"`)]),
      ),
    formats: formats && formatsOf(formats, `formats of "${name}"`),
    limit,
    version: version === undefined ? undefined : versionBy(version),
    fresh,
    location,
    summary,
    description,
    deprecated,
  }
  return Object.fromEntries(
    Object.entries(spec).filter(([, value]) => value !== undefined),
  ) as unknown as LooseSpec
}

// What its member says is for `entityTag` to take or to refuse.
function versionBy(member: string): (data: unknown) => string | number {
  return (data) => (isRecord(data) ? data[member] : undefined) as string | number
}

interface Divided {
  readonly rest: unknown
  readonly flow: AsyncIterable<unknown> | Uint8Array | null
  readonly placed?: readonly PlacedFile[]
}

// What is data, and what flows behind them.
function divided(data: unknown, { takes, accepts, body }: HandlerOffer, files: Files): Divided {
  if (accepts !== undefined && 'bytes' in accepts) return { rest: null, flow: data as Uint8Array }
  if (takes === undefined && (body === undefined || !('bytes' in body)))
    return files.members.length === 0 ? { rest: data ?? null, flow: null } : withoutFiles(data, files)
  const { body: flow, ...rest } = data as { readonly body: Divided['flow'] }
  if (takes?.parts !== undefined) return { rest, flow: partsAsBytes(flow as AsyncIterable<Part>) }
  return { rest, flow: flow ?? null }
}

/** Files in a form: of which members, and of what. */
interface Files {
  readonly members: FileMembers
  /** True where the form is the member `body`. */
  readonly inBody: boolean
}

function filesIn(name: string, { accepts, body }: HandlerOffer): Files {
  const inBody = body !== undefined && 'data' in body
  const schema = inBody ? body.data : accepts !== undefined && 'data' in accepts ? accepts.data : undefined
  return { members: fileMembers(schema, `Handler "${name}"`), inBody }
}

function withoutFiles(data: unknown, { members, inBody }: Files): Divided {
  const form = inBody ? (data as { readonly body: unknown }).body : data
  const apart = isRecord(form) ? filesApart(form, members, inBody ? ['body'] : []) : null
  if (apart === null) return { rest: data ?? null, flow: null }
  const rest = inBody ? { ...(data as object), body: apart.data } : apart.data
  return { rest, flow: apart.bytes, placed: apart.files }
}

function faulty(name: string, reason: string, fix = 'Declare it there'): Fault {
  return new Fault('setup_faulty', { what: `Handler "${name}"`, reason, fix })
}
