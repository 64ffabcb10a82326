/**
 * The one central place that every call to a handler goes through:
 * guard → buffer → decode → validate → call → validate → encode.
 *
 * @module
 */
import { chain, isPromise } from '../call/after.ts'
import { type Failure, isFailure } from '../call/failure.ts'
import { isMade, made } from '../call-fault.ts'
import type { RequestHeaders, Result } from '../contract.ts'
import { Fault, type Issue, isFault } from '../fault.ts'
import { preferred } from '../value/accept.ts'
import { bind } from './bind.ts'
import type { RawBody } from './body.ts'
import { checkInput, type Locate } from './check-input.ts'
import { CallContext, type CallState } from './context.ts'
import { CallDelivery } from './delivery.ts'
import type { Delivery } from './giving.ts'
import { decide, providedBy } from './guards.ts'
import { located } from './located.ts'
import type { Plan } from './plan.ts'
import { permit, present } from './present.ts'
import type { Resources } from './resources.ts'
import { noneOr } from './take-data.ts'
import type { Received } from './taking.ts'
import { checkWanted } from './wanted.ts'

/** Answers an HTTP request that was routed to `plan`. Synchronous where everything it asks is. */
export function answerRequest(
  plan: Plan,
  texts: readonly string[],
  headers: RequestHeaders,
  state: CallState,
  resources: Resources,
): Result | Promise<Result> {
  const { query } = state.options
  return chain(guarded(plan, state, resources), () => {
    const offer = offerOf(plan, headers)
    return chain(receive(plan, headers, state), (received) => {
      const input = bind(plan.binding, texts, query, headers, received)
      const reading = (current: Plan): Promise<unknown> =>
        answerHandler(current, bind(current.binding, texts, null, headers, null), state, resources)
      const permitted = (): void | Promise<void> => {
        checkWanted(state.options, 'count')
        return permit(plan, headers, reading)
      }
      const delivery = new CallDelivery(plan, state, offer, (thrown) => refusal(plan, thrown))
      const raw = received?.raw ?? null
      return chain(call(plan, input, state, resources, delivery, raw, permitted), (delivered) => {
        try {
          return present(plan, delivered, delivery, headers, state.options)
        } catch (thrown) {
          plan.giving.abandon?.(delivered)
          throw refusal(plan, thrown)
        }
      })
    })
  })
}

/** Calls a handler with data, as a protocol that knows names does. */
export function answerData(plan: Plan, data: unknown, state: CallState, resources: Resources): unknown {
  return chain(guarded(plan, state, resources), () => given(plan, data, state, resources))
}

function given(plan: Plan, data: unknown, state: CallState, resources: Resources): unknown {
  const delivery = new CallDelivery(plan, state, 0, (thrown) => refusal(plan, thrown))
  return chain(call(plan, data, state, resources, delivery, null, null), (delivered) => {
    for (const [key, value] of delivery.reply?.set ?? []) state.options.set(key, value as never)
    return delivered
  })
}

/** Calls a handler with data of another one, within the same call. */
export async function answerHandler(
  plan: Plan,
  data: unknown,
  state: CallState,
  resources: Resources,
): Promise<unknown> {
  try {
    // Also for a caller that has gone: to put something right again may be what it is invoked for.
    return await chain(decide(plan.guards, state, resources), () => given(plan, data, state, resources))
  } catch (thrown) {
    // The caller of both has sent nothing of it.
    throw isFault(thrown, 'input_invalid') ? made(thrown) : thrown
  }
}

// Guards that take their time: who has gone meanwhile, or has ended its side, is not served.
function guarded(plan: Plan, state: CallState, resources: Resources): void | Promise<void> {
  return decide(plan.guards, state, resources)?.then(() => checkWanted(state.options, 'do not count'))
}

function offerOf(plan: Plan, headers: RequestHeaders): number {
  if (plan.definition.returns === undefined) return 0
  const offer = preferred(headers['accept'], plan.offers)
  if (offer < 0 && plan.giving.isOpen === true) return 0
  if (offer < 0) throw new Fault('not_acceptable', { accept: headers['accept']!, offers: plan.offers })
  return offer
}

// Null: the handler reads none, or none came.
function receive(
  plan: Plan,
  headers: RequestHeaders,
  state: CallState,
): Received | null | Promise<Received | null> {
  const { input, log } = state.options
  const { taking, formats, definition } = plan
  if (taking === null) {
    if (definition.ignoresBody || input.absent || input.length === 0) return null
    return noneOr(input, new Fault('input_misplaced', { member: 'body', given: 'request', place: '' }))
  }
  if (input.absent && taking.whenAbsent !== true) return null
  const { body } = state.server.limits
  const limit = definition.limit ?? { wire: body, decoded: body }
  return taking.receive({ headers, input, formats, limit, log, handler: plan.name })
}

function call(
  plan: Plan,
  data: unknown,
  state: CallState,
  resources: Resources,
  delivery: Delivery,
  raw: RawBody | null,
  permitted: (() => void | Promise<void>) | null,
): unknown {
  const { giving, definition } = plan
  const refuse = (thrown: unknown): never => {
    throw refusal(plan, thrown)
  }
  const go = (input: unknown): unknown => {
    try {
      const context = new CallContext(state, providedBy(definition.providers, state, resources), raw)
      const delivered = chain(definition.run(input, context), (returned) =>
        giving.deliver(returned, delivery),
      )
      return isPromise(delivered) ? Promise.resolve(delivered).catch(refuse) : delivered
    } catch (thrown) {
      return refuse(thrown)
    }
  }
  // Nobody reads what is there for data that would be refused anyhow.
  const locate = permitted === null ? nowhere : (issues: readonly Issue[]) => located(plan.binding, issues)
  return chain(checkedInput(plan, data, locate), (input) =>
    permitted === null ? go(input) : chain(permitted(), () => go(input)),
  )
}

// By name, data come from no place.
const nowhere: Locate = (issues) => issues

// A schema may run code of the app's, which is held to the contract like its function.
function checkedInput(plan: Plan, data: unknown, locate: Locate): unknown {
  try {
    const checked = checkInput(plan, data, locate)
    if (!isPromise(checked)) return checked
    return Promise.resolve(checked).catch((thrown: unknown) => {
      throw refusal(plan, thrown)
    })
  } catch (thrown) {
    throw refusal(plan, thrown)
  }
}

// What a handler threw, as its caller may see it. A failure that the contract does not name means
// nothing to a caller, and neither does what a call that the handler made was refused for. What is neither failure nor
// fault stays as it is: `answer` shows nothing of it, and the road logs it.
function refusal(plan: Plan, thrown: unknown): unknown {
  if (isFailure(thrown) && !isDeclared(plan, thrown)) {
    const said = `Handler "${plan.name}" raised ${thrown.code}, which it does not declare: add it to its errors`
    return new Fault('app_failed', {}, new Error(said, { cause: thrown }))
  }
  return isMade(thrown) ? new Fault('app_failed', {}, thrown) : thrown
}

function isDeclared({ contract: { errors } }: Plan, { code, kind }: Failure): boolean {
  return Object.hasOwn(errors, code) && errors[code]!.kind === kind
}
