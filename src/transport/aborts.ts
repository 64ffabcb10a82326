/**
 * Hearing that a call's near side gave up.
 *
 * One listener on a signal, however many calls share it: a call may make dozens of others, and Node
 * warns of a leak from the eleventh listener on.
 *
 * @module
 */

const TASKS = new WeakMap<AbortSignal, Set<() => void>>()

/** Runs `task` once when `signal` is aborted. What it gives takes that back. */
export function onAbort(signal: AbortSignal, task: () => void): () => void {
  const tasks = TASKS.get(signal) ?? listened(signal)
  tasks.add(task)
  return () => void tasks.delete(task)
}

/** Settles as `promise` does, or rejects with the signal's reason if that is aborted first. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let forget: () => void = () => {}
  const aborted = new Promise<never>((_, reject) => {
    const abort = (): void => reject(signal.reason as Error)
    if (signal.aborted) abort()
    else forget = onAbort(signal, abort)
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    forget()
  }
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
