/**
 * Waiting until something of a pool or a fleet changes.
 *
 * @module
 */
import type { Aborts } from '../call/aborts.ts'
import { throwIfAborted } from './aborts.ts'

export class Changes {
  readonly #waiting = new Set<() => void>()

  /** Resolves with the next change, or after `withinMs` milliseconds. Rejects with the reason of an abort. */
  next(withinMs: number, aborts: Aborts | null = null): Promise<void> {
    if (aborts !== null) throwIfAborted(aborts)
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(settle)
        forget?.()
        resolve()
      }
      const forget = aborts?.onAbort(() => {
        reject(aborts.reason as Error)
        settle()
      })
      const timer = setTimeout(settle, withinMs)
      this.#waiting.add(settle)
    })
  }

  /** Something has changed: whoever waits looks again. */
  tell(): void {
    for (const settle of [...this.#waiting]) settle()
  }
}
