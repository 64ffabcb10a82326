/**
 * `local`: the typed client of a service in the same process. Everything that a call over HTTP
 * goes through, guards, limits, checks and JSON, and no socket.
 *
 * @module
 */
import { inProcess } from '../call/in-process.ts'
import { use } from '../call/use.ts'
import type { Middleware } from '../contract.ts'
import type { Handlers, Overrides } from '../handler/handlers.ts'
import type { Service } from '../handler/service.ts'
import type { Client } from './client-types.ts'
import { type ClientOptions, client } from './functions.ts'

/** As for any client, and what is around the service. */
export interface LocalOptions extends ClientOptions {
  /** Layers, the first named outermost: `around: [session({ ... })]` for handlers that set a session. */
  readonly around?: readonly Middleware[]
}

/**
 * `local(notes, { db: fake, user: alice }).add({ text: 'hi' })`: values in the place of guards and
 * resources. Resources without one are opened by the first call; `closeApp(notes)` closes them. Nothing is
 * lost on the way here, so nothing is tried again unless `retries` says so.
 */
export function local<H extends Handlers>(
  service: Service<H>,
  overrides: Overrides<H> = {} as Overrides<H>,
  { around = [], ...options }: LocalOptions = {},
): Client<Service<H>> {
  const overridden = service.with(overrides)
  const app = around.length === 0 ? overridden : use(overridden, ...around)
  return client<Service<H>>(overridden.contract, inProcess(app, 'local'), { retries: 0, ...options })
}
