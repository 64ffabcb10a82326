/**
 * Apps that also answer calls by name: services, and what leads to one. They are known by their shape, for
 * what carries calls knows nothing of handlers. Clause 35.
 *
 * @module
 */
import type { App, Options, RequestHeaders } from '../contract.ts'

/** Who calls by name: what its guards see, and what the call shares. */
export interface NameCaller {
  readonly headers: RequestHeaders
  readonly options: Options
}

export interface Named {
  /**
   * What it offers, looked at whenever that is asked: an app in another language says it when it is open, and may
   * be loaded anew. Null until then, and where it offers nothing.
   */
  readonly contract: object | null
  /** Resolves with data, or with an async iterable of items. */
  invoke(name: string, data: unknown, caller: NameCaller): Promise<unknown>
  /** `hear` is called when the contract may have become another one, where it ever does. Gives what stops that. */
  onRenewed?(hear: () => void): () => void
}

/** What answers names in an app; null for one that knows none. */
export function namedIn(app: App): Named | null {
  const { invoke } = app as Partial<Named>
  return 'contract' in app && typeof invoke === 'function' ? (app as App & Named) : null
}

/** Gives `around` the names of the app that it leads to. Calls of them come by `through` first. */
export function withNamesOf(
  around: App,
  app: App,
  through: (invoke: Named['invoke']) => Named['invoke'] = (invoke) => invoke,
): App {
  const named = namedIn(app)
  if (named === null || around === app) return around
  return naming(around, {
    get contract() {
      return named.contract
    },
    invoke: through((...call) => named.invoke(...call)),
    onRenewed: (hear) => named.onRenewed?.(hear) ?? (() => {}),
  })
}

/** Lets an app answer names. */
export function naming(app: App, named: Named): App & Named {
  return Object.defineProperties(app as App & Named, Object.getOwnPropertyDescriptors(named))
}
