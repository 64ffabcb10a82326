/**
 * The memory budget of a server, from what its user said and what the machine has.
 *
 * @module
 */
import { totalmem } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Budget } from '../call/budget.ts'
import type { Log, Server } from '../contract.ts'
import { Fault } from '../fault.ts'
import { parseSize } from '../value/size.ts'

/** A size such as "256mb", or bytes; false, or Infinity, for no bound. */
export type BudgetOption = number | string | false

/** Of the memory there is: the rest is for the app, its runtime, and for others. */
const PART = 4
/** A process has at least so much by default, in bytes: a few dozen bodies of the default limit. */
const LEAST = 64 * 1024 * 1024
/** Milliseconds in which a server says once that it turns bodies away. */
const QUIET_MS = 60_000

/** The budget of one process. Null for none. Fault: setup_faulty. */
export function budgetOf(
  option: BudgetOption | undefined,
  { workers, limits }: Pick<Server, 'workers' | 'limits'>,
  log: Log,
): Budget | null {
  if (option === false || option === Number.POSITIVE_INFINITY) return null
  const total = option === undefined ? usual(workers) : Math.floor(sizeOf(option) / workers)
  let saidAt = Number.NEGATIVE_INFINITY
  return new Budget({
    total,
    waitMs: limits.budgetTimeoutMs,
    now: () => performance.now(),
    // Who waits has a connection, and that keeps the process.
    after: (ms, run) => void setTimeout(run, ms).unref(),
    turn: setImmediate,
    collect: collector(),
    refused: () => {
      const now = performance.now()
      if (now - saidAt < QUIET_MS) return
      saidAt = now
      try {
        log.warn({ budget: total }, 'Bodies are turned away with 503: the memory budget is full')
      } catch {} // a log that fails must not take the process with it
    },
  })
}

/**
 * V8 lets some 100 MiB of buffers that are over lie before it collects them, whatever the budget. It
 * can be asked to only by those who were started to, or who say so to it later.
 */
function collector(): () => void {
  let collect: (() => void) | null = null
  return () => {
    if (collect === null) {
      setFlagsFromString('--expose-gc') // of contexts that are made from now on, such as the next one
      collect = runInNewContext('gc') as () => void
    }
    collect()
  }
}

function usual(workers: number): number {
  return Math.max(LEAST, Math.floor(memory() / PART / workers))
}

/** Bytes that this process and its like may use. */
function memory(): number {
  const all = totalmem()
  // Of the container. Without a bound it is absent, 0 or beyond all memory, as the system has it.
  const bound = process.constrainedMemory?.() ?? 0
  return bound > 0 ? Math.min(all, bound) : all
}

function sizeOf(option: number | string): number {
  const bytes = parseSize(option)
  if (bytes > 0) return bytes
  throw new Fault('setup_faulty', {
    what: `budget: ${JSON.stringify(option)}`,
    reason: 'no body would ever fit',
    fix: 'Write a size such as "256mb", or false for no bound',
  })
}
