/**
 * How long a worker may take to begin its answer. Its own time: while it waits for octets that a
 * slow client has not sent yet, the clock stands still.
 *
 * @module
 */
import { Abortion, type Aborts } from '../call/aborts.ts'
import type { Near } from '../call/transport.ts'
import { Fault } from '../fault.ts'
import { MAX_TIMER_MS } from '../value/duration.ts'
import { abortsOf, eitherOf, throwIfAborted } from './aborts.ts'

export class Patience {
  readonly #expired: () => void
  readonly #isTold: boolean
  #leftMs: number
  #since = 0
  #timer: ReturnType<typeof setTimeout> | null = null
  #over = false
  /** True once the time is up. */
  isSpent = false

  constructor(ms: number, expired: () => void, isTold = false) {
    this.#leftMs = ms
    this.#expired = expired
    this.#isTold = isTold
  }

  /** What is left of it, for a worker that is told of it and keeps it by its own clock; else null. */
  get toldMs(): number | null {
    return this.#isTold
      ? Math.max(0, this.#leftMs - (this.#timer === null ? 0 : performance.now() - this.#since))
      : null
  }

  /** The worker's turn. */
  run(): void {
    if (this.#timer !== null || this.#over) return
    this.#since = performance.now()
    this.#timer = setTimeout(() => {
      this.end()
      this.isSpent = true
      this.#expired()
    }, this.#leftMs)
  }

  /** The client's turn. */
  hold(): void {
    if (this.#timer === null) return
    clearTimeout(this.#timer)
    this.#timer = null
    this.#leftMs = Math.max(0, this.#leftMs - (performance.now() - this.#since))
  }

  /** The answer has begun, or nobody waits for it. */
  end(): void {
    this.hold()
    this.#over = true
  }
}

interface Limit {
  readonly timeoutMs: number
  /** Of the far side, for the fault. */
  readonly name: string
}

/**
 * Carries a call that alone is given up when its answer does not begin in time: the far side is told of
 * the time, and has the same. Fault: call_timeout.
 */
export async function timedAlone<C, T>(
  caller: C,
  near: Near,
  limit: Limit,
  carry: (caller: C, near: Near, patience: Patience) => Promise<T>,
): Promise<T> {
  return givenUp(near, limit, (told, expired) => {
    const patience = new Patience(limit.timeoutMs, expired, true)
    return carry(caller, told, patience).finally(() => patience.end())
  })
}

/** Carries a call that is given up when all of it takes longer. Fault: call_timeout. */
export async function timedWhole<T>(near: Near, limit: Limit, carry: (near: Near) => Promise<T>): Promise<T> {
  return givenUp(near, limit, (told, expired) => {
    const patience = new Patience(Math.min(limit.timeoutMs, MAX_TIMER_MS), expired)
    patience.run()
    return carry(told).finally(() => patience.end())
  })
}

async function givenUp<T>(
  near: Near,
  { timeoutMs, name }: Limit,
  carry: (near: Near, expired: () => void) => Promise<T>,
): Promise<T> {
  const aborts = abortsOf(near)
  throwIfAborted(aborts)
  const late = new Abortion()
  const fault = new Fault('call_timeout', { to: name, limitMs: timeoutMs })
  return carry(endedBy(near, eitherOf(aborts, late)), () => late.abort(fault))
}

// The same near side, but for what ends it.
function endedBy(near: Near, aborts: Aborts): Near {
  return {
    get signal() {
      const controller = new AbortController()
      aborts.onAbort(() => controller.abort(aborts.reason))
      return controller.signal
    },
    aborts,
    adopt: (context) => near.adopt?.(context),
    trailers: (fields) => near.trailers?.(fields),
    hint: (fields) => near.hint?.(fields),
    defer: (task) => near.defer?.(task),
  }
}
