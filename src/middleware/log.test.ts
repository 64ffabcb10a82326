/** `log`: where entries go, and that they are in the way of nothing. Contract clauses 15, 21 and 24. */
import { type Logger, pino } from 'pino'
import { expect, test } from 'vitest'
import { Book, SERVER } from '../../test/middleware/log-book.ts'
import { Call } from '../call/call.ts'
import { raise } from '../call/failure.ts'
import { silentLog } from '../call/log.ts'
import { optionsOf, perform } from '../call/perform.ts'
import { use } from '../call/use.ts'
import type { App, Log, Result } from '../contract.ts'
import type { FaultCode } from '../fault.ts'
import { request } from '../value/message.ts'
import { stream, takeover, text } from '../value/result.ts'
import { type LogEntry, type LogOptions, log } from './log.ts'

const fault = (code: FaultCode): unknown => expect.objectContaining({ code })

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
    { fallback: 'yes' },
    { skip: ['/livez'] },
    { headers: true },
  ]) {
    expect(() => log(options as LogOptions)).toThrow(fault('setup_faulty'))
  }
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

test('a log that is a fallback leaves calls to another one that has seen them, around it or within', async () => {
  const entries = async (path: string, outer: LogOptions, inner: LogOptions): Promise<number[]> => {
    const [around, within] = [new Book(), new Book()]
    const own = use(
      () => raise(new Error('broken')),
      log({ to: within, skip: ({ path }) => path === '/livez', ...inner }),
    )
    const app: App = (...call) => (call[1] === '/bare' ? text('a') : own(...call))
    const logged = use(app, log({ to: around, ...outer }))
    await perform(logged, request('GET', path), { server: SERVER })
    return [around.entries.length, within.entries.length]
  }
  const fallback = true
  expect(await entries('/a', { fallback }, {})).toEqual([0, 1])
  expect(await entries('/bare', { fallback }, {})).toEqual([1, 0])
  expect(await entries('/livez', { fallback }, {}), 'not worth a line').toEqual([0, 0])
  expect(await entries('/a', {}, { fallback })).toEqual([1, 0])
  expect(await entries('/a', {}, {})).toEqual([1, 1])
})
