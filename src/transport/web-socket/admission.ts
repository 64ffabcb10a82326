/**
 * Who may open a WebSocket: guards and functions that decide of an upgrade.
 *
 * @module
 */
import type { App, Options, RequestHeaders, Server } from '../../contract.ts'
import { Fault } from '../../fault.ts'

/** The head of an upgrade, as guards see one. */
export interface UpgradeHead {
  readonly method: string
  readonly path: string
  readonly query: string | null
  readonly headers: RequestHeaders
  readonly client: string | null
  readonly protocol: 'http' | 'https'
  readonly get: Options['get']
  readonly set: Options['set']
}

/** Lets an upgrade through, or raises: a guard of the service, or a function of the head. */
export type Admits = AnyGuard | ((head: UpgradeHead) => unknown)

interface AnyGuard {
  readonly decide: (head: never, used: never) => unknown
  readonly uses?: object
}

/** An upgrade that has not been answered. */
interface Asked {
  readonly head: Pick<UpgradeHead, 'method' | 'path' | 'query' | 'headers'>
  readonly options: Options
  readonly server: Server
}

/** Resolves when all let an upgrade through, one after the other; rejects with what the first of them raises. */
export type Admission = (asked: Asked) => Promise<void>

/** Services are known by their shape, for transports know nothing of handlers. */
type Admitting = (
  guards: readonly unknown[],
) => (head: object, options: Options, server: Server) => Promise<void>

/** Works out who admits to `app`. Fault: setup_faulty for guards that use what `app` does not have. */
export function admissionTo(app: App, admits: readonly Admits[]): Admission {
  const all = admits.map((one) => (typeof one === 'function' ? byFunction(one) : byGuard(app, one)))
  return async (asked) => {
    for (const one of all) await one(asked)
  }
}

function byFunction(decide: (head: UpgradeHead) => unknown): Admission {
  return async ({ head, options }) => {
    const { client, protocol } = options
    await decide({
      ...head,
      client,
      protocol,
      get: (key) => options.get(key),
      set: (key, value) => options.set(key, value),
    })
  }
}

function byGuard(app: App, guard: AnyGuard): Admission {
  const { admitting } = app as Partial<{ readonly admitting: Admitting }>
  if (typeof admitting === 'function') {
    const decide = admitting([guard])
    return ({ head, options, server }) => decide(head, options, server)
  }
  if (Object.keys(guard.uses ?? {}).length === 0)
    return byFunction((head) => guard.decide(head as never, {} as never))
  throw new Fault('setup_faulty', {
    what: 'overWebSocket(app, { admits })',
    reason: 'a guard uses guards or resources, which the app does not have',
    fix: 'Write overWebSocket(service, ...) with the service that the guard is of, or give a function of the head',
  })
}
