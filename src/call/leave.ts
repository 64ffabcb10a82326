/**
 * Iterations that are given up before they began.
 *
 * @module
 */

/**
 * A generator as an iterable, with `leave` called when it is told to return before it was asked for
 * anything: it would then end without running its `finally`, and what waits for that would wait on.
 */
export function leavable<T>(
  generator: AsyncGenerator<T, void, undefined>,
  leave: () => unknown,
): AsyncIterableIterator<T, void, undefined> {
  let begun = false
  const iterator: AsyncIterableIterator<T, void, undefined> = {
    [Symbol.asyncIterator]: () => iterator,
    next: () => {
      begun = true
      return generator.next()
    },
    return: async () => {
      if (!begun) await leave()
      begun = true
      return generator.return()
    },
  }
  return iterator
}

export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

/** Tells an iterable that it will not be iterated. */
export async function leave(items: AsyncIterable<unknown>): Promise<void> {
  await items[Symbol.asyncIterator]().return?.()
}
