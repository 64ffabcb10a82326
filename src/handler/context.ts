/**
 * The context of one call: what a handler's function gets beside its data.
 *
 * @module
 */
import type { Key, Log, Options, Outcome, RequestHeaders, Server } from '../contract.ts'
import { fieldText } from '../value/utf8.ts'
import type { RawBody } from './body.ts'
import type { AnyHandler, HandlerContext } from './handler.ts'
import type { Decided, Guard, GuardHead } from './provide.ts'

/** The head of a call as its guards see it, but for what options say. */
export interface Head {
  readonly method: string
  readonly path: string
  readonly query: string | null
  readonly headers: RequestHeaders
}

/** Calls another handler of the service. */
export type Within = (state: CallState, handler: AnyHandler, data: unknown) => Promise<unknown>

/** What every handler called within one call shares. Made of what is asked for. */
export class CallState {
  readonly options: Options
  /** The server of the call. */
  readonly server: Server
  readonly #head: Head
  readonly #before: Decided
  readonly #within: Within
  #decided: Map<Guard<unknown>, unknown> | null = null
  #guardHead: GuardHead | null = null

  /** `before` are the decisions that stand before any call. */
  constructor(options: Options, head: Head, before: Decided, server: Server, within: Within) {
    this.options = options
    this.server = server
    this.#head = head
    this.#before = before
    this.#within = within
  }

  /** What guards have decided so far: each decides once. */
  get decided(): Map<Guard<unknown>, unknown> {
    this.#decided ??= new Map(this.#before)
    return this.#decided
  }

  get head(): GuardHead {
    const { options } = this
    const { client, protocol } = options
    this.#guardHead ??= {
      ...this.#head,
      client,
      protocol,
      get: (key) => options.get(key),
      set: (key, value) => options.set(key, value),
    }
    return this.#guardHead
  }

  invoke(handler: AnyHandler, data: unknown): Promise<unknown> {
    return this.#within(this, handler, data)
  }
}

/**
 * Members are getters that give functions of their own, so that `({ defer, invoke }) => ...` works
 * and a handler pays for what it takes.
 */
export class CallContext implements HandlerContext {
  readonly raw: RawBody | null
  readonly #state: CallState

  constructor(state: CallState, provided: object, raw: RawBody | null) {
    this.#state = state
    this.raw = raw
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

  /** The last item that a caller who comes back has seen, by its id; null for one who begins. */
  get resume(): string | null {
    const id = this.#state.head.headers['last-event-id']
    return id === undefined || id === '' ? null : fieldText(id)
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
