/**
 * The end of a call, as deferred tasks are told of it. Clauses 15, 16, 21 and 23.
 *
 * @module
 */
import type { Outcome } from '../../contract.ts'
import { kindOf, type Rows } from '../row.ts'

/** One run of one deferred task. */
export interface TaskRun {
  /** How often it was run, this time included. */
  readonly runs: number
  /** Tasks that were registered after it, and have not run. */
  readonly ahead: number
  /** Tasks that have begun and not ended. */
  readonly running: number
  readonly outcome: Outcome
}

export const TASK_ROWS: Rows<TaskRun> = [
  {
    section: '15',
    rule: 'Deferred tasks run exactly once',
    check: ({ runs }) => (runs === 1 ? null : `run ${runs}`),
  },
  {
    section: '15',
    rule: 'Deferred tasks run last in first out',
    check: ({ ahead }) => (ahead === 0 ? null : `${ahead} that should have run before`),
  },
  {
    section: '15',
    rule: 'Each deferred task is awaited before the next',
    check: ({ running }) => (running === 0 ? null : `${running} still running`),
  },
  {
    section: '15',
    rule: 'Deferred tasks are told the outcome, `{ status, error, aborted }`',
    check: ({ outcome }) => {
      if (typeof outcome !== 'object' || outcome === null) return kindOf(outcome)
      const { status, aborted } = outcome
      if (status !== null && !Number.isInteger(status)) return `status: ${kindOf(status)}`
      if (!('error' in outcome)) return 'no error'
      return typeof aborted === 'boolean' ? null : `aborted: ${kindOf(aborted)}`
    },
  },
  {
    section: '15',
    rule: 'After the outcome a task runs at once',
    held: 'src/call/teardown.test.ts',
    by: 'after the outcome a task runs at once',
  },
  {
    section: '15',
    rule: 'A failure of a task is logged and stops no other',
    held: 'src/call/teardown.test.ts',
    by: 'a task that fails is logged and stops no other, thrown or rejected',
  },
  {
    section: '15',
    rule: 'Tasks hold neither the response nor the next request',
    held: 'test/server/outcome.test.ts',
    by: 'they hold neither the answer nor the next request',
  },
  {
    section: '15',
    rule: 'Shutdown awaits tasks within its deadline',
    held: 'test/server/drain.test.ts',
    by: 'deferred tasks are awaited, and only then what the app had opened is closed',
  },
]

/** What is known of a call once every task of the app has run. */
export interface Ending {
  readonly outcome: Outcome
  /** The signal, if anybody asked for it. */
  readonly signal: AbortSignal | null
  /** True when the result streams, was handed over, and nobody began or left its body. */
  readonly untouched: boolean
  /** What became different in the result after it was handed over, or null. */
  readonly changed: string | null
}

export const ENDING_ROWS: Rows<Ending> = [
  {
    section: '16',
    rule: 'An answer that was cut off has aborted `signal`',
    check: ({ outcome: { aborted }, signal }) =>
      aborted && signal !== null && !signal.aborted ? 'a signal that is not aborted' : null,
  },
  {
    section: '23',
    rule: 'A body that is never iterated gets `return()`; release belongs in `defer`',
    check: ({ untouched }) => (untouched ? 'neither' : null),
  },
  {
    section: '21',
    rule: 'Results are never mutated',
    check: ({ changed }) => changed,
  },
]
