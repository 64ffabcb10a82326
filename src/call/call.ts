/**
 * The state of one call that all its options share: signal, teardown, context, hints, trailers.
 * Nothing is made before somebody asks for it.
 *
 * @module
 */
import type { Log, Outcome, ResponseHeaders, Server } from '../contract.ts'
import { Fault } from '../fault.ts'
import { MAX_TIMER_MS } from '../value/duration.ts'
import { hintFlaw, trailerFlaw } from '../value/fields.ts'
import { NO_CONTEXT } from '../value/head-reader.ts'
import type { Carried } from '../value/message.ts'
import { Abortion, type Aborts } from './aborts.ts'
import type { Budget } from './budget.ts'
import { Charge } from './charge.ts'
import { Context } from './keys.ts'
import { Teardown } from './teardown.ts'

/** What a server or transport can do for a call besides answering it. */
export interface Road {
  /** Sends 103 with fields that were checked; does nothing where the road cannot. */
  hint(fields: ResponseHeaders): void
}

/** A road with nothing but an answer. */
export const PLAIN_ROAD: Road = Object.freeze({ hint: () => {} })

/** What `settle` gives where nothing has to be waited for. */
export const NOTHING_DEFERRED: Promise<void> = Promise.resolve()

export class Call {
  readonly server: Server
  readonly log: Log
  readonly #road: Road
  readonly #carried: Carried | undefined
  #controller: AbortController | null = null
  #aborts: Abortion | null = null
  #teardown: Teardown | null = null
  #outcome: Outcome | null = null
  #settled: Promise<void> = NOTHING_DEFERRED
  #context: Context | null = null
  #trailers: (() => ResponseHeaders) | null = null
  #timer: ReturnType<typeof setTimeout> | null = null
  #deadline: number | null = null
  #charge: Charge | null = null

  constructor(server: Server, log: Log, road: Road = PLAIN_ROAD, carried?: Carried) {
    this.server = server
    this.log = log
    this.#road = road
    this.#carried = carried
  }

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController()
      if (this.#aborts?.aborted === true) this.#controller.abort(this.#aborts.reason)
    }
    return this.#controller.signal
  }

  /** Aborts the signal when the earliest deadline told passes. `deadline` in epoch milliseconds. */
  expire(deadline: number): void {
    if (this.#outcome !== null || (this.#deadline !== null && this.#deadline <= deadline)) return
    this.#deadline = deadline
    this.#await(deadline, Math.max(0, deadline - this.server.now()))
  }

  #await(deadline: number, limitMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    const left = Math.max(0, deadline - this.server.now())
    const late = (): void => this.abort(new Fault('call_timeout', { to: 'the app', limitMs }))
    this.#timer = setTimeout(
      left > MAX_TIMER_MS ? () => this.#await(deadline, limitMs) : late,
      Math.min(left, MAX_TIMER_MS),
    )
  }

  /** Says that nobody waits any more. Only the first reason counts; none counts after the outcome. */
  abort(reason: unknown): void {
    if (this.aborted || this.#outcome !== null) return
    this.#aborts ??= new Abortion()
    this.#aborts.abort(reason)
    this.#controller?.abort(reason)
  }

  get aborted(): boolean {
    return this.#aborts?.aborted === true
  }

  /** What `signal` says, for those who need no signal. */
  get aborts(): Aborts {
    this.#aborts ??= new Abortion()
    return this.#aborts
  }

  get context(): Context {
    this.#context ??= new Context(this.#carried)
    return this.#context
  }

  /** What travels on a link; empty where no context was ever used. */
  carried(): Carried {
    return this.#context === null ? (this.#carried ?? NO_CONTEXT) : this.#context.carried()
  }

  /** What travels back on a link. */
  changed(): Carried {
    return this.#context === null ? NO_CONTEXT : this.#context.changed()
  }

  /** What this call holds of a budget: given back when everything of it is over. */
  chargedTo(budget: Budget): Charge {
    if (this.#charge === null) {
      this.#charge = new Charge(budget)
      if (this.#outcome !== null) this.#release(this.#charge)
    }
    return this.#charge
  }

  defer(task: (outcome: Outcome) => void | Promise<void>): void {
    if (this.#teardown === null) {
      this.#teardown = new Teardown(this.log)
      if (this.#outcome !== null) void this.#teardown.settle(this.#outcome)
    }
    this.#teardown.add(task)
  }

  /** Fault: result_faulty for fields that no response may hold. */
  hint(fields: ResponseHeaders): void {
    const flaw = hintFlaw(fields)
    if (flaw !== null) throw new Fault('result_faulty', { reason: `hint: ${flaw}` })
    if (this.#outcome === null) this.#road.hint(fields)
  }

  set trailer(fields: () => ResponseHeaders) {
    this.#trailers = fields
  }

  get hasTrailer(): boolean {
    return this.#trailers !== null
  }

  /** Asks for the trailers, after the last chunk. Fault: result_faulty. */
  trailers(): ResponseHeaders | null {
    if (this.#trailers === null) return null
    const fields = this.#trailers()
    const flaw = trailerFlaw(fields)
    if (flaw !== null) throw new Fault('result_faulty', { reason: `trailer: ${flaw}` })
    return fields
  }

  /**
   * Ends the call: runs what was deferred. Resolves when all of it has run; never rejects. A second
   * outcome changes nothing, and waits for the first.
   */
  settle(outcome: Outcome): Promise<void> {
    if (this.#outcome !== null) return this.#settled
    if (outcome.aborted) this.abort(outcome.error)
    this.#outcome = outcome
    if (this.#timer !== null) clearTimeout(this.#timer)
    if (this.#teardown !== null) this.#settled = this.#teardown.settle(outcome)
    if (this.#charge !== null) this.#release(this.#charge)
    return this.#settled
  }

  // What was deferred may still need the body.
  #release(charge: Charge): void {
    if (this.#settled === NOTHING_DEFERRED) return charge.release()
    charge.ending()
    void this.#settled.then(() => charge.release())
  }
}
