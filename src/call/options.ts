/**
 * Options as every server makes them: data as own members, capabilities as getters on the
 * prototype, so that a call pays for what it uses. Clauses 11 and 12.
 *
 * @module
 */
import type {
  Input,
  Key,
  Log,
  Options,
  OptionsChanges,
  OptionsData,
  Outcome,
  ResponseHeaders,
} from '../contract.ts'
import type { Aborts } from './aborts.ts'
import type { Call } from './call.ts'
import { WholeInput } from './input.ts'

export class CallOptions implements Options {
  readonly query: string | null
  readonly mount: string
  readonly http: '1.0' | '1.1' | '2' | null
  readonly client: string | null
  readonly protocol: 'http' | 'https'
  readonly deadline: number | null
  readonly upgrade: readonly string[] | null
  readonly #call: Call
  #input: Input | null

  /** `input` null is a request without a body. */
  constructor(call: Call, input: Input | null, data: OptionsData) {
    this.query = data.query
    this.mount = data.mount
    this.http = data.http
    this.client = data.client
    this.protocol = data.protocol
    this.deadline = data.deadline
    this.upgrade = data.upgrade
    this.#call = call
    this.#input = input
  }

  get input(): Input {
    this.#input ??= new WholeInput(null, this.#call.server.limits.body)
    return this.#input
  }

  get signal(): AbortSignal {
    if (this.deadline !== null) this.#call.expire(this.deadline)
    return this.#call.signal
  }

  /** As `signal`, which this makes none of. Null for options that are not ours. */
  static abortsOf(options: Options): Aborts | null {
    const call = CallOptions.callOf(options)
    if (call === null) return null
    if (options.deadline !== null) call.expire(options.deadline)
    return call.aborts
  }

  get log(): Log {
    return this.#call.log
  }

  defer(task: (outcome: Outcome) => void | Promise<void>): void {
    this.#call.defer(task)
  }

  hint(fields: ResponseHeaders): void {
    this.#call.hint(fields)
  }

  trailer(fields: () => ResponseHeaders): void {
    this.#call.trailer = fields
  }

  get<T>(key: Key<T>): T | undefined {
    return this.#call.context.get(key)
  }

  set<T>(key: Key<T>, value: T): void {
    this.#call.context.set(key, value)
  }

  with(changes: OptionsChanges): Options {
    const { input = this.input, ...data } = changes
    return new CallOptions(this.#call, input, { ...this.data(), ...data })
  }

  /** The data members alone. */
  data(): OptionsData {
    const { query, mount, http, client, protocol, deadline, upgrade } = this
    return { query, mount, http, client, protocol, deadline, upgrade }
  }

  /** The call behind these options, for roads that carry its context on. */
  static callOf(options: Options): Call | null {
    return #call in (options as CallOptions) ? (options as CallOptions).#call : null
  }
}
