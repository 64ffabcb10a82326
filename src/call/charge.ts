/**
 * What one call holds of the memory budget of its server, and its place in the queue.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import type { Budget, Held, Lane, Waiter } from './budget.ts'

interface Wait {
  readonly from: Held
  readonly admitted: Promise<void>
  readonly resolve: () => void
  readonly reject: (fault: Fault) => void
}

export class Charge implements Waiter {
  wanted = 0
  held = 0
  lane: Lane = 'small'
  readonly #budget: Budget
  #bytes = 0
  #over: 'no' | 'ending' | 'yes' = 'no'
  #wait: Wait | null = null

  constructor(budget: Budget) {
    this.#budget = budget
  }

  /** Bytes that it holds. */
  get bytes(): number {
    return this.#bytes
  }

  /** The largest that it can ever hold, in bytes. */
  get largest(): number {
    return this.#budget.largest
  }

  /**
   * Makes sure that it holds so many bytes: null when it does. Else it waits for what the promise
   * tells, and asks again.
   *
   *   Fault  server_busy, rejected as well: there is no room, and none came; or none may be waited for
   */
  take(bytes: number, from: Held): Promise<void> | null {
    if (this.#bytes >= bytes) return null
    if (this.#wait !== null) return this.#wait.admitted
    if (this.#over === 'yes') throw new Fault('request_aborted', { reason: 'its call is over' })
    const budget = this.#budget
    const lane = this.#bytes > 0 ? this.lane : budget.laneOf(bytes)
    if (this.#bytes > 0) return this.#grow(bytes)
    this.lane = lane
    if (budget.take(lane, bytes, false)) {
      this.#bytes = bytes
      return null
    }
    this.wanted = bytes
    this.held = from.hold?.() ?? 0
    if (this.#over !== 'no') throw budget.refusal()
    const admitted = this.#waits(from)
    if (budget.enqueue(this)) return admitted
    this.#wait = null
    return budget.turnAway(from)
  }

  /** What it needs is known to be less: gives back the rest. */
  shrink(bytes: number): void {
    if (bytes >= this.#bytes) return
    const rest = this.#bytes - bytes
    this.#bytes = bytes
    this.#budget.give(this.lane, rest)
  }

  /** The call has its outcome: who still waits for bytes does so in vain. */
  ending(): void {
    if (this.#over === 'no') this.#over = 'ending'
    this.#leave()?.reject(new Fault('request_aborted', { reason: 'its call is over' }))
  }

  /** Everything of the call is over: gives back all. Again, it does nothing. */
  release(): void {
    this.ending()
    this.#over = 'yes'
    this.shrink(0)
  }

  /** For the budget. */
  admitted(): void {
    this.#bytes = this.wanted
    const wait = this.#wait
    this.#wait = null
    wait?.resolve()
  }

  /** For the budget. */
  late(): void {
    const wait = this.#leave()
    if (wait !== null) this.#budget.turnAway(wait.from).catch(wait.reject)
  }

  // To wait while holding something is how everybody comes to wait for everybody.
  #grow(bytes: number): null {
    const budget = this.#budget
    const lane = this.lane === 'large' ? 'large' : budget.laneOf(bytes)
    const before = lane === this.lane ? this.#bytes : 0
    if (!budget.take(lane, bytes - before, true)) throw budget.refusal()
    if (lane !== this.lane) budget.give(this.lane, this.#bytes)
    this.lane = lane
    this.#bytes = bytes
    return null
  }

  #waits(from: Held): Promise<void> {
    let resolve: () => void = () => {}
    let reject: (fault: Fault) => void = () => {}
    const admitted = new Promise<void>((yes, no) => {
      resolve = yes
      reject = no
    })
    this.#wait = { from, admitted, resolve, reject }
    return admitted
  }

  /** It waits no more: gives what it waited for. */
  #leave(): Wait | null {
    const wait = this.#wait
    this.#wait = null
    if (wait !== null) this.#budget.dequeue(this)
    return wait
  }
}
