/**
 * Deferred tasks that check in which order they run. Clause 15.
 *
 * @module
 */
import type { Outcome } from '../contract.ts'
import { hold } from './row.ts'
import { TASK_ROWS } from './rows/outcome.ts'

type Task = (outcome: Outcome) => void | Promise<void>

/** The tasks of one call. */
export class WatchedTasks {
  /** Those that wait for the outcome, in the order of their registration. */
  readonly #waiting: object[] = []
  #running = 0
  #settling = false

  /** A task that runs `task` and then says what was wrong about it. */
  watched(task: Task): Task {
    const mine = {}
    // After the outcome a task runs at once, whatever else is running.
    const ordered = !this.#settling
    if (ordered) this.#waiting.push(mine)
    let runs = 0
    return async (outcome) => {
      this.#settling = true
      const at = this.#waiting.indexOf(mine)
      const ahead = at < 0 ? 0 : this.#waiting.length - 1 - at
      const seen = { runs: ++runs, ahead, running: ordered ? this.#running : 0, outcome }
      if (at >= 0) this.#waiting.splice(at, 1)
      if (ordered) this.#running++
      try {
        if (runs === 1) await task(outcome)
      } finally {
        if (ordered) this.#running--
        hold(TASK_ROWS, seen)
      }
    }
  }
}
