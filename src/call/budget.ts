/**
 * The memory budget of a server: how many bytes of request bodies its calls may hold at once.
 *
 *   half        bodies; the largest that can ever be buffered is as large
 *   an eighth   small bodies, while a larger one waits: they do not queue behind uploads
 *   an eighth   what has arrived of the bodies that wait
 *   a quarter   reads that are on their way into a body, and what else bodies cost
 *
 * Whoever finds no room waits its turn, in order among its like, holding nothing that it was given:
 * a call that holds something already is told at once. So every holder can go on to its end, and
 * what it held goes to those who wait. No body of the largest size can be passed over for ever, for
 * small ones take no more than their eighth while it waits. Bodies that are over take room of those who
 * wait until they are collected.
 *
 * Pure: clock and timer are handed in.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import { Litter } from './litter.ts'
import { Rota } from './rota.ts'

export interface BudgetOptions {
  /** Bytes. */
  readonly total: number
  /** How long a body may wait for room, in milliseconds; 0 for not at all. */
  readonly waitMs: number
  /** Milliseconds from some moment on, never back. */
  readonly now: () => number
  /** Runs `run` after so many milliseconds. */
  readonly after: (ms: number, run: () => void) => void
  /** Runs `run` when others have had their turn. */
  readonly turn: (run: () => void) => void
  /** Hears of each body that was turned away. */
  readonly refused?: () => void
  /** Collects what is over: asked for where bodies find no room, and enough is over to be worth it. */
  readonly collect?: () => void
}

/** Bytes up to which a body is small, if its eighth has room for it: what one read of a socket brings. */
const SMALL = 64 * 1024
/** Bytes of bodies that are over, at least, for which a collection is worth its time: a hundredth of a second. */
const LEAST_OVER = 8 * 1024 * 1024
/** Milliseconds without anybody let in, after which less is worth it as well. */
const PATIENCE_MS = 250
/** Bytes that a call which was turned away leaves about. */
const REFUSED = 16 * 1024
/** How many are turned away in one turn: some 50 µs each. */
const TOGETHER = 16
/** Bytes that whoever waits counts for at least: its connection, its request. */
const LEAST_HELD = 4 * 1024

/** Where the bytes come from. */
export interface Held {
  /** Nobody reads for a while: lets nothing more come, and tells how many bytes may be there already. */
  hold?(): number
  /** Nobody reads any more, and who asks gets `fault`: throws away what is there. */
  drop?(fault: Fault): void
}

export type Lane = 'small' | 'large'

/** Who waits for room, and what for. */
export interface Waiter {
  readonly lane: Lane
  /** Bytes that it asks for. */
  readonly wanted: number
  /** Bytes that have arrived of it. */
  readonly held: number
  /** It was given what it wanted, and waits no more. */
  admitted(): void
  /** It has waited for too long, and does no more. */
  late(): void
}

export class Budget {
  readonly total: number
  /** The largest body, in bytes. */
  readonly largest: number
  readonly #options: BudgetOptions
  readonly #share: number
  /** Each with the moment at which it is late, in its order. */
  readonly #queues: { readonly [L in Lane]: Map<Waiter, number> } = { small: new Map(), large: new Map() }
  readonly #used: { [L in Lane]: number } = { small: 0, large: 0 }
  #held = 0
  readonly #litter: Litter
  #timed = false
  #clears = false
  /** How many who waited were let in. */
  #letIn = 0
  readonly #away: Rota<() => void>
  /** One for all, for they come by the thousand. */
  readonly #refusal: Fault

  constructor(options: BudgetOptions) {
    this.#options = options
    this.total = options.total
    this.#share = Math.floor(options.total / 8)
    this.largest = options.total - 4 * this.#share
    const least = Math.max(LEAST_OVER, this.#share)
    this.#litter = new Litter(least, least - this.#share, options.now, options.collect)
    this.#away = new Rota(TOGETHER, options.turn, (reject) => reject())
    this.#refusal = new Fault('server_busy', { retryAfterS: Math.max(1, Math.ceil(options.waitMs / 1_000)) })
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

  /** The lane of a body of so many bytes. */
  laneOf(bytes: number): Lane {
    return bytes <= Math.min(SMALL, this.#share) ? 'small' : 'large'
  }

  /** Takes bytes out of a lane if there is room. Nobody passes those who wait in it but who `holds` some. */
  take(lane: Lane, bytes: number, holds: boolean): boolean {
    if ((!holds && this.#queues[lane].size > 0) || !this.#fits(lane, bytes)) return false
    this.#used[lane] += bytes
    return true
  }

  /** Takes bytes back that were given out of a lane. */
  give(lane: Lane, bytes: number): void {
    this.#used[lane] -= bytes
    this.#litter.add(bytes)
    if (this.waiting > 0) this.#clear()
  }

  /** Puts `waiter` at the end of its queue, where it may be let in at once. False when as much waits as may. */
  enqueue(waiter: Waiter): boolean {
    const { waitMs, now } = this.#options
    const held = weight(waiter)
    if (waitMs === 0 || this.#held + held > this.#share) return false
    this.#held += held
    this.#queues[waiter.lane].set(waiter, now() + waitMs)
    if (!this.#timed) this.#time(waitMs)
    this.#clear()
    return true
  }

  /** It does not wait any more. */
  dequeue(waiter: Waiter): void {
    if (!this.#queues[waiter.lane].delete(waiter)) return
    this.#held -= weight(waiter)
    // Those behind it may be less, and small ones need not leave room for large ones that are gone.
    if (this.waiting > 0) this.#clear()
  }

  /** Rejects with the refusal, and not for all who come in one turn at once. Nothing is kept of what has arrived. */
  turnAway(from: Held): Promise<never> {
    from.drop?.(this.#refusal)
    return new Promise((_, reject) => this.#away.add(() => reject(this.refusal())))
  }

  /** The refusal of who finds no room. */
  refusal(): Fault {
    this.#options.refused?.()
    this.#litter.add(REFUSED)
    return this.#refusal
  }

  /** Makes room for those who wait. `whatever` it takes: also where little lies about. */
  #clear(whatever = false): void {
    this.#litter.collect()
    this.#admit()
    if ((whatever || this.used === 0) && this.#litterIsInTheWay) {
      this.#litter.clear()
      this.#admit()
    }
    if (this.waiting > 0) this.#clearLater()
  }

  // Those who hold the room may do so for long, and give nothing back that would have it looked at again.
  #clearLater(): void {
    if (this.#clears) return
    const { excess, dueMs, restMs } = this.#litter
    if (dueMs === null && excess === 0) return
    this.#clears = true
    const before = this.#letIn
    this.#options.after(dueMs ?? Math.max(PATIENCE_MS, restMs), () => {
      this.#clears = false
      if (this.waiting > 0) this.#clear(this.#letIn === before)
    })
  }

  /** True when somebody would be let in but for what lies about. */
  get #litterIsInTheWay(): boolean {
    return (['large', 'small'] as const).some((lane) => {
      const [first] = this.#queues[lane].keys()
      return first !== undefined && this.#fits(lane, first.wanted)
    })
  }

  #fits(lane: Lane, bytes: number, litter = 0): boolean {
    const { small, large } = this.#used
    if (small + large + bytes + litter > this.largest + this.#share) return false
    if (lane === 'large') return large + bytes + litter <= this.largest
    return this.#queues.large.size === 0 || small + bytes <= this.#share
  }

  // Large ones first: when none of them waits any more, small ones may have more than their share.
  #admit(): void {
    for (const lane of ['large', 'small'] as const) {
      for (const waiter of this.#queues[lane].keys()) {
        if (!this.#fits(lane, waiter.wanted, this.#litter.excess)) break
        this.#queues[lane].delete(waiter)
        this.#held -= weight(waiter)
        this.#used[lane] += waiter.wanted
        this.#letIn++
        waiter.admitted()
      }
    }
  }

  // All wait equally long, so the first of each queue is the first to be late.
  #time(ms: number): void {
    this.#timed = true
    this.#options.after(ms, () => {
      this.#timed = false
      const now = this.#options.now()
      for (const queue of [this.#queues.large, this.#queues.small]) {
        for (const [waiter, until] of queue) {
          if (until > now) break
          waiter.late()
        }
      }
      const [large = Number.POSITIVE_INFINITY] = this.#queues.large.values()
      const [small = Number.POSITIVE_INFINITY] = this.#queues.small.values()
      if (this.waiting > 0) this.#time(Math.max(1, Math.min(large, small) - now))
    })
  }
}

function weight({ held }: Waiter): number {
  return Math.max(LEAST_HELD, held)
}
