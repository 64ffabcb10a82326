/**
 * The connections to one upstream: those that idle, and the calls that wait for one.
 *
 * @module
 */
import type { Aborts } from '../../call/aborts.ts'
import type { Clock, Ticking } from './clock.ts'
import { Failure } from './failure.ts'
import { Line, type LineOwner } from './line.ts'
import type { Road } from './road.ts'

/** Milliseconds within which a connection that was just used is sure enough to be there still. */
const SURE_MS = 1_000

/** How a call wants its connection. `any`: it can be made again if the connection turns out to be gone. */
export type Wish = 'any' | 'sure' | 'new'

interface Waiter {
  readonly wish: Wish
  readonly settle: (outcome: Line | Failure) => void
  waitedMs: number
}

export class Pool implements LineOwner, Ticking {
  readonly #road: Road
  readonly #clock: Clock
  /** The last that was used is used first, so that the others may go. */
  readonly #idle: Line[] = []
  readonly #lines = new Set<Line>()
  readonly #waiters = new Set<Waiter>()
  #connecting = 0
  #closed = false

  constructor(road: Road, clock: Clock) {
    this.#road = road
    this.#clock = clock
  }

  /** Connections there are, with those that come about. */
  get size(): number {
    return this.#lines.size
  }

  /** A connection on which nothing is asked, now or later; never rejects. */
  acquire(wish: Wish, aborts: Aborts): Line | Promise<Line | Failure> {
    const line = this.#take(wish)
    if (line !== null) return line
    if (aborts.aborted) return Promise.resolve(new Failure('ours', aborts.reason))
    const { failures, settings } = this.#road
    if (this.#closed) return Promise.resolve(failures.unreached('it is closed'))
    const isFull = this.#lines.size >= settings.connections
    if (isFull && this.#waiters.size >= settings.queue)
      return Promise.resolve(failures.full(`${settings.queue} calls wait for a connection`))
    return new Promise((resolve) => {
      const waiter: Waiter = {
        wish,
        waitedMs: 0,
        settle: (outcome) => {
          this.#waiters.delete(waiter)
          if (this.#waiters.size === 0) this.#clock.remove(this)
          forget()
          resolve(outcome)
        },
      }
      const forget = aborts.onAbort(() => waiter.settle(new Failure('ours', aborts.reason)))
      this.#waiters.add(waiter)
      this.#clock.add(this)
      this.#provide()
    })
  }

  /** Ends those that idle, and takes no more calls; the others end with what they do. */
  close(): void {
    this.#closed = true
    for (const line of this.#idle.splice(0)) line.destroy()
    for (const { settle } of [...this.#waiters]) settle(this.#road.failures.unreached('it is closed'))
  }

  /** Takes calls again. */
  reopen(): void {
    this.#closed = false
  }

  /** Ends all of them. */
  destroy(): void {
    this.close()
    for (const line of [...this.#lines]) line.destroy()
  }

  tick(elapsedMs: number): void {
    const { failures, settings } = this.#road
    // For the first of them connections come about, which have a time of their own.
    for (const waiter of [...this.#waiters].slice(this.#connecting)) {
      waiter.waitedMs += elapsedMs
      if (waiter.waitedMs >= settings.queueMs)
        waiter.settle(failures.full(`no connection came free within ${settings.queueMs} ms`))
    }
  }

  opened(line: Line): void {
    this.#connecting--
    const [first] = this.#waiters
    if (first === undefined) this.#keep(line)
    else first.settle(line)
  }

  refused(line: Line, failure: Failure): void {
    this.#connecting--
    this.#lines.delete(line)
    const [first] = this.#waiters
    first?.settle(failure)
    this.#provide()
  }

  freed(line: Line): void {
    for (const waiter of this.#waiters) if (waiter.wish !== 'new') return waiter.settle(line)
    this.#keep(line)
    this.#provide()
  }

  gone(line: Line): void {
    this.#lines.delete(line)
    const at = this.#idle.indexOf(line)
    if (at >= 0) this.#idle.splice(at, 1)
    this.#provide()
  }

  #take(wish: Wish): Line | null {
    if (wish === 'new') return null
    for (let line = this.#idle.pop(); line !== undefined; line = this.#idle.pop()) {
      if (!line.open) line.destroy()
      else if (wish === 'any' || line.idleMs < SURE_MS) return line
      else {
        this.#idle.push(line) // the ones below have idled for longer
        return null
      }
    }
    return null
  }

  #keep(line: Line): void {
    if (this.#closed || this.#idle.length >= this.#road.settings.idle) line.destroy()
    else {
      line.rest()
      this.#idle.push(line)
    }
  }

  // As many connections come about as calls wait.
  #provide(): void {
    const { connections } = this.#road.settings
    while (!this.#closed && this.#connecting < this.#waiters.size) {
      if (this.#lines.size >= connections) {
        // Somebody wants a new one, and one that idles has to make room.
        const oldest = this.#idle.shift()
        if (oldest === undefined) return
        oldest.destroy() // which is heard in `gone`, and provides
        continue
      }
      this.#connecting++
      this.#lines.add(new Line(this.#road, this, this.#clock))
    }
  }
}
