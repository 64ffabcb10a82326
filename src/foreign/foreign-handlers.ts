/**
 * Handlers in another language as an app, and as what calls them by name: their worker says what it offers, and the
 * service is made of that on this side.
 *
 * @module
 */
import { inProcess } from '../call/in-process.ts'
import { life, lives, living } from '../call/life.ts'
import { type NameCaller, type Named, naming } from '../call/names.ts'
import type { Transport } from '../call/transport.ts'
import type { App, Life, Options } from '../contract.ts'
import { Fault, isFault } from '../fault.ts'
import { callAlone } from '../handler/alone.ts'
import type { Contract } from '../handler/contract.ts'
import type { Service } from '../handler/service.ts'
import type { ByName } from '../transport/by-name.ts'
import { failedOf } from '../transport/door.ts'
import { failureOf } from '../transport/named.ts'
import { remote } from '../transport/remote.ts'
import { NO_FIELDS } from '../value/headers.ts'
import { encodeFailed } from '../wire/frames/payload.ts'
import { HERE } from './far-call.ts'
import { type ForeignProgram, foreignPrograms } from './foreign-app.ts'
import { Offered } from './offered.ts'
import type { ForeignPool } from './pool-options.ts'

/** A service of handlers in another language. */
export interface HandlersTransport extends Transport, ByName {
  /** What they offer. Faults: setup_faulty; those of a call. */
  contract(): Promise<Contract>
  /** Ends its processes, for a program without a server: with `remote`, the server's stop does. */
  close(): Promise<void>
}

/** The same with the service itself. */
export interface ForeignHandlers extends HandlersTransport {
  readonly app: App & Named
  /** Fault: setup_faulty; those of a call. */
  service(): Promise<Service>
}

/** Fault at boot: setup_faulty, with what the program says, or what of its metadata cannot be. */
export function foreignHandlers(program: ForeignProgram, pool: ForeignPool): ForeignHandlers {
  const { what } = program
  const programs = foreignPrograms(program, pool, () => offered.renew())
  const offered = new Offered(what, programs.invoke)
  const service = async (): Promise<Service> => (await offered.service()) ?? refuse(what)
  const app = offeredApp(offered, () => refuse(what))
  const near = inProcess(app, what)
  return {
    name: what,
    life: lives([programs.life!, asking(service, pool)]),
    app,
    call: (...call) => near.call(...call),
    invoke: async (name, data, { signal, timeoutMs, context } = {}) => {
      try {
        await service()
        const call = { signal, timeoutMs: timeoutMs ?? null, ...(context && { context }) }
        return await callAlone((options) => app.invoke(name, data, { headers: NO_FIELDS, options }), call)
      } catch (thrown) {
        throw signal?.aborted === true ? thrown : toldOf(thrown, what)
      }
    },
    contract: async () => (await service()).contract,
    service,
    close: programs.close,
  }
}

/** A program of which only itself knows whether it has handlers, or is an app. Faults: as those of either. */
export function foreignEither(program: ForeignProgram, pool: ForeignPool): App {
  const programs = foreignPrograms(program, pool, () => offered.renew())
  const offered = new Offered(program.what, programs.invoke)
  const { life: _, ...carrying } = programs
  const app = offeredApp(offered, remote(carrying))
  return living(app, [], lives([programs.life!, asking(() => offered.service(), pool)]))
}

/** What a worker offers, by HTTP heads and by name; `plain` answers the heads of one without handlers. */
function offeredApp(offered: Offered, plain: App): App & Named {
  const app: App = (method, path, headers, options, server) => {
    const { now } = offered
    if (now !== null) return now(method, path, headers, within(options), server)
    return offered
      .service()
      .then((service) => (service ?? plain)(method, path, headers, within(options), server))
  }
  const invoke = async (name: string, data: unknown, caller: NameCaller): Promise<unknown> => {
    const service = offered.now ?? (await offered.service())
    if (service === null) throw new Fault('handler_unknown', { name })
    within(caller.options)
    return (service.invoke as Named['invoke'])(name, data, caller)
  }
  return naming(app, {
    get contract() {
      return offered.contract
    },
    invoke,
    onRenewed: (hear) => offered.onRenewed(hear),
  })
}

// Functions and guards are called with them.
function within(options: Options): Options {
  options.set(HERE, options)
  return options
}

function asking(ask: () => Promise<unknown>, { optional }: ForeignPool): Life {
  const open = async (): Promise<void> => {
    await ask().catch((error: unknown) => {
      if (!optional || isFault(error, 'setup_faulty')) throw error
    })
  }
  return life(open, () => {})
}

function refuse(what: string): never {
  const fix = 'Use the worker of the same version of hagaki'
  throw new Fault('setup_faulty', { what, reason: 'it has no handlers', fix })
}

// What a call by name over a link would say.
function toldOf(thrown: unknown, to: string): unknown {
  if (isFault(thrown, 'setup_faulty') || (isFault(thrown) && thrown.code.startsWith('call_'))) return thrown
  if (isFault(thrown, 'output_invalid')) {
    const reason = 'its handler returned data that does not fit its contract'
    return new Fault('call_faulty', { to, reason }, thrown)
  }
  return failureOf(encodeFailed(failedOf(thrown)), to)
}
