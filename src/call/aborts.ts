/**
 * Hearing that nobody waits for a call any more, at less than the price of an `AbortSignal`: making one
 * costs as much as a small call does otherwise.
 *
 * @module
 */
export interface Aborts {
  readonly aborted: boolean
  /** Why; undefined before. */
  readonly reason: unknown
  /** Runs `task` once when it is aborted: at once if it was. What it gives takes that back. */
  onAbort(task: () => void): () => void
}

const NOTHING = (): void => {}

/** What nobody aborts. */
export const NEVER: Aborts = { aborted: false, reason: undefined, onAbort: () => NOTHING }

/** What can be aborted, once. */
export class Abortion implements Aborts {
  #reason: { readonly reason: unknown } | null = null
  /** Nearly always the only one. */
  #task: (() => void) | null = null
  #others: Set<() => void> | null = null

  get aborted(): boolean {
    return this.#reason !== null
  }

  get reason(): unknown {
    return this.#reason?.reason
  }

  abort(reason: unknown): void {
    if (this.#reason !== null) return
    this.#reason = { reason }
    const tasks = [this.#task, ...(this.#others ?? [])]
    this.#task = null
    this.#others = null
    for (const task of tasks) task?.()
  }

  onAbort(task: () => void): () => void {
    if (this.#reason !== null) {
      task()
      return NOTHING
    }
    if (this.#task === null) {
      this.#task = task
      return () => {
        if (this.#task === task) this.#task = null
      }
    }
    const others = (this.#others ??= new Set())
    others.add(task)
    return () => void others.delete(task)
  }
}
