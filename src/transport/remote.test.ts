/** `remote`: a transport as an app. Contract clauses 17, 18, 23, 27 and 33. */
import { expect, test } from 'vitest'
import { perform } from '../call/perform.ts'
import type { Transport } from '../call/transport.ts'
import type { App, Result } from '../contract.ts'
import type { RequestHead } from '../value/head.ts'
import { request } from '../value/message.ts'
import { stream, text } from '../value/result.ts'
import { remote } from './remote.ts'

test('every member of a call goes with it, and how long it may still take as what is left (27)', async () => {
  const heads: RequestHead[] = []
  const app = remote(transport(async (head) => (heads.push(head), text('fine'))))
  const asked = request('POST', '/a?b=c', {
    mount: '/m',
    http: '1.1',
    client: '192.0.2.7',
    protocol: 'https',
    upgrade: ['websocket'],
    timeoutMs: 60_000,
    context: { user: 'anna' },
    headers: { 'x-one': '1' },
  })
  await perform(app, asked)
  const { body: _, timeoutMs: given, ...members } = asked
  const [{ timeoutMs, ...sent }] = heads as [RequestHead]
  expect(sent).toEqual(members)
  expect(timeoutMs).toSatisfy((ms: number) => ms > 0 && ms <= given!)
})

test('context and trailers of the far side are those of the answer here (17, 18)', async () => {
  const app = remote(
    transport(async (_head, _input, near) => {
      near.adopt!({ user: 'berta' })
      near.trailers!({ digest: 'abc' })
      return [200, null, {}, stream(['a'])]
    }),
  )
  const answer = await perform(app, request('GET', '/', { context: { user: 'anna', more: 1 } }))
  expect(answer.context).toEqual({ user: 'berta' })
  expect(answer.trailers).toEqual({ digest: 'abc' })
})

test('a body that somebody here has dropped without a word is left at the outcome (23)', async () => {
  let left = 0
  const chunks = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise<never>(() => {}),
      return: async () => (left++, { done: true as const, value: undefined }),
    }),
  }
  const far = remote(transport(async () => [200, null, {}, stream(chunks)]))
  const forgetful: App = async (...call) => {
    await far(...call)
    return text('something else')
  }
  expect((await perform(forgetful, request('GET', '/'))).status).toBe(200)
  expect(left).toBe(1)
})

test('what a transport rejects with is thrown here (26)', async () => {
  const app = remote(transport(() => Promise.reject(new Error('no'))))
  expect((await perform(app, request('GET', '/'))).status).toBe(500)
})

function transport(call: Transport['call']): Transport {
  return { name: 'far', call: async (...args): Promise<Result> => call(...args) }
}
