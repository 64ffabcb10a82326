/**
 * The memory budget of a server: how many bytes of request bodies its calls may hold at once.
 *
 *   half        bodies; the largest that can ever be buffered is as large
 *   an eighth   small bodies, while a larger one waits: they do not queue behind uploads
 *   an eighth   what has arrived of the bodies that wait
 *   an eighth   bodies that are over, and in memory until they are collected
 *   an eighth   reads that are on their way into a body
 *
 * Whoever finds no room waits its turn, in order among its like, holding nothing that it was given:
 * a call that holds something already is told at once. So every holder can go on to its end, and
 * what it held goes to those who wait. No body of the largest size can be passed over for ever, for
 * small ones take no more than their eighth while it waits.
 *
 * Pure: clock and timer are handed in.
 *
 * @module
 */
import { Fault } from '../fault.ts'

export interface BudgetOptions {
  /** Bytes. */
  readonly total: number
  /** How long a body may wait for room, in milliseconds; 0 for not at all. */
  readonly waitMs: number
  /** Milliseconds from some moment on, never back. */
  readonly now: () => number
  /** Runs `run` after so many milliseconds. */
  readonly after: (ms: number, run: () => void) => void
  /** Hears of each body that was turned away. */
  readonly refused?: () => void
  /** Collects what is over: asked for where bodies find no room, and enough is over to be worth it. */
  readonly collect?: () => void
}

/** Bytes up to which a body is small, if its eighth has room for it: what one read of a socket brings. */
const SMALL = 64 * 1024
/** Bytes of bodies that are over, at least, for which a collection is worth its time: a hundredth of a second. */
const LEAST_OVER = 8 * 1024 * 1024
/** Bytes that whoever waits counts for at least: its connection, its request. */
const LEAST_HELD = 4 * 1024

export class Budget {
  readonly total: number
  /** The largest body, in bytes. */
  readonly largest: number
  readonly #options: BudgetOptions
  readonly #share: number
  readonly #queues: { readonly [L in Lane]: Set<Charge> } = { small: new Set(), large: new Set() }
  readonly #used: { [L in Lane]: number } = { small: 0, large: 0 }
  #held = 0
  /** Bytes of bodies that are over since the last collection. */
  #over = 0
  #timed = false
  #refusal: Fault | null = null

  constructor(options: BudgetOptions) {
    this.#options = options
    this.total = options.total
    this.#share = Math.floor(options.total / 8)
    this.largest = options.total - 4 * this.#share
  }

  /** Bytes that calls have been given. */
  get used(): number {
    return this.#used.small + this.#used.large
  }

  /** Bytes that have arrived of what waits, as far as its sources can tell. */
  get held(): number {
    return this.#held
  }

  /** How many bodies wait. */
  get waiting(): number {
    return this.#queues.small.size + this.#queues.large.size
  }

  /** For `Charge`. */
  laneOf(bytes: number): Lane {
    return bytes <= Math.min(SMALL, this.#share) ? 'small' : 'large'
  }

  /** For `Charge`: takes bytes out of a lane if there is room. Nobody passes those who wait in it. */
  take(lane: Lane, bytes: number, holds: boolean): boolean {
    if ((!holds && this.#queues[lane].size > 0) || !this.#fits(lane, bytes)) return false
    this.#used[lane] += bytes
    return true
  }

  /** For `Charge`: takes back what it had been given. */
  give(lane: Lane, bytes: number): void {
    this.#used[lane] -= bytes
    this.#over += bytes
    if (this.waiting === 0) return
    this.#collect()
    this.#admit()
  }

  /** For `Charge`: puts it at the end of its queue. False when as much waits as may. */
  enqueue(charge: Charge): boolean {
    const { waitMs, now } = this.#options
    this.#collect()
    charge.held = Math.max(LEAST_HELD, charge.held)
    if (waitMs === 0 || this.#held + charge.held > this.#share) return false
    charge.until = now() + waitMs
    this.#held += charge.held
    this.#queues[charge.lane].add(charge)
    if (!this.#timed) this.#time(waitMs)
    return true
  }

  /** For `Charge`: it does not wait any more. */
  dequeue(charge: Charge): void {
    if (!this.#queues[charge.lane].delete(charge)) return
    this.#held -= charge.held
    // Those behind it may be less, and small ones need not leave room for large ones that are gone.
    if (this.waiting > 0) this.#admit()
  }

  /** The refusal of who finds no room: one for all, for they come by the thousand. */
  refusal(): Fault {
    this.#options.refused?.()
    const retryAfterS = Math.max(1, Math.ceil(this.#options.waitMs / 1_000))
    this.#refusal ??= new Fault('server_busy', { retryAfterS })
    return this.#refusal
  }

  // Only where it is full: else what is over may lie there until the runtime sees to it.
  #collect(): void {
    if (this.#over < Math.max(LEAST_OVER, this.#share)) return
    this.#over = 0
    this.#options.collect?.()
  }

  #fits(lane: Lane, bytes: number): boolean {
    const { small, large } = this.#used
    if (small + large + bytes > this.largest + this.#share) return false
    if (lane === 'large') return large + bytes <= this.largest
    return this.#queues.large.size === 0 || small + bytes <= this.#share
  }

  // Large ones first: when none of them waits any more, small ones may have more than their share.
  #admit(): void {
    for (const lane of ['large', 'small'] as const) {
      for (const charge of this.#queues[lane]) {
        if (!this.#fits(lane, charge.wanted)) break
        this.#queues[lane].delete(charge)
        this.#held -= charge.held
        this.#used[lane] += charge.wanted
        charge.admitted()
      }
    }
  }

  // All wait equally long, so the first of each queue is the first to be late.
  #time(ms: number): void {
    this.#timed = true
    this.#options.after(ms, () => {
      this.#timed = false
      const now = this.#options.now()
      let next = Number.POSITIVE_INFINITY
      for (const queue of [this.#queues.large, this.#queues.small]) {
        for (const charge of queue) {
          if (charge.until > now) break
          charge.late()
        }
      }
      for (const queue of [this.#queues.large, this.#queues.small]) {
        for (const charge of queue) {
          next = Math.min(next, charge.until)
          break
        }
      }
      if (next < Number.POSITIVE_INFINITY) this.#time(Math.max(1, next - now))
    })
  }
}

type Lane = 'small' | 'large'

/** Where the bytes come from. */
export interface Held {
  /** Nobody reads for a while: lets nothing more come, and tells how many bytes may be there already. */
  hold?(): number
}

/** What one call holds of a budget, and its place in the queue. */
export class Charge {
  /** For `Budget`: what it asked for, what has arrived of it, until when it waits. */
  wanted = 0
  held = 0
  until = 0
  lane: Lane = 'small'
  readonly #budget: Budget
  #bytes = 0
  #over: 'no' | 'ending' | 'yes' = 'no'
  #wait: { readonly admitted: Promise<void>; resolve(): void; reject(fault: Fault): void } | null = null

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
   *   Fault  server_busy: there is no room, and none came; or none may be waited for
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
    if (this.#over !== 'no' || !budget.enqueue(this)) throw budget.refusal()
    return this.#waits()
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
    if (this.#wait === null) return
    this.#leave(new Fault('request_aborted', { reason: 'its call is over' }))
  }

  /** Everything of the call is over: gives back all. Again, it does nothing. */
  release(): void {
    this.ending()
    this.#over = 'yes'
    this.shrink(0)
  }

  /** For `Budget`: it was given what it wanted, and is in the queue no more. */
  admitted(): void {
    this.#bytes = this.wanted
    const wait = this.#wait
    this.#wait = null
    wait?.resolve()
  }

  /** For `Budget`: it has waited for too long. */
  late(): void {
    this.#leave(this.#budget.refusal())
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

  #waits(): Promise<void> {
    let resolve: () => void = () => {}
    let reject: (fault: Fault) => void = () => {}
    const admitted = new Promise<void>((yes, no) => {
      resolve = yes
      reject = no
    })
    this.#wait = { admitted, resolve, reject }
    return admitted
  }

  #leave(fault: Fault): void {
    const wait = this.#wait
    this.#wait = null
    this.#budget.dequeue(this)
    wait?.reject(fault)
  }
}
