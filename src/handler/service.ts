/**
 * `service`: handlers as one app, with a contract, and a door for protocols that know names.
 *
 * @module
 */
import type { App, Options, RequestHeaders, Result, Server } from '../contract.ts'
import { LIFE } from '../contract.ts'
import { Fault } from '../fault.ts'
import { NO_FIELDS } from '../value/headers.ts'
import { fullPath, segments } from '../value/path.ts'
import { callAlone, known, SERVER } from './alone.ts'
import type { CallState } from './context.ts'
import type { Contract } from './contract.ts'
import { answerData, answerHandler, answerRequest } from './dispatch.ts'
import type { AnyHandler, DataArgument, Definition, TypesOf } from './handler.ts'
import { type Plan, planOf } from './plan.ts'
import type { Guard, Resource } from './provide.ts'
import { Opened, Resources } from './resources.ts'
import { Router } from './router.ts'

export type Handlers = { readonly [name: string]: AnyHandler }

/** What `local` and `with` may give instead of guards and resources. */
export type Overrides<H extends Handlers> = Partial<
  Merged<{ [N in keyof H]: TypesOf<H[N]>['provided'] }[keyof H]>
>
// biome-ignore lint: variance: turns a union of objects into one with the members of all.
type Merged<U> = (U extends any ? (one: U) => void : never) extends (all: infer I) => void ? I : never

/** Who calls by name: the head for its guards, and options to share signal, deadline and teardown with. */
export interface Caller {
  readonly headers?: RequestHeaders
  readonly options?: Options
}

export interface Service<H extends Handlers = Handlers> extends App {
  readonly handlers: H
  readonly contract: Contract
  /**
   * Calls a handler by name with data: the same guards and checks as over HTTP. A streaming
   * handler gives an async iterable of its items, which ends the call when it ends.
   *
   *   Fault  handler_unknown, input_invalid, output_invalid, app_failed; and declared failures
   */
  invoke<N extends keyof H & string>(
    name: N,
    ...args: [...DataArgument<TypesOf<H[N]>>, caller?: Caller]
  ): Promise<Gives<H[N]>>
  /** The same handlers, with values in the place of guards and resources. */
  with(overrides: Overrides<H>): Service<H>
}

type Gives<X> = TypesOf<X>['streams'] extends true ? AsyncIterable<TypesOf<X>['gets']> : TypesOf<X>['gets']

/** Builds and checks a service. Fault: setup_faulty, naming the handler and what to change. */
export function service<const H extends Handlers>(handlers: H): Service<H> {
  return build(handlers, {}, new Opened()) as Service<H>
}

type Values = { readonly [member: string]: unknown }

function build(handlers: Handlers, overrides: Values, opened: Opened): Service {
  const plans = plansOf(handlers)
  const router = routerOf(plans.values())
  const byDefinition = new Map<Definition, Plan>([...plans.values()].map((plan) => [plan.definition, plan]))
  const { resources, decided } = provide(plans.values(), overrides, opened)

  const begin = (options: Options, head: CallState['head']): CallState => {
    const state: CallState = {
      head,
      options,
      decided: new Map(decided),
      invoke: async (handler, data) => {
        const plan = byDefinition.get(handler.definition)
        if (plan !== undefined) return answerHandler(plan, data, state, resources)
        const { verb, path } = handler.definition
        throw new TypeError(`Cannot invoke a handler that ${verb} ${path}: put it in this service`)
      },
    }
    return state
  }

  const routed: App = (method, path, headers, options, server) => {
    const found = find(router, method, path, options.mount)
    if (found instanceof Set) return [204, null, { allow: [...found].join(', ') }, null]
    const { client, protocol, query } = options
    const state = begin(options, { method, path, query, headers, client, protocol })
    const go = (): Result | Promise<Result> =>
      answerRequest(found.route, found.texts, headers, state, resources)
    return resources.ready ? go() : prepared(resources, server).then(go)
  }

  const invoke = async (name: string, data?: unknown, caller: Caller = {}): Promise<unknown> => {
    const plan = plans.get(name)
    if (plan === undefined) throw new Fault('handler_unknown', { name })
    if (!resources.ready) await resources.prepare(SERVER)
    const call = (options: Options): unknown => {
      const { client, protocol } = options
      const headers = caller.headers ?? NO_FIELDS
      const head = { method: plan.method, path: plan.template.text, query: null, headers, client, protocol }
      return answerData(plan, data, begin(options, head), resources)
    }
    try {
      return await (caller.options === undefined ? callAlone(call) : call(caller.options))
    } catch (error) {
      throw known(error)
    }
  }

  return Object.assign(routed, {
    handlers,
    contract: contractOf(plans),
    invoke: invoke as Service['invoke'],
    with: (more: object) => build(handlers, { ...overrides, ...more }, opened),
    [LIFE]: resources,
  })
}

/** Opens what no server has opened. Why it could not be is for the log, and nothing to tell a caller. */
async function prepared(resources: Resources, server: Server): Promise<void> {
  try {
    await resources.prepare(server)
  } catch (error) {
    throw new Fault('app_failed', {}, error)
  }
}

function plansOf(handlers: Handlers): ReadonlyMap<string, Plan> {
  const plans = new Map<string, Plan>()
  for (const [name, handler] of Object.entries(handlers)) {
    // A client with a function called "then" would be taken for a promise.
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name) || name === 'then') {
      const fix = 'Name it with letters, digits and underscores, and not "then"'
      throw new Fault('setup_faulty', { what: `Handler "${name}"`, reason: 'the name is faulty', fix })
    }
    plans.set(name, planOf(name, handler))
  }
  return plans
}

function routerOf(plans: Iterable<Plan>): Router<Plan> {
  const router = new Router<Plan>()
  for (const plan of plans) router.add(plan)
  return router
}

function contractOf(plans: ReadonlyMap<string, Plan>): Contract {
  return { hagaki: 1, handlers: Object.fromEntries([...plans].map(([name, plan]) => [name, plan.contract])) }
}

// Overrides are by member name; a resource that has one everywhere is never opened.
function provide(
  plans: Iterable<Plan>,
  overrides: Values,
  opened: Opened,
): { readonly resources: Resources; readonly decided: ReadonlyMap<Guard<unknown>, unknown> } {
  const names = new Map<Resource<unknown>, string>()
  const given = new Map<Resource<unknown>, unknown>()
  const decided = new Map<Guard<unknown>, unknown>()
  for (const plan of plans) {
    for (const [member, one] of plan.guards)
      if (Object.hasOwn(overrides, member)) decided.set(one, overrides[member])
    for (const [member, one] of plan.resources) {
      if (Object.hasOwn(overrides, member)) given.set(one, overrides[member])
      else if (!names.has(one)) names.set(one, member)
    }
  }
  return { resources: new Resources(names, given, opened), decided }
}

/** The route, or for OPTIONS what is allowed. Faults: route_missing, method_not_allowed, path_faulty. */
function find(
  router: Router<Plan>,
  method: string,
  path: string,
  mount: string,
): { route: Plan; texts: readonly string[] } | Set<string> {
  if (path === '*') return new Set()
  const parts = segments(path)
  const found = router.find(method === 'HEAD' ? 'GET' : method, parts)
  if ('route' in found) return found
  if (found.size === 0) throw new Fault('route_missing', { path: fullPath(mount, path) })
  const allow = new Set([...found, ...(found.has('GET') ? ['HEAD'] : []), 'OPTIONS'])
  if (method === 'OPTIONS') return allow
  throw new Fault('method_not_allowed', { method, allow: [...allow] })
}
