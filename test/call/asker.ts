/**
 * Those who ask a memory budget for room, and the time in which they do.
 *
 * @module
 */
import { Budget } from '../../src/call/budget.ts'
import { Charge } from '../../src/call/charge.ts'
import { Fault } from '../../src/fault.ts'

export const KB = 1024
/** Of 1,200 KiB: bodies may take 600, small ones 150 of their own, what has arrived of those who wait 150. */
export const TOTAL = 1_200 * KB
export const SMALL = 64 * KB
export const WAIT_MS = 5_000

/** Time that passes when it is told to. */
export class Clock {
  ms = 0
  #due: { readonly at: number; readonly run: () => void }[] = []

  readonly now = (): number => this.ms
  readonly after = (ms: number, run: () => void): void => void this.#due.push({ at: this.ms + ms, run })

  pass(ms: number): void {
    this.ms += ms
    const due = this.#due.filter(({ at }) => at <= this.ms)
    this.#due = this.#due.filter(({ at }) => at > this.ms)
    for (const { run } of due) run()
  }
}

/** What became of one that asked for room. */
export type State = 'waits' | 'holds' | Fault['code']

export class Asker {
  readonly charge: Charge
  readonly bytes: number
  readonly asked: number
  state: State = 'waits'

  constructor(budget: Budget, bytes: number, held = 0, asked = 0) {
    this.charge = new Charge(budget)
    this.bytes = bytes
    this.asked = asked
    this.take(bytes, held)
  }

  take(bytes: number, held = 0): void {
    try {
      const room = this.charge.take(bytes, { hold: () => held })
      this.state = room === null ? 'holds' : 'waits'
      room?.then(
        () => this.take(bytes),
        (error: Fault) => {
          this.state = error.code
        },
      )
    } catch (error) {
      this.state = (error as Fault).code
    }
  }
}

export interface Made {
  readonly budget: Budget
  readonly clock: Clock
  refused(): number
  collected(): number
}

/** `collectMs`: how long a collection takes. */
export function made(total = TOTAL, waitMs = WAIT_MS, collectMs = 0): Made {
  const clock = new Clock()
  let [refused, collected] = [0, 0]
  const { now, after } = clock
  const budget = new Budget({
    total,
    waitMs,
    now,
    after,
    turn: setImmediate,
    refused: () => void refused++,
    collect: () => {
      collected++
      clock.ms += collectMs
    },
  })
  return { budget, clock, refused: () => refused, collected: () => collected }
}

/** Lets promises that are settled tell so. */
export const told = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
