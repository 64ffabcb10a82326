/**
 * The one central place that every call to a handler goes through:
 * guard → buffer → decode → validate → call → validate → encode.
 *
 * @module
 */
import { chain } from '../call/after.ts'
import { isFailure } from '../call/failure.ts'
import { decodeJson } from '../codec/json.ts'
import type { Options, RequestHeaders, Result } from '../contract.ts'
import { Fault, isFault } from '../fault.ts'
import { check } from '../schema/standard.ts'
import { isAcceptable } from '../value/accept.ts'
import { mediaType } from '../value/media-type.ts'
import { bind } from './bind.ts'
import { CallContext, type CallState } from './context.ts'
import type { Delivery } from './handler.ts'
import type { Plan } from './plan.ts'
import type { Resources } from './resources.ts'

/** Answers an HTTP request that was routed to `plan`. Synchronous where everything it asks is. */
export function answerRequest(
  plan: Plan,
  texts: readonly string[],
  headers: RequestHeaders,
  state: CallState,
  resources: Resources,
): Result | Promise<Result> {
  const { giving, returns } = plan.definition
  if (returns !== undefined && !isAcceptable(headers['accept'], giving.mediaType)) {
    throw new Fault('not_acceptable', { accept: headers['accept']!, offers: [giving.mediaType] })
  }
  const delivery = deliveryOf(plan, state)
  return chain(decide(plan, state), () =>
    chain(readBody(plan, headers, state.options), (body) =>
      chain(
        call(plan, bind(plan.binding, texts, state.options.query, body), state, resources, delivery),
        (delivered) => giving.respond(delivered, delivery),
      ),
    ),
  )
}

/** Calls a handler with data, as another handler or a protocol that knows names does. */
export function answerData(plan: Plan, data: unknown, state: CallState, resources: Resources): unknown {
  return chain(decide(plan, state), () => call(plan, data, state, resources, deliveryOf(plan, state)))
}

function deliveryOf(plan: Plan, { options }: CallState): Delivery {
  const { verb, returns } = plan.definition
  return {
    handler: plan.name,
    verb,
    returns,
    log: options.log,
    gone: () => options.signal.aborted,
    expose: (thrown) => exposed(plan, thrown),
  }
}

// Guards decide in order, from the head alone, before a byte of body is read.
function decide(plan: Plan, state: CallState, from = 0): void | Promise<void> {
  for (let at = from; at < plan.guards.length; at++) {
    const guard = plan.guards[at]![1]
    if (state.decided.has(guard)) continue
    const value = guard.decide(state.head)
    if (value instanceof Promise) {
      return value.then((decided: unknown) => {
        state.decided.set(guard, decided)
        return decide(plan, state, at + 1)
      })
    }
    state.decided.set(guard, value)
  }
}

// undefined: the handler reads none, or none came.
function readBody(plan: Plan, headers: RequestHeaders, options: Options): unknown {
  const { input } = options
  if (!plan.takesBody) {
    if (!input.absent && input.length !== 0)
      throw new Fault('input_misplaced', { member: 'body', given: 'request', place: '' })
    return undefined
  }
  if (input.absent) return undefined
  const field = headers['content-type']
  const type = field === undefined ? null : mediaType(field)
  const charset = type?.parameters.get('charset')
  if (type?.essence !== 'application/json' || (charset !== undefined && !/^utf-8$/i.test(charset))) {
    throw new Fault('media_type_unsupported', { mediaType: field ?? null, accepts: ['application/json'] })
  }
  if (headers['content-encoding'] !== undefined) {
    throw new Fault('media_type_unsupported', {
      mediaType: `content-encoding: ${headers['content-encoding']}`,
      accepts: ['identity'],
    })
  }
  return input.bytes(plan.definition.limit).then(decodeJson)
}

function call(
  plan: Plan,
  data: unknown,
  state: CallState,
  resources: Resources,
  delivery: Delivery,
): unknown {
  const { accepts, giving, run } = plan.definition
  const go = (input: unknown): unknown => {
    try {
      const delivered = chain(run(input, contextOf(plan, state, resources)), (returned) =>
        giving.deliver(returned, delivery),
      )
      return delivered instanceof Promise
        ? delivered.catch((error: unknown) => refuse(plan, error, delivery))
        : delivered
    } catch (error) {
      return refuse(plan, error, delivery)
    }
  }
  if (accepts === undefined) return go(undefined)
  // A caller by name may leave out data whose members are all optional, as one over HTTP may.
  return chain(check(accepts, data ?? {}), (checked) => {
    if ('issues' in checked) throw new Fault('input_invalid', { issues: checked.issues })
    return go(checked.value)
  })
}

function contextOf(plan: Plan, state: CallState, resources: Resources): CallContext {
  const provided: Record<string, unknown> = {}
  for (const [member, guard] of plan.guards) provided[member] = state.decided.get(guard)
  for (const [member, resource] of plan.resources) provided[member] = resources.get(resource)
  return new CallContext(state, provided)
}

function refuse(plan: Plan, thrown: unknown, { log }: Delivery): never {
  const shown = exposed(plan, thrown)
  if (shown !== thrown)
    log.error({ err: thrown, handler: plan.name }, 'The handler threw what it does not declare')
  else if (isFault(thrown) && thrown.cause !== undefined)
    log.error({ err: thrown.cause, handler: plan.name }, thrown.message)
  throw shown
}

// A failure that the contract does not name means nothing to a caller.
function exposed(plan: Plan, thrown: unknown): unknown {
  if (isFailure(thrown))
    return Object.hasOwn(plan.contract.errors, thrown.code) ? thrown : new Fault('app_failed', {}, thrown)
  return isFault(thrown) ? thrown : new Fault('app_failed', {}, thrown)
}
