/**
 * `service`: handlers as one app, with a contract, and a door for protocols that know names.
 *
 * @module
 */
import { isPromise } from '../call/after.ts'
import { lives } from '../call/life.ts'
import { made } from '../call-fault.ts'
import type { App, Options, RequestHeaders, Result, Server } from '../contract.ts'
import { LIFE } from '../contract.ts'
import { Fault } from '../fault.ts'
import { mount } from '../middleware/mount.ts'
import { NO_FIELDS } from '../value/headers.ts'
import { callAlone, known, SERVER } from './alone.ts'
import { CallState, type Head } from './context.ts'
import { answerData, answerHandler, answerRequest } from './dispatch.ts'
import { flatten, OVERRIDDEN, type ServiceOptions } from './flatten.ts'
import { decide, guardsBeside } from './guards.ts'
import type { AnyHandler, DataArgument, Definition, TypesOf } from './handler.ts'
import type { AnyService, HandlerOf, Handlers, NamesOf, Overrides } from './handlers.ts'
import type { Plan } from './plan.ts'
import { contractOf, plansOf } from './plans.ts'
import type { Guard } from './provide.ts'
import { provisionOf, type Values } from './provision.ts'
import { type Refusals, refusedAs } from './refusals.ts'
import { Opened, type Resources } from './resources.ts'
import { find, missing, type Routes, routesOf } from './routes.ts'
import { serving } from './serving.ts'

/** Who calls by name: the head for its guards, and options to share signal, deadline and teardown with. */
export interface Caller {
  readonly headers?: RequestHeaders
  readonly options?: Options
}

export interface Service<H extends Handlers = Handlers> extends AnyService {
  readonly handlers: H
  /**
   * Calls a handler by name with data: the same guards and checks as over HTTP. A streaming
   * handler gives an async iterable of its items, which ends the call when it ends.
   *
   *   Fault  handler_unknown, input_invalid, output_invalid, app_failed; and declared failures
   */
  invoke<N extends NamesOf<H>>(
    name: N,
    ...args: [...DataArgument<TypesOf<HandlerOf<H, N>>>, caller?: Caller]
  ): Promise<Gives<HandlerOf<H, N>>>
  /**
   * Lets some guards decide of what is no handler, such as the upgrade to a WebSocket, with the resources of this
   * service. What it gives rejects with what they raise. Fault: setup_faulty for a resource that no handler asks for.
   */
  // biome-ignore lint: variance: guards of anything.
  admitting(guards: readonly Guard<any>[]): (head: Head, options: Options, server: Server) => Promise<void>
  /** The same handlers, with values in the place of guards and resources. */
  with(overrides: Overrides<H>): Service<H>
}

type Gives<X> = TypesOf<X>['streams'] extends 'out' ? AsyncIterable<TypesOf<X>['gets']> : TypesOf<X>['gets']

/**
 * Builds and checks a service.
 *
 *   handlers   handlers by name; services by name; apps by path prefix, such as "/files", for what no
 *              handler's path is
 *   Fault      setup_faulty, naming the handler and what to change
 */
export function service<const H extends Handlers>(handlers: H, options: ServiceOptions = {}): Service<H> {
  return build(handlers, options, {}, new Opened()) as unknown as Service<H>
}

function build(handlers: Handlers, options: ServiceOptions, overrides: Values, opened: Opened): Service {
  const flat = flatten(handlers, options)
  const { resources, decided } = provisionOf(
    flat.handlers.map(([, handler]) => handler),
    overrides,
    opened,
  )
  const plans = plansOf(flat, decided)
  const routes = routesOf(plans.values())
  const byDefinition = new Map<Definition, Plan>([...plans.values()].map((plan) => [plan.definition, plan]))
  const contract = contractOf([...plans.values()])
  const rest = Object.keys(flat.apps).length === 0 ? null : mount(flat.apps)

  const within = async (state: CallState, handler: AnyHandler, data: unknown): Promise<unknown> => {
    const plan = byDefinition.get(handler.definition)
    if (plan !== undefined) return answerHandler(plan, data, state, resources)
    const { verb, path } = handler.definition
    throw new TypeError(`Cannot invoke a handler that ${verb} ${path}: put it in this service`)
  }

  const answered = (
    found: ReturnType<typeof find>,
    ...[method, path, headers, options, server]: Parameters<App>
  ): Result | Promise<Result> => {
    if (found === null) {
      if (rest !== null) {
        options.set(serving, { contract, mount: options.mount })
        return rest(method, path, headers, options, server)
      }
      throw missing(options.mount, path)
    }
    if ('allow' in found) return [204, null, { allow: found.allow.join(', ') }, null]
    const state = new CallState(
      options,
      { method, path, query: options.query, headers },
      decided,
      server,
      within,
    )
    const go = (): Result | Promise<Result> =>
      answerRequest(found.route, found.texts, headers, state, resources)
    return resources.ready ? go() : prepared(resources, server).then(go)
  }
  const isShaped = flat.refusals !== null || [...plans.values()].some(({ refusals }) => refusals !== null)
  const routed: App = isShaped
    ? refusing(routes, flat.refusals, answered)
    : (...call) => answered(find(routes, call[0], call[1], call[2]['host'] ?? ''), ...call)

  const called = (plan: Plan, data: unknown, headers: RequestHeaders, options: Options): unknown => {
    const head = { method: plan.method, path: plan.template.text, query: null, headers }
    const state = new CallState(options, head, decided, SERVER, within)
    return answerData(plan, data, state, resources)
  }
  const invoke = (
    name: string,
    data?: unknown,
    { headers = NO_FIELDS, options }: Caller = {},
  ): Promise<unknown> => {
    const plan = plans.get(name)
    // A call that shares nobody's options is one of its own: what it is refused for is between those two.
    const refuse = (error: unknown): Promise<never> =>
      Promise.reject((options === undefined ? made(error) : error) as Error)
    if (plan === undefined) return refuse(new Fault('handler_unknown', { name }))
    const go = (): Promise<unknown> => {
      try {
        const given =
          options === undefined
            ? callAlone((own) => called(plan, data, headers, own))
            : called(plan, data, headers, options)
        return isPromise(given)
          ? Promise.resolve(given).catch((error) => refuse(known(error)))
          : Promise.resolve(given)
      } catch (error) {
        return refuse(known(error))
      }
    }
    return resources.ready ? go() : resources.prepare(SERVER).then(go)
  }

  const admitting: Service['admitting'] = (guards) => {
    const all = guardsBeside(guards, decided, resources)
    return async (head, options, server) => {
      if (!resources.ready) await prepared(resources, server)
      await decide(all, new CallState(options, head, decided, server, within), resources)
    }
  }

  if (Object.keys(overrides).length > 0) OVERRIDDEN.add(routed)
  return Object.assign(routed, {
    handlers,
    options,
    contract,
    invoke: invoke as Service['invoke'],
    admitting,
    with: (more: object) => build(handlers, options, { ...overrides, ...more }, opened),
    [LIFE]: rest === null ? resources : lives([resources, ...(rest[LIFE] === undefined ? [] : [rest[LIFE]])]),
  })
}

type Answered = (found: ReturnType<typeof find>, ...call: Parameters<App>) => Result | Promise<Result>

// What the handler that was asked, or else the outermost service, makes of refusals.
function refusing(routes: Routes, outermost: Refusals | null, answered: Answered): App {
  return (...call) => {
    const [method, path, headers, options] = call
    let plan: Plan | null = null
    const refuse = (thrown: unknown): Result => {
      const asked = { handler: plan?.name ?? null, method, path, headers }
      return refusedAs(plan === null ? outermost : plan.refusals, thrown, asked, options)
    }
    try {
      const found = find(routes, method, path, headers['host'] ?? '')
      if (found !== null && 'route' in found) plan = found.route
      const result = answered(found, ...call)
      return isPromise(result) ? Promise.resolve(result).catch(refuse) : result
    } catch (thrown) {
      return refuse(thrown)
    }
  }
}

/** Opens what no server has opened. Why it could not be is for the log, and nothing to tell a caller. */
async function prepared(resources: Resources, server: Server): Promise<void> {
  try {
    await resources.prepare(server)
  } catch (error) {
    throw new Fault('app_failed', {}, error)
  }
}
