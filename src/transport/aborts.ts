/**
 * Hearing that a call's near side gave up.
 *
 * One listener on a signal, however many calls share it: a call may make dozens of others, and Node
 * warns of a leak from the eleventh listener on.
 *
 * @module
 */
import type { Aborts } from '../call/aborts.ts'
import type { Near } from '../call/transport.ts'

const TASKS = new WeakMap<AbortSignal, Set<() => void>>()

/** Runs `task` once when `signal` is aborted. What it gives takes that back. */
export function onAbort(signal: AbortSignal, task: () => void): () => void {
  const tasks = TASKS.get(signal) ?? listened(signal)
  tasks.add(task)
  return () => void tasks.delete(task)
}

/** What the near side of a call says of its end. */
export function abortsOf(near: Near): Aborts {
  return near.aborts ?? new SignalAborts(near.signal)
}

class SignalAborts implements Aborts {
  readonly #signal: AbortSignal

  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  get aborted(): boolean {
    return this.#signal.aborted
  }

  get reason(): unknown {
    return this.#signal.reason
  }

  onAbort(task: () => void): () => void {
    if (!this.#signal.aborted) return onAbort(this.#signal, task)
    task()
    return () => {}
  }
}

/** What is aborted with either of two. Nothing listens to them but while something listens to it. */
export function eitherOf(one: Aborts, other: Aborts): Aborts {
  return {
    get aborted() {
      return one.aborted || other.aborted
    },
    get reason() {
      return one.aborted ? one.reason : other.reason
    },
    onAbort: (task) => {
      let ran = false
      const once = (): void => {
        if (ran) return
        ran = true
        task()
      }
      const [forget, forgetOther] = [one.onAbort(once), other.onAbort(once)]
      return () => {
        forget()
        forgetOther()
      }
    },
  }
}

/** Throws the reason of what was aborted. */
export function throwIfAborted(aborts: Aborts): void {
  if (aborts.aborted) throw aborts.reason
}

/** Settles as `promise` does, or rejects with the reason if it is aborted first. */
export function unlessAborted<T>(promise: Promise<T>, from: AbortSignal | Aborts): Promise<T> {
  const aborts = 'onAbort' in from ? from : new SignalAborts(from)
  return new Promise((resolve, reject) => {
    const forget = aborts.onAbort(() => reject(aborts.reason as Error))
    promise.then(
      (value) => {
        forget()
        resolve(value)
      },
      (error: unknown) => {
        forget()
        reject(error as Error)
      },
    )
  })
}

function listened(signal: AbortSignal): Set<() => void> {
  const tasks = new Set<() => void>()
  TASKS.set(signal, tasks)
  const run = (): void => {
    for (const task of [...tasks]) task()
    tasks.clear()
  }
  signal.addEventListener('abort', run, { once: true })
  return tasks
}
