/**
 * Why a try gave no answer, and what that means for another one.
 *
 * @module
 */
import { Fault, isFault } from '../../fault.ts'

/**
 *   unreached  no connection: nothing was sent
 *   full       no connection either, for all of them are busy
 *   stale      a connection that had idled ended before anything of the answer came
 *   lost       a connection ended before its answer
 *   late       no answer in time
 *   faulty     what came is no answer
 *   ours       it lies on this side: the client went away, or its body broke off
 */
export type How = 'unreached' | 'full' | 'stale' | 'lost' | 'late' | 'faulty' | 'ours'

export class Failure {
  readonly how: How
  /** What the call is told. */
  readonly fault: unknown

  constructor(how: How, fault: unknown) {
    this.how = how
    this.fault = fault
  }

  /** True when it tells something of the upstream. */
  get isTheirs(): boolean {
    return this.how !== 'ours' && this.how !== 'stale' && this.how !== 'full'
  }
}

/** The failures of one upstream. `to` is what clients read of it, `url` what the log does. */
export class Failures {
  readonly #to: string
  readonly #url: string

  constructor(to: string, url: string) {
    this.#to = to
    this.#url = url
  }

  /** The connection is gone, whose fault nobody can say. */
  lost(how: 'stale' | 'lost', reason: string): Failure {
    return new Failure(how, new Fault('call_lost', { to: this.#to }, this.#cause(reason)))
  }

  late(limitMs: number, what: string): Failure {
    return new Failure('late', new Fault('call_timeout', { to: this.#to, limitMs }, this.#cause(what)))
  }

  unreached(reason: string, cause: string = reason): Failure {
    return new Failure('unreached', new Fault('call_refused', { to: this.#to, reason }, this.#cause(cause)))
  }

  unconnected(limitMs: number): Failure {
    const cause = this.#cause('no connection came about')
    return new Failure('unreached', new Fault('call_timeout', { to: this.#to, limitMs }, cause))
  }

  full(reason: string): Failure {
    return new Failure('full', new Fault('call_refused', { to: this.#to, reason }, this.#cause(reason)))
  }

  /** What a reader refused, or what is no answer to this request. */
  faulty(error: unknown): Failure {
    const reason = isFault(error) ? `${error.code}: ${error.message}` : String(error)
    return new Failure('faulty', new Fault('call_faulty', { to: this.#to, reason }, this.#cause(reason)))
  }

  // Clients are told the fault, and where we send them is not for them.
  #cause(reason: string): Error {
    return new Error(`${this.#url}: ${reason}`)
  }
}
