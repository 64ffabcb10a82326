import { expect, test } from 'vitest'
import { type Outcome, STREAM, type Stream } from '../contract.ts'
import { request } from '../value/message.ts'
import { stream } from '../value/result.ts'
import { inProcess } from './in-process.ts'
import { WholeInput } from './input.ts'

test('an answer that nobody iterates is left: its body returns, and what was deferred runs (15, 23)', async () => {
  const order: (string | Outcome)[] = []
  const body: AsyncIterableIterator<string> = {
    [Symbol.asyncIterator]: () => body,
    next: () => Promise.reject(new Error('nobody asks')),
    return: async () => {
      order.push('left')
      return { done: true, value: undefined }
    },
  }
  const transport = inProcess((_method, _path, _headers, options) => {
    options.defer((outcome) => void order.push(outcome))
    return [200, null, {}, stream(body)]
  }, 'here')
  const { body: _, ...head } = request('GET', '/')
  const result = await transport.call(head, new WholeInput(null, 0), { signal: new AbortController().signal })
  const chunks = (result[3] as Stream)[STREAM] as AsyncIterable<string>
  expect(order).toEqual([])
  await chunks[Symbol.asyncIterator]().return?.()
  expect(order).toEqual(['left', expect.objectContaining({ status: 200, aborted: true })])
})
