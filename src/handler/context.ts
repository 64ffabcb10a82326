/**
 * The context of one call: what a handler's function gets beside its data.
 *
 * @module
 */
import type { Key, Log, Options, Outcome } from '../contract.ts'
import type { AnyHandler, HandlerContext } from './handler.ts'
import type { Guard, GuardHead } from './provide.ts'

/** What every handler called within one call shares. */
export interface CallState {
  readonly head: GuardHead
  readonly options: Options
  /** What guards have decided so far: each decides once. */
  readonly decided: Map<Guard<unknown>, unknown>
  readonly invoke: (handler: AnyHandler, data: unknown) => Promise<unknown>
}

/**
 * Members are getters that give functions of their own, so that `({ defer, invoke }) => ...` works
 * and a handler pays for what it takes.
 */
export class CallContext implements HandlerContext {
  readonly #state: CallState

  constructor(state: CallState, provided: object) {
    this.#state = state
    Object.assign(this, provided)
  }

  get signal(): AbortSignal {
    return this.#state.options.signal
  }

  get deadline(): number | null {
    return this.#state.options.deadline
  }

  get log(): Log {
    return this.#state.options.log
  }

  get defer(): (task: (outcome: Outcome) => void | Promise<void>) => void {
    return (task) => this.#state.options.defer(task)
  }

  get get(): <T>(key: Key<T>) => T | undefined {
    return (key) => this.#state.options.get(key)
  }

  get set(): <T>(key: Key<T>, value: T) => void {
    return (key, value) => this.#state.options.set(key, value)
  }

  get invoke(): HandlerContext['invoke'] {
    return ((handler: AnyHandler, data: unknown) =>
      this.#state.invoke(handler, data)) as HandlerContext['invoke']
  }
}
