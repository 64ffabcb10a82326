/**
 * Working on a result without making a promise of one that is none.
 *
 * @module
 */
import type { Result } from '../contract.ts'

export function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function'
}

/** Applies `fn` to a result, now if it is here, later if it is promised. */
export function after(
  result: Result | Promise<Result>,
  fn: (result: Result) => Result | Promise<Result>,
): Result | Promise<Result> {
  return isPromise(result) ? result.then(fn) : fn(result)
}
