/**
 * Presenting an answer over HTTP: what metadata and `reply` say of it as fields and status, and what
 * the request's preconditions make of it.
 *
 * @module
 */
import { isFailure } from '../call/failure.ts'
import type { Options, RequestHeaders, ResponseHeaders, Result } from '../contract.ts'
import { Fault, isFault } from '../fault.ts'
import { NO_HEADERS } from '../value/result.ts'
import type { Delivery } from './giving.ts'
import type { Plan } from './plan.ts'
import { redirectOf } from './reply.ts'
import { VERBS } from './verb.ts'
import { entityTag, isConditional, mayChange, verdict } from './version.ts'

/**
 * Lets a request that changes something through when its preconditions hold. `read` gives the data of
 * what is there. Where nobody knows its version, a precondition cannot hold (RFC 9110 13.1.1): lost
 * updates are what it was sent against. Fault: precondition_failed.
 */
export function permit(
  { definition, current, binding }: Plan,
  headers: RequestHeaders,
  read: (current: Plan) => Promise<unknown>,
): void | Promise<void> {
  if (VERBS[definition.verb].safe || !isConditional(headers)) return
  const own = (field: string): boolean =>
    binding.pins.some((pin) => pin.in === 'header' && pin.name === field)
  if (own('if-match') || own('if-none-match')) return // the handler looks at them itself
  if (current === null) {
    if (headers['if-match'] === '*' && headers['if-none-match'] === undefined) return
    throw new Fault('precondition_failed', {})
  }
  return read(current).then(
    (data) => {
      if (!mayChange(headers, tagsOf(current, data))) throw new Fault('precondition_failed', {})
    },
    (error: unknown) => {
      // The reader needs more than the path says, so what is there has no version that we could know.
      if (isFault(error, 'input_invalid')) throw new Fault('precondition_failed', {}, error)
      if (!isFailure(error) || (error.kind !== 'missing' && error.kind !== 'gone')) throw error
      if (!mayChange(headers, null)) throw new Fault('precondition_failed', {})
    },
  )
}

/** Writes what was delivered as an answer. */
export function present(
  plan: Plan,
  delivered: unknown,
  delivery: Delivery,
  headers: RequestHeaders,
  options: Options,
): Result {
  const { reply } = delivery
  const isPlain =
    reply === null &&
    plan.definition.version === undefined &&
    plan.cacheControl === null &&
    plan.locate === null &&
    plan.vary === null
  if (isPlain) return plan.giving.respond(delivered, delivery, NO_HEADERS)
  for (const [key, value] of reply?.set ?? []) options.set(key, value as never)
  const redirect = reply === null ? null : redirectOf(reply)
  const fields = fieldsOf(plan, delivered, delivery, options.mount)
  if (redirect !== null) {
    const led = { ...fields, location: redirect.location }
    if (plan.giving.abandon !== undefined) {
      plan.giving.abandon(delivered)
      return [redirect.status, null, led, null]
    }
    // The data are for those who do not follow: callers where no address leads anywhere.
    const [, contentType, given, body] = plan.giving.respond(delivered, delivery, led)
    return [redirect.status, contentType, given, body]
  }
  const tag = fields['etag']
  if (typeof tag === 'string' && VERBS[plan.definition.verb].safe) {
    const verdictOf = verdict(headers, tag)
    if (verdictOf === 'failed') throw new Fault('precondition_failed', {})
    if (verdictOf === 'unmodified') return [304, null, fields, null]
  }
  return plan.giving.respond(delivered, delivery, fields)
}

function fieldsOf(plan: Plan, delivered: unknown, delivery: Delivery, mount: string): ResponseHeaders {
  const { cacheControl, vary, locate, definition } = plan
  const fields = delivery.reply?.fields
  const location = locate === null || delivered === undefined ? null : locate(delivered)
  return {
    ...(cacheControl !== null && { 'cache-control': cacheControl }),
    ...(definition.version !== undefined &&
      delivered !== undefined && { etag: tagOf(plan, delivered, delivery.mediaType) }),
    ...(location !== null && { location: mount + location }),
    ...fields,
    ...(vary !== null && { vary: varying(vary, fields?.['vary']) }),
  }
}

// What the handler says its answer depends on comes on top: a cache that forgot ours would mix answers up.
function varying(ours: string, said: string | readonly string[] | undefined): string {
  return said === undefined ? ours : [ours, said].flat().join(', ')
}

function tagOf(plan: Plan, data: unknown, mediaType: string): string {
  return entityTag(plan.definition.version!(data), mediaType === plan.offers[0] ? '' : mediaType)
}

// Every tag that somebody may have been given for what is there.
function tagsOf(plan: Plan, data: unknown): string[] {
  return plan.offers.map((mediaType) => tagOf(plan, data, mediaType))
}
