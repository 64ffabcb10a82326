/**
 * What an app was asked, in numbers.
 *
 * @module
 */
import { withNamesOf } from '../call/names.ts'
import type { App } from '../contract.ts'

/** Of the calls since the start. */
export interface Counts {
  readonly calls: number
  /** Answers of 500 and above, and refused or failed calls by name. */
  readonly errors: number
  /** Until the answer began, in nanoseconds, of all calls together. */
  readonly nanoseconds: number
}

/** The same app, and what it was asked until now. */
export function counted(app: App): { readonly app: App; readonly counts: () => Counts } {
  let calls = 0
  let errors = 0
  let nanoseconds = 0
  const count = async <T>(call: () => Promise<T> | T, isError: (answer: T) => boolean): Promise<T> => {
    const began = performance.now()
    let failed = true
    calls++
    try {
      const answer = await call()
      failed = isError(answer)
      return answer
    } finally {
      if (failed) errors++
      nanoseconds += Math.round((performance.now() - began) * 1e6)
    }
  }
  const watched: App = (...call) =>
    count(
      () => app(...call),
      ([status]) => status >= 500,
    )
  const named = withNamesOf(watched, app, (invoke) => (...call) => {
    return count(
      () => invoke(...call),
      () => false,
    )
  })
  return { app: named, counts: () => ({ calls, errors, nanoseconds }) }
}
