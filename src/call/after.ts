/**
 * Going on from a value that may be here or promised, without making a promise of one that is here.
 *
 * @module
 */
import type { Result } from '../contract.ts'

export function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function'
}

/** Applies `next` to a value, now if it is here, later if it is promised. */
export function chain<T, U>(
  value: T | PromiseLike<T>,
  next: (value: T) => U | PromiseLike<U>,
): U | Promise<U> {
  // Not `value.then(next)`: what a thenable gives back of that may be anything.
  return isPromise(value) ? Promise.resolve(value).then(next) : (next(value) as U)
}

/** Applies `fn` to a result: what middleware does on the way out. */
export function after(
  result: Result | Promise<Result>,
  fn: (result: Result) => Result | Promise<Result>,
): Result | Promise<Result> {
  return isPromise(result) ? Promise.resolve(result).then(fn) : fn(result)
}
