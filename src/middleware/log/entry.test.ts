/** What a log entry says of a request, its answer and its end. Contract clauses 4, 15, 16, 23 and 25. */
import { expect, test } from 'vitest'
import { Book, endedWith, entryOf, SERVER } from '../../../test/middleware/log-book.ts'
import { raise } from '../../call/failure.ts'
import { perform } from '../../call/perform.ts'
import { use } from '../../call/use.ts'
import type { App, Result } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import { request } from '../../value/message.ts'
import { stream, text } from '../../value/result.ts'
import { log } from '../log.ts'
import { mount } from '../mount.ts'
import { requestId } from '../request-id.ts'

test('one entry for each request, once it is over: what was asked, answered, and how long it took', async () => {
  const entry = await entryOf(() => text('héllo'), '/a%20b?secret=1', { client: '192.0.2.1' })
  expect(entry).toEqual({
    level: 'info',
    message: 'GET /a%20b 200',
    method: 'GET',
    path: '/a%20b',
    status: 200,
    ms: expect.any(Number),
    bytes: 6,
    client: '192.0.2.1',
  })
  expect(entry.ms).toBeGreaterThanOrEqual(0)
})

test('the path is the whole one, mount included (4)', async () => {
  const to = new Book()
  const app = mount({ '/in': use(() => text('a'), log({ to })) })
  await perform(app, request('GET', '/in/b'))
  expect(to.entries[0]?.path).toBe('/in/b')
})

test('a query is written where that is asked for, and there is one', async () => {
  expect(await entryOf(() => text('a'), '/?b=c', {}, { query: true })).toHaveProperty('query', 'b=c')
  expect(await entryOf(() => text('a'), '/', {}, { query: true })).not.toHaveProperty('query')
  expect(await entryOf(() => text('a'), '/?b=c')).not.toHaveProperty('query')
})

test('no field of request or answer is written', async () => {
  const app: App = () => text('a', 200, { 'set-cookie': 'secret' })
  const entry = await entryOf(app, '/', { headers: { cookie: 'secret', authorization: 'secret' } })
  expect(JSON.stringify(entry)).not.toContain('secret')
})

test('the size is that of the body that is sent, where it is known', async () => {
  const cases: [App, number | undefined, string][] = [
    [() => text('abc'), 3, 'GET'],
    [() => text('abc'), 0, 'HEAD'],
    [() => [200, null, {}, new Uint8Array(5)], 5, 'GET'],
    [() => [204, null, {}, null], 0, 'GET'],
    [() => [200, null, {}, null], 0, 'GET'],
    [() => [200, null, {}, stream(['abc'])], undefined, 'GET'],
    [() => [200, null, { 'content-length': '3' }, stream(['abc'])], 3, 'GET'],
  ]
  for (const [app, bytes, method] of cases) {
    expect((await entryOf(app, '/', {}, {}, method)).bytes).toBe(bytes)
  }
})

test('the request id is written, wherever it is made', async () => {
  const made = '0'.repeat(32)
  expect((await entryOf(use(() => text('a'), requestId()))).requestId).toBe(made)
  const to = new Book()
  const app = use(() => text('a'), requestId(), log({ to }))
  await perform(app, request('GET', '/'), { server: SERVER })
  expect(to.entries[0]?.requestId).toBe(made)
})

test('what was thrown comes with an answer of 5xx, inside and outside of it (25)', async () => {
  const error = new Error('secret')
  const failing: App[] = [() => raise(error), async () => raise(error)]
  for (const app of failing) {
    const entry = await entryOf(app)
    expect([entry.level, entry.status, entry.code, entry.err]).toEqual(['error', 500, 'app_failed', error])
  }
  const to = new Book()
  const outside = use(
    () => text('a'),
    () => () => raise(error),
    log({ to }),
  )
  await perform(outside, request('GET', '/'))
  // The layer that fails does not call what is in it; the one that logs is outside of that.
  expect(to.entries).toEqual([])
  const around = use(
    () => text('a'),
    log({ to }),
    () => () => raise(error),
  )
  await perform(around, request('GET', '/'))
  expect(to.entries[0]?.err).toBe(error)
  const alone = new Book()
  await perform(
    log({ to: alone })(() => raise(error)),
    request('GET', '/'),
  )
  expect(alone.entries[0]).toEqual(expect.objectContaining({ status: 500, err: error }))
})

test('what the client did is told by its code alone', async () => {
  const entry = await entryOf(() => raise(new Fault('route_missing', { path: '/' })))
  expect([entry.level, entry.status, entry.code, entry.err]).toEqual([
    'info',
    404,
    'route_missing',
    undefined,
  ])
})

test('a 5xx that the app answers by itself is a warning', async () => {
  const entry = await entryOf(() => text('later', 503))
  expect([entry.level, entry.status, entry.code, entry.err]).toEqual(['warn', 503, undefined, undefined])
})

test('what was thrown and then answered otherwise is no failure', async () => {
  const recovering = use(
    () => raise(new Error('no')),
    (next) =>
      async (...call) => {
        const result = await next(...call)
        return result[0] === 500 ? text('from a cache') : result
      },
  )
  const entry = await entryOf(recovering)
  expect([entry.level, entry.status, entry.code, entry.err]).toEqual(['info', 200, undefined, undefined])
})

test('a stream that fails midway is an error with what it threw, and aborted (23)', async () => {
  const error = new Error('midway')
  const app: App = () => [
    200,
    null,
    {},
    stream(
      (async function* () {
        yield 'a'
        throw error
      })(),
    ),
  ]
  const entry = await entryOf(app)
  expect([entry.level, entry.aborted, entry.err]).toEqual(['error', true, error])
})

test('a client that goes away is no failure of ours (15, 16)', async () => {
  const gone = new Fault('request_aborted', { reason: 'the client went away' })
  const cut = { status: 200, error: gone, aborted: true }
  const plain = await endedWith(() => text('a'), cut)
  expect([plain.level, plain.aborted, plain.code, plain.err, plain.bytes]).toEqual([
    'info',
    true,
    'request_aborted',
    undefined,
    undefined,
  ])
  const leaving = await endedWith(() => raise(new DOMException('left', 'AbortError')), cut)
  expect([leaving.level, leaving.code]).toEqual(['info', 'request_aborted'])
  const failing = new Error('no')
  const failed = await endedWith(() => raise(failing), { ...cut, status: 500 })
  expect([failed.level, failed.err]).toEqual(['error', failing])
})

test('a call that never answered is logged as well', async () => {
  const gone = new Fault('request_aborted', { reason: 'the client went away' })
  const entry = await endedWith(() => new Promise<Result>(() => {}), {
    status: null,
    error: gone,
    aborted: true,
  })
  expect([entry.message, entry.status, entry.aborted]).toEqual(['GET / - aborted', null, true])
})

test('an answer that the server refused is told as what was sent instead', async () => {
  const refused = new Fault('result_faulty', { reason: 'it is none' })
  const entry = await endedWith(() => text('a'), { status: 500, error: refused, aborted: false })
  expect([entry.level, entry.status, entry.code, entry.err, entry.bytes]).toEqual([
    'error',
    500,
    'result_faulty',
    refused,
    undefined,
  ])
})

test('texts of a client are printable in every member, and in the message', async () => {
  const to = new Book()
  const value = { ...request('GET', '/'), path: '/a\n\x1b[31m b', query: '\x9b', client: '\u202e' }
  await perform(
    use(() => text('a'), log({ to, query: true })),
    value,
  )
  expect(to.entries[0]).toEqual(
    expect.objectContaining({
      message: 'GET /a\\u000a\\u001b[31m\\u0020b 200',
      path: '/a\\u000a\\u001b[31m b',
      query: '\\u009b',
      client: '\\u202e',
    }),
  )
})
