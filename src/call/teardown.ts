/**
 * `defer`: what runs once a call has its outcome. Clause 15.
 *
 * @module
 */
import type { Log, Outcome } from '../contract.ts'

type Task = (outcome: Outcome) => void | Promise<void>

/** The tasks of one call. Last in first out, awaited, each exactly once; a failure stops no other. */
export class Teardown {
  readonly #log: Log
  readonly #tasks: Task[] = []
  #outcome: Outcome | null = null
  #settling = false

  constructor(log: Log) {
    this.#log = log
  }

  /** Registers a task; after the outcome it runs at once, and is awaited while others still are. */
  add(task: Task): void {
    if (this.#outcome === null || this.#settling) this.#tasks.push(task)
    else void this.#run(task, this.#outcome)
  }

  /** Runs the tasks. A second outcome changes nothing. */
  async settle(outcome: Outcome): Promise<void> {
    if (this.#outcome !== null) return
    this.#outcome = outcome
    this.#settling = true
    for (let task = this.#tasks.pop(); task !== undefined; task = this.#tasks.pop()) {
      await this.#run(task, outcome)
    }
    this.#settling = false
  }

  async #run(task: Task, outcome: Outcome): Promise<void> {
    try {
      await task(outcome)
    } catch (error) {
      this.#log.error({ err: error }, 'A deferred task failed')
    }
  }
}
