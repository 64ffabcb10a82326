import { expect, test } from 'vitest'
import { z } from 'zod'
import type { App, Log, Options, Outcome, Result } from '../contract.ts'
import { Fault, type FaultCode } from '../fault.ts'
import { bodyJson, bodyText, request, sameValue } from '../value/message.ts'
import { stream, takeover, text } from '../value/result.ts'
import { Call } from './call.ts'
import { key } from './keys.ts'
import { silentLog } from './log.ts'
import { capture, optionsOf, perform } from './perform.ts'
import { serverFacts } from './server-facts.ts'

const fault = (code: FaultCode): unknown => expect.objectContaining({ code })
const GET = request('GET', '/')

/** An app that answers what `capture` made of its call. */
function capturing(seen: unknown[], limit?: number): App {
  return async (...call) => {
    seen.push(await capture(...call, limit))
    return [204, null, {}, null]
  }
}

test('a value that is performed and captured is the same value (27)', async () => {
  const values = [
    GET,
    request('POST', '/a%20b?', { body: '' }),
    request('POST', '/a?b=c', { body: new Uint8Array([0, 255]), headers: { cookie: 'a=1', 'x-a': 'é' } }),
    request('OPTIONS', '*'),
    request('CONNECT', 'a:443', { upgrade: [] }),
    request('GET', '/', {
      mount: '/api',
      http: '2',
      client: '::1',
      protocol: 'https',
      upgrade: ['websocket'],
      timeoutMs: 5000,
      context: { user: { id: 1 } },
    }),
  ]
  // The time that is left is counted from the clock, so that stands still.
  const server = serverFacts({ now: () => 1_000 })
  for (const value of values) {
    const seen: (typeof GET)[] = []
    await perform(capturing(seen), value, { server })
    expect(sameValue(seen[0]!, value), JSON.stringify(value)).toBe(true)
  }
})

test('capture reads within a limit, the server’s if none is told (13, 27)', async () => {
  const value = request('POST', '/', { body: 'abc' })
  const asked: [number | undefined, number, number][] = [
    [2, 9, 413],
    [3, 9, 204],
    [4, 1, 204],
    [undefined, 2, 413],
    [undefined, 3, 204],
    [undefined, 4, 204],
  ]
  for (const [limit, body, status] of asked) {
    const server = serverFacts({ limits: { body } })
    expect((await perform(capturing([], limit), value, { server })).status, `${limit} ${body}`).toBe(status)
  }
})

test('what is carried inward is captured, and what was set within comes back (17, 27)', async () => {
  const user = key('user', { carry: z.object({ id: z.number() }) })
  const seen: (typeof GET)[] = []
  const app: App = (method, path, headers, options, server) => {
    options.set(user, { id: options.get(user)!.id + 1 })
    return capturing(seen)(method, path, headers, options.with({ query: null }), server)
  }
  const answered = await perform(app, request('GET', '/', { context: { user: { id: 1 } } }))
  expect({ ...seen[0]!.context }).toEqual({ user: { id: 2 } })
  expect({ ...answered.context }).toEqual({ user: { id: 2 } })
})

test('an answer is a value: text and bytes as bytes, null as null, empty as empty (27, 32)', async () => {
  const answers: [Result, Uint8Array | null][] = [
    [text('é'), new TextEncoder().encode('é')],
    [[200, 'a/b', {}, new Uint8Array([1])], new Uint8Array([1])],
    [[200, null, {}, null], null],
    [[200, null, {}, ''], new Uint8Array(0)],
    [[204, null, {}, null], null],
    [[200, null, {}, stream([])], new Uint8Array(0)],
  ]
  for (const [result, body] of answers) {
    const answered = await perform(() => result, GET)
    expect(answered.body, JSON.stringify(result)).toEqual(body)
    expect([answered.status, answered.contentType]).toEqual([result[0], result[1]])
  }
})

test('repeated fields are arrays, in order; a list of one is its one value (21, 27)', async () => {
  const app: App = () => [200, null, { 'set-cookie': ['a', 'b'], vary: ['c'], x: [] }, null]
  expect({ ...(await perform(app, GET)).headers }).toEqual({ 'set-cookie': ['a', 'b'], vary: 'c' })
})

test('a stream is collected, each chunk encoded alone, and its trailers come with it (18, 23)', async () => {
  const order: string[] = []
  const app: App = (_method, _path, _headers, options) => {
    options.trailer(() => {
      order.push('trailers')
      return { x: '1' }
    })
    async function* chunks(): AsyncGenerator<string | Uint8Array> {
      yield 'a'
      yield new Uint8Array([0xff])
      yield '\ud83d' // half of a pair, so U+FFFD
      yield '\ude00'
      order.push('end')
    }
    return [200, null, {}, stream(chunks())]
  }
  const { body, trailers } = await perform(app, GET)
  expect(body).toEqual(new Uint8Array([0x61, 0xff, 0xef, 0xbf, 0xbd, 0xef, 0xbf, 0xbd]))
  expect(trailers).toEqual({ x: '1' })
  expect(order).toEqual(['end', 'trailers'])
  expect((await perform(() => [200, null, {}, stream(['a', 'b'])], GET)).trailers).toBeNull()
})

test('HEAD and 304 tell the length of the body they leave out (20, 22)', async () => {
  const head = request('HEAD', '/')
  const left = await perform(() => text('hello'), head)
  expect([left.body, left.headers['content-length']]).toEqual([null, '5'])
  const unchanged = await perform(() => [304, null, { 'content-length': '7' }, null], GET)
  expect([unchanged.body, unchanged.headers['content-length']]).toEqual([null, '7'])
})

test('a stream that is never iterated gets return() (23)', async () => {
  let returned = 0
  const chunks = {
    [Symbol.asyncIterator]: () => ({
      next: () => Promise.reject(new Error('nobody asked')),
      return: async () => {
        returned++
        return { done: true as const, value: undefined }
      },
    }),
  }
  const left = await perform(() => [200, null, {}, stream(chunks)], request('HEAD', '/'))
  expect([left.status, returned]).toEqual([200, 1])
  await perform(() => [200, null, { 'x-faulty': 'a\n' }, stream(chunks)], GET)
  expect(returned).toBe(2)
})

test('a stream that fails midway rejects, with what failed (23)', async () => {
  async function* failing(): AsyncGenerator<string> {
    yield 'a'
    throw new Error('midway')
  }
  const told: Outcome[] = []
  const app: App = (_method, _path, _headers, options) => {
    options.defer((outcome) => void told.push(outcome))
    return [200, null, {}, stream(failing())]
  }
  await expect(perform(app, GET)).rejects.toThrow('midway')
  expect(told).toEqual([expect.objectContaining({ aborted: true, error: new Error('midway') })])
})

test('what is no chunk, and a length that was not kept, reject (22, 23)', async () => {
  const faulty: Result[] = [
    [200, null, {}, stream(['a', 1 as never])],
    [200, null, { 'content-length': '2' }, stream(['a'])],
    [200, null, { 'content-length': '2' }, stream(['ab', 'c'])],
  ]
  for (const result of faulty)
    await expect(perform(() => result, GET)).rejects.toEqual(fault('result_faulty'))
  const kept = await perform(() => [200, null, { 'content-length': '2' }, stream(['a', 'b'])], GET)
  expect([bodyText(kept), kept.headers['content-length']]).toEqual(['ab', '2'])
})

test('the body that is held has a limit, up to which it may go', async () => {
  const app: App = () => [200, null, {}, stream(['ab', 'cd'])]
  await expect(perform(app, GET, { limit: 3 })).rejects.toEqual(fault('call_faulty'))
  for (const limit of [4, 5]) expect(bodyText(await perform(app, GET, { limit }))).toBe('abcd')
})

test('a takeover has no road here, so it is 501 (24)', async () => {
  const answered = await perform(
    () => [101, null, {}, takeover(() => {})],
    request('GET', '/', { upgrade: ['a'] }),
  )
  expect([answered.status, bodyJson(answered)]).toEqual([
    501,
    expect.objectContaining({ code: 'upgrade_unavailable' }),
  ])
})

test('what is thrown, and what is no result, is answered as a server would (25)', async () => {
  const logged: unknown[] = []
  const log: Log = { ...silentLog, error: (fields) => void logged.push(fields) }
  const apps: [App, number, string][] = [
    [() => raised(new Fault('route_missing', { path: '/' })), 404, 'route_missing'],
    [async () => raised(new Error('secret')), 500, 'app_failed'],
    [() => undefined as never, 500, 'result_faulty'],
    [async () => [200, null, { a: 'b\n' }, null], 500, 'result_faulty'],
  ]
  for (const [app, status, code] of apps) {
    const answered = await perform(app, GET, { log })
    expect([answered.status, bodyJson(answered)]).toEqual([status, expect.objectContaining({ code })])
    expect(bodyText(answered)).not.toMatch(/secret/)
  }
  expect(logged).toContainEqual(expect.objectContaining({ err: new Error('secret') }))
})

test('what was deferred has run when the answer is there, and was told its status (15)', async () => {
  const events: unknown[] = []
  const app: App = (_method, _path, _headers, options) => {
    options.defer(async (outcome) => {
      await null
      events.push(outcome)
    })
    return text('hi', 201)
  }
  const answered = await perform(app, GET)
  expect(events).toEqual([{ status: 201, error: null, aborted: false }])
  expect(answered.status).toBe(201)
})

test('cancelling aborts the signal that the app sees, before or during the call (16)', async () => {
  const waiting: App = (_method, _path, _headers, { signal }) =>
    new Promise((resolve) => {
      const done = (): void => resolve(text(String(signal.reason)))
      if (signal.aborted) done()
      else signal.addEventListener('abort', done)
    })
  expect(bodyText(await perform(waiting, GET, { signal: AbortSignal.abort('before') }))).toBe('before')
  const controller = new AbortController()
  const answered = perform(waiting, GET, { signal: controller.signal })
  controller.abort('during')
  expect(bodyText(await answered)).toBe('during')
})

test('the time that is left becomes a deadline on the clock of the server, and back (27)', async () => {
  const server = serverFacts({ now: () => 10_000 })
  const value = request('GET', '/', { timeoutMs: 500 })
  const options: Options = optionsOf(value, new Call(server, silentLog), server)
  expect(options.deadline).toBe(10_500)
  const later = serverFacts({ now: () => 10_600 })
  expect((await capture('GET', '/', value.headers, options, later)).timeoutMs).toBe(0)
  expect(optionsOf(GET, new Call(server, silentLog), server).deadline).toBeNull()
})

function raised(error: unknown): never {
  throw error
}
