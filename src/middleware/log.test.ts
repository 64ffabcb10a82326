import { type Logger, pino } from 'pino'
import { expect, test } from 'vitest'
import { isPromise } from '../call/after.ts'
import { Call } from '../call/call.ts'
import { raise } from '../call/failure.ts'
import { silentLog } from '../call/log.ts'
import { optionsOf, perform } from '../call/perform.ts'
import { serverFacts } from '../call/server-facts.ts'
import { use } from '../call/use.ts'
import type { App, Log, Outcome, Result } from '../contract.ts'
import { Fault, type FaultCode } from '../fault.ts'
import { lint } from '../lint/lint.ts'
import { type RequestParts, request } from '../value/message.ts'
import { stream, takeover, text } from '../value/result.ts'
import { type LogEntry, type LogOptions, log } from './log.ts'
import { mount } from './mount.ts'
import { requestId } from './request-id.ts'

const fault = (code: FaultCode): unknown => expect.objectContaining({ code })
const SERVER = serverFacts({ now: () => 0, random: (bytes) => new Uint8Array(bytes) })

/** Entries with their levels. */
class Book implements Log {
  readonly entries: ({ level: string; message: string } & LogEntry)[] = []
  debug(): void {}
  info(fields: LogEntry, message = ''): void {
    this.entries.push({ level: 'info', message, ...fields })
  }
  warn(fields: LogEntry, message = ''): void {
    this.entries.push({ level: 'warn', message, ...fields })
  }
  error(fields: LogEntry, message = ''): void {
    this.entries.push({ level: 'error', message, ...fields })
  }
}

async function entryOf(
  app: App,
  target = '/',
  parts: RequestParts = {},
  options: LogOptions = {},
  method = 'GET',
): Promise<Book['entries'][number]> {
  const to = new Book()
  const logged = use(app, lint, log({ to, ...options }), lint)
  await perform(logged, request(method, target, parts), { server: SERVER }).catch(() => {})
  expect(to.entries).toHaveLength(1)
  return to.entries[0]!
}

/** The entry of a call whose outcome is told, as a server does. */
async function endedWith(app: App, outcome: Outcome): Promise<Book['entries'][number]> {
  const to = new Book()
  const value = request('GET', '/')
  const call = new Call(SERVER, silentLog)
  const result = use(app, log({ to }))('GET', '/', value.headers, optionsOf(value, call, SERVER), SERVER)
  if (!isPromise(result)) await result
  await call.settle(outcome)
  return to.entries[0]!
}

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

test('what others defer is not measured, and the entry is written after it (15)', async () => {
  const events: string[] = []
  const to: Log = { ...silentLog, info: () => void events.push('logged') }
  const app: App = (_method, _path, _headers, options) => {
    options.defer(async () => {
      await null
      events.push('deferred')
    })
    return text('a')
  }
  await perform(use(app, log({ to })), request('GET', '/'))
  expect(events).toEqual(['deferred', 'logged'])
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

test('pino fits as it is', async () => {
  const lines: string[] = []
  const to: Logger = pino({ base: null, timestamp: false }, { write: (line) => void lines.push(line) })
  const app: App = (_method, path) => (path === '/' ? text('a') : raise(new Error('no')))
  const logged = use(app, log({ to }))
  await perform(logged, request('GET', '/'))
  await perform(logged, request('GET', '/b'))
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { level: 30, method: 'GET', path: '/', status: 200, ms: expect.any(Number), bytes: 1, msg: 'GET / 200' },
    expect.objectContaining({
      level: 50,
      err: expect.objectContaining({ type: 'Error', message: 'no', stack: expect.stringContaining('at ') }),
      msg: 'GET /b 500',
    }),
  ])
})

test('what throws when it is looked at is logged as that, wherever entries go', async () => {
  const trap = (): never => raise(new Error('trap'))
  const getter = Object.defineProperty(new Error('no'), 'message', { get: trap })
  const traps: unknown[] = [
    getter,
    new Error('no', { cause: getter }),
    new Proxy(new Error('no'), { get: trap }),
    new Proxy({}, { get: trap, getPrototypeOf: trap }),
  ]
  for (const thrown of traps) {
    const lines: string[] = []
    const write = (line: string): void => void lines.push(line)
    const ways: LogOptions[] = [{ to: 'json', write }, { to: 'text', write }, { to: pino({}, { write }) }]
    const server = new Book()
    for (const way of ways) {
      const logged = use(() => raise(thrown as Error), log(way))
      await perform(logged, request('GET', '/'), { log: server })
    }
    expect(lines).toHaveLength(3)
    for (const line of lines) expect(line).toContain('What was thrown throws when it is looked at')
    expect(server.entries).toEqual([])
  }
})

test('by default entries go where the messages of the server go', async () => {
  const book = new Book()
  await perform(
    use(() => text('a'), log()),
    request('GET', '/'),
    { log: book },
  )
  expect(book.entries.map(({ message }) => message)).toEqual(['GET / 200'])
})

test('lines are text or JSON, as asked for', async () => {
  const lines: string[] = []
  const write = (line: string): void => void lines.push(line)
  for (const options of [{ write }, { to: 'json', write }, { to: 'text', write }] as LogOptions[]) {
    await perform(
      use(() => text('a'), log(options)),
      request('GET', '/'),
      { server: SERVER },
    )
  }
  const time = new Date(0).toTimeString().slice(0, 8)
  expect(lines).toEqual([
    expect.stringMatching(/^\{"time":"1970-01-01T00:00:00.000Z","level":"info","method":"GET",.*\}$/),
    expect.stringMatching(/^\{"time":.*\}$/),
    expect.stringMatching(new RegExp(`^${time} GET / 200 [0-9.]+ ms 1 B$`)),
  ])
})

test('what is skipped is not written', async () => {
  const to = new Book()
  const seen: LogEntry[] = []
  const skip = (entry: LogEntry): boolean => {
    seen.push(entry)
    return entry.path === '/livez' && entry.status === 200
  }
  const app = use(() => text('a'), log({ to, skip }))
  for (const path of ['/livez', '/b']) await perform(app, request('GET', path))
  expect(to.entries.map(({ path }) => path)).toEqual(['/b'])
  expect(seen).toHaveLength(2)
})

test('a log that fails fails no request, and is told once', async () => {
  const full = new Error('disk full')
  const failing: LogOptions[] = [
    { to: { ...silentLog, info: () => raise(full) } },
    { to: { ...silentLog, info: () => Promise.reject(full) as never } },
    { write: () => raise(full) },
    { write: () => Promise.reject(full) },
    { skip: () => raise(full), to: silentLog },
  ]
  for (const options of failing) {
    const server = new Book()
    const app = use(() => text('a'), log(options))
    for (let times = 0; times < 3; times++) {
      expect((await perform(app, request('GET', '/'), { log: server })).status).toBe(200)
    }
    expect(server.entries).toEqual([
      { level: 'error', message: 'The request log failed, and may fail on', err: full },
    ])
  }
  const dead: Log = { debug: () => {}, info: () => raise(full), warn: () => {}, error: () => raise(full) }
  expect(
    (
      await perform(
        use(() => text('a'), log()),
        request('GET', '/'),
        { log: dead },
      )
    ).status,
  ).toBe(200)
})

test('a synchronous app stays synchronous, and its result is handed on as it is (21, 24)', async () => {
  for (const result of [
    text('a'),
    [200, null, {}, stream(['a'])],
    [101, null, {}, takeover(() => {})],
  ] as Result[]) {
    const value = request('GET', '/')
    const call = new Call(SERVER, silentLog)
    const app = log({ to: new Book() })(() => result)
    expect(app('GET', '/', value.headers, optionsOf(value, call, SERVER), SERVER)).toBe(result)
    await call.settle({ status: result[0], error: null, aborted: false })
  }
})

test('options that are none are refused where they are written', () => {
  for (const options of [
    null,
    'json',
    pino({ enabled: false }),
    { to: 'pretty' },
    { to: null },
    { to: console.log },
    { to: { info: () => {} } },
    { to: silentLog, write: () => {} },
    { write: 'stdout' },
    { query: 'yes' },
    { skip: ['/livez'] },
    { headers: true },
  ]) {
    expect(() => log(options as LogOptions)).toThrow(fault('setup_faulty'))
  }
})
