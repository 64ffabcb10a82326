/**
 * The one central place that every call to a handler goes through:
 * guard → buffer → decode → validate → call → validate → encode.
 *
 * @module
 */
import { chain, isPromise } from '../call/after.ts'
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
import type { Guard } from './provide.ts'
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
  const { query } = state.options
  return chain(decide(plan, state), () =>
    chain(readBody(plan, headers, state.options), (body) =>
      chain(call(plan, bind(plan.binding, texts, query, body), state, resources, delivery), (delivered) =>
        giving.respond(delivered, delivery),
      ),
    ),
  )
}

/** Calls a handler with data, as a protocol that knows names does. */
export function answerData(plan: Plan, data: unknown, state: CallState, resources: Resources): unknown {
  return chain(decide(plan, state), () => call(plan, data, state, resources, deliveryOf(plan, state)))
}

/** Refusals of data that one handler gave to another: the caller of both has sent nothing of it. */
const BETWEEN_HANDLERS = new WeakSet<object>()

/** Calls a handler with data of another one, within the same call. */
export async function answerHandler(
  plan: Plan,
  data: unknown,
  state: CallState,
  resources: Resources,
): Promise<unknown> {
  try {
    return await answerData(plan, data, state, resources)
  } catch (thrown) {
    if (isFault(thrown) && thrown.code === 'input_invalid') BETWEEN_HANDLERS.add(thrown)
    throw thrown
  }
}

function deliveryOf(plan: Plan, { options }: CallState): Delivery {
  const { verb, returns } = plan.definition
  return {
    handler: plan.name,
    verb,
    returns,
    log: options.log,
    signal: () => options.signal,
    refusal: (thrown) => refusal(plan, thrown),
  }
}

// Guards decide in order, from the head alone, before a byte of body is read.
function decide(plan: Plan, state: CallState, from = 0): void | Promise<void> {
  for (let at = from; at < plan.guards.length; at++) {
    const decision = decisionOf(plan.guards[at]![1], state)
    if (isPromise(decision)) return Promise.resolve(decision.then(() => decide(plan, state, at + 1)))
  }
}

// Each guard decides once for a call, also when handlers that it guards are invoked side by side.
function decisionOf(guard: Guard<unknown>, { decided, head }: CallState): unknown {
  if (decided.has(guard)) return decided.get(guard)
  const decision: unknown = guard.decide(head)
  const kept = isPromise(decision)
    ? Promise.resolve(decision).then((value) => {
        decided.set(guard, value)
        return value
      })
    : decision
  decided.set(guard, kept)
  return kept
}

// undefined: the handler reads none, or none came.
function readBody(plan: Plan, headers: RequestHeaders, { input }: Options): unknown {
  if (!plan.takesBody) {
    if (!input.absent && input.length !== 0)
      throw new Fault('input_misplaced', { member: 'body', given: 'request', place: '' })
    return undefined
  }
  if (input.absent) return undefined
  const field = headers['content-type']
  if (field === undefined || !isJson(field)) throw unsupported(field ?? null)
  const coding = headers['content-encoding']
  if (coding !== undefined) throw unsupported(`${field} in content coding ${coding}`)
  return input.bytes(plan.definition.limit).then(decodeJson)
}

// JSON is UTF-8 (RFC 8259 section 8.1), and registers no parameters: others than a charset mean nothing.
function isJson(field: string): boolean {
  const type = mediaType(field)
  if (type?.essence !== 'application/json') return false
  return /^utf-8$/i.test(type.parameters.get('charset') ?? 'utf-8')
}

function unsupported(what: string | null): Fault {
  return new Fault('media_type_unsupported', { mediaType: what, accepts: ['application/json'] })
}

function call(
  plan: Plan,
  data: unknown,
  state: CallState,
  resources: Resources,
  delivery: Delivery,
): unknown {
  const { accepts, giving, run } = plan.definition
  const refuse = (thrown: unknown): never => {
    throw refusal(plan, thrown)
  }
  const go = (input: unknown): unknown => {
    try {
      const delivered = chain(run(input, contextOf(plan, state, resources)), (returned) =>
        giving.deliver(returned, delivery),
      )
      return isPromise(delivered) ? Promise.resolve(delivered).catch(refuse) : delivered
    } catch (thrown) {
      return refuse(thrown)
    }
  }
  if (accepts === undefined) return go(undefined)
  // A caller by name may leave out data whose members are all optional, as one over HTTP may.
  return chain(check(accepts, data === undefined ? {} : data), (checked) => {
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

// What a handler threw, as its caller may see it. A failure that the contract does not name means
// nothing to a caller, and neither do data that one handler gave another. What is neither failure nor
// fault stays as it is: `answer` shows nothing of it, and the road logs it.
function refusal(plan: Plan, thrown: unknown): unknown {
  const isStrange = isFailure(thrown)
    ? !Object.hasOwn(plan.contract.errors, thrown.code)
    : isFault(thrown) && BETWEEN_HANDLERS.has(thrown)
  return isStrange ? new Fault('app_failed', {}, thrown) : thrown
}
