/**
 * Something that a test waits for.
 *
 * @module
 */
export interface Promised<T> {
  readonly promise: Promise<T>
  resolve(value: T): void
}

export function promised<T = void>(): Promised<T> {
  let resolve!: (value: T) => void
  const promise = new Promise<T>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

/** Ends when `signal` is aborted, with its reason. */
export function aborted(signal: AbortSignal): Promise<unknown> {
  const { promise, resolve } = promised<unknown>()
  if (signal.aborted) resolve(signal.reason)
  else signal.addEventListener('abort', () => resolve(signal.reason), { once: true })
  return promise
}
