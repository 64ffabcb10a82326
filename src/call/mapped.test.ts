import { expect, test } from 'vitest'
import { mapped, takenOnce } from './mapped.ts'

/** A source written by hand, which notes what is asked of it. */
function source(values: readonly unknown[]): AsyncIterableIterator<unknown> & { readonly asked: string[] } {
  let at = 0
  const asked: string[] = []
  const iterator = {
    asked,
    [Symbol.asyncIterator]: () => iterator,
    next: async () => {
      asked.push('next')
      const value = values[at++]
      if (value instanceof Error) throw value
      return at > values.length ? { done: true as const, value: undefined } : { done: false as const, value }
    },
    return: async () => {
      asked.push('return')
      return { done: true as const, value: undefined }
    },
  }
  return iterator
}

async function all(values: AsyncIterable<unknown>): Promise<unknown[]> {
  const got: unknown[] = []
  for await (const value of values) got.push(value)
  return got
}

test('each value is made into another, when it is asked for', async () => {
  const from = source([1, 2])
  const made = mapped(from, async (value) => (value as number) * 2)
  expect(from.asked).toEqual([])
  expect(await made.next()).toEqual({ done: false, value: 2 })
  expect(from.asked).toEqual(['next'])
  expect(await all(made)).toEqual([4])
  expect(from.asked).toEqual(['next', 'next', 'next'])
  expect(await made.next()).toEqual({ done: true, value: undefined })
})

test('return() reaches a source that was asked for nothing', async () => {
  const from = source([1])
  await mapped(from, (value) => value).return!()
  expect(from.asked).toEqual(['return'])
})

test('return() reaches a source that is being waited for, and who waits is told the end', async () => {
  let end = (): void => {}
  const stuck: AsyncIterableIterator<number> = {
    [Symbol.asyncIterator]: () => stuck,
    next: () => new Promise((_, reject) => (end = () => reject(new Error('it was ended')))),
    return: async () => {
      end()
      return { done: true, value: undefined }
    },
  }
  const made = mapped(stuck, (value) => value)
  const waiting = made.next()
  await made.return!()
  expect(await waiting).toEqual({ done: true, value: undefined })
})

test('a value that cannot be made into another ends the source as well', async () => {
  const from = source([1, 2])
  const fault = new Error('unfit')
  const made = mapped(
    from,
    () => Promise.reject(fault),
    (thrown) => [thrown],
  )
  await expect(made.next()).rejects.toEqual([fault])
  expect(from.asked).toEqual(['next', 'return'])
  expect(await made.next()).toEqual({ done: true, value: undefined })
})

test('a source that throws is over by itself', async () => {
  const from = source([new Error('broken')])
  const made = mapped(
    from,
    (value) => value,
    (thrown) => new Error('told', { cause: thrown }),
  )
  await expect(made.next()).rejects.toMatchObject({ message: 'told', cause: { message: 'broken' } })
  expect(from.asked).toEqual(['next'])
})

test('what is taken once cannot be taken again, also when it was left', async () => {
  const body = takenOnce(source([1, 2]))
  for await (const _ of body) break
  await expect(all(body)).rejects.toMatchObject({ code: 'input_taken' })
})
