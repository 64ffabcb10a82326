import { expect, onTestFinished, test, vi } from 'vitest'
import { isPromise } from '../call/after.ts'
import { Call } from '../call/call.ts'
import { closeApp, drainApp, life, living, openApp } from '../call/life.ts'
import { silentLog } from '../call/log.ts'
import { optionsOf, perform } from '../call/perform.ts'
import { serverFacts } from '../call/server-facts.ts'
import { use } from '../call/use.ts'
import type { App, Log, Result } from '../contract.ts'
import type { FaultCode } from '../fault.ts'
import { lint } from '../lint/lint.ts'
import { bodyJson, bodyText, request } from '../value/message.ts'
import { text } from '../value/result.ts'
import { type Check, type HealthOptions, health } from './health.ts'
import { mount } from './mount.ts'

const fault = (code: FaultCode): unknown => expect.objectContaining({ code })

let now = 1_000_000
const SERVER = serverFacts({ now: () => now })

const inner: App = (_method, path) => text(`app ${path}`)

function watched(options?: HealthOptions, app: App = inner): App {
  return use(app, lint, health(options), lint)
}

async function opened(options?: HealthOptions): Promise<App> {
  const app = watched(options)
  await openApp(app, SERVER)
  return app
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

async function ask(app: App, path: string, log: Log = silentLog): Promise<Answer> {
  const { status, contentType, headers, body } = await perform(app, request('GET', path), {
    server: SERVER,
    log,
  })
  expect([contentType, headers['cache-control']]).toEqual(['application/health+json', 'no-store'])
  return { status, body: bodyJson({ body }) }
}

/** A promise, and what settles it. */
function promised<T = void>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

test('an open app is alive and ready, and every other path is its own', async () => {
  const app = await opened()
  expect(await ask(app, '/livez')).toEqual({ status: 200, body: { status: 'pass' } })
  expect(await ask(app, '/readyz')).toEqual({ status: 200, body: { status: 'pass' } })
  for (const path of ['/', '/livez/', '/livez/x', '/LIVEZ', '/%6civez', '/healthz']) {
    expect((await perform(app, request('GET', path), { server: SERVER })).contentType, path).toBe(
      'text/plain; charset=utf-8',
    )
  }
})

test('before it is open, from the drain on, and once closed it is not ready, though alive (36)', async () => {
  // Without lint: nobody calls an app that is not open but a test.
  const app = use(inner, health())
  const notReady = (reason: string): Answer => ({ status: 503, body: { status: 'fail', reason } })
  const alive = { status: 200, body: { status: 'pass' } }
  expect([await ask(app, '/readyz'), await ask(app, '/livez')]).toEqual([notReady('not open'), alive])
  await openApp(app, SERVER)
  expect(await ask(app, '/readyz')).toEqual(alive)
  drainApp(app)
  expect([await ask(app, '/readyz'), await ask(app, '/livez')]).toEqual([notReady('stopping'), alive])
  expect((await perform(app, request('GET', '/x'))).status, 'what still comes').toBe(200)
  await closeApp(app)
  expect(await ask(app, '/readyz')).toEqual(notReady('not open'))
  await openApp(app, SERVER)
  expect(await ask(app, '/readyz')).toEqual(alive)
})

test('it is open when what is behind it is, and keeps its life (36)', async () => {
  const go = promised()
  const events: string[] = []
  const slow = living(
    inner,
    [],
    life(
      () => go.promise,
      () => void events.push('close'),
      silentLog,
      () => void events.push('drain'),
    ),
  )
  const app = use(slow, health())
  const opening = openApp(app, SERVER)
  expect((await ask(app, '/readyz')).status).toBe(503)
  go.resolve()
  await opening
  expect((await ask(app, '/readyz')).status).toBe(200)
  drainApp(app)
  await closeApp(app)
  expect(events).toEqual(['drain', 'close'])
})

test('it may be mounted, and asked elsewhere', async () => {
  const app = mount({ '/in': watched({ live: '/up', ready: '/go' }), '/': inner })
  await openApp(app, SERVER)
  expect((await ask(app, '/in/up')).status).toBe(200)
  expect((await ask(app, '/in/go')).status).toBe(200)
  drainApp(app)
  expect((await ask(app, '/in/go')).status).toBe(503)
})

test('it is ready when every check passes, and tells which fail, but not why', async () => {
  const failing: Check[] = [
    () => {
      throw new Error('postgres://user:secret@db')
    },
    async () => Promise.reject(new Error('secret')),
    () => false,
    async () => false,
  ]
  for (const bad of failing) {
    const app = await opened({ checks: { good: () => undefined, bad } })
    expect(await ask(app, '/readyz')).toEqual({
      status: 503,
      body: { status: 'fail', checks: { good: { status: 'pass' }, bad: { status: 'fail' } } },
    })
    expect((await ask(app, '/livez')).status, 'a restart would not help').toBe(200)
  }
  const app = await opened({ checks: { a: () => true, b: async () => 'yes' } })
  expect(await ask(app, '/readyz')).toEqual({
    status: 200,
    body: { status: 'pass', checks: { a: { status: 'pass' }, b: { status: 'pass' } } },
  })
})

test('a check may have any name', async () => {
  const app = await opened({ checks: { ['__proto__']: () => false } })
  const { body } = await perform(app, request('GET', '/readyz'), { server: SERVER })
  expect(bodyText({ body })).toBe('{"status":"fail","checks":{"__proto__":{"status":"fail"}}}')
})

test('a failing check is a warning once, and good news when it passes again', async () => {
  const lines: unknown[] = []
  const log: Log = {
    ...silentLog,
    info: (fields, message) => void lines.push([message, fields]),
    warn: (fields, message) => void lines.push([message, fields]),
    error: () => void lines.push('an error'),
  }
  let passes = false
  const why = new Error('secret')
  const check: Check = () => {
    if (!passes) throw why
  }
  const app = await opened({ checks: { db: check }, cacheMs: 10 })
  for (const passing of [false, false, true, true, false]) {
    passes = passing
    now += 10
    await ask(app, '/readyz', log)
    await ask(app, '/readyz', log)
  }
  expect(lines).toEqual([
    ['A check fails', { check: 'db', err: why }],
    ['A check passes again', { check: 'db' }],
    ['A check fails', { check: 'db', err: why }],
  ])
})

test('a log that fails makes nothing unhealthy', async () => {
  const log: Log = {
    ...silentLog,
    warn: () => {
      throw new Error('full')
    },
  }
  const app = await opened({ checks: { db: () => false } })
  expect((await ask(app, '/readyz', log)).body).toEqual({
    status: 'fail',
    checks: { db: { status: 'fail' } },
  })
})

test('checks run once at a time, for all who ask', async () => {
  const go = promised()
  const runs = { slow: 0, quick: 0 }
  const slow = (): Promise<void> => {
    runs.slow++
    return go.promise
  }
  const app = await opened({ checks: { slow, quick: () => ++runs.quick > 0 }, cacheMs: 0 })
  const first = ask(app, '/readyz')
  await new Promise((resolve) => setImmediate(resolve)) // the quick one is over
  const asked = [first, ask(app, '/readyz'), ask(app, '/readyz')]
  go.resolve()
  expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200, 200])
  expect(runs).toEqual({ slow: 1, quick: 1 })
})

test('what was found is given again for cacheMs, and no longer', async () => {
  let runs = 0
  const app = await opened({ checks: { db: () => ++runs < 2 }, cacheMs: 100 })
  for (const [later, expected] of [
    [0, 1],
    [99, 1],
    [1, 2],
    [99, 2],
    [-500, 3], // a clock set back
  ] as const) {
    now += later
    expect((await ask(app, '/readyz')).status).toBe(expected < 2 ? 200 : 503)
    expect(runs).toBe(expected)
  }
  const eager = await opened({ checks: { db: () => ++runs > 0 }, cacheMs: 0 })
  const before = runs
  await ask(eager, '/readyz')
  await ask(eager, '/readyz')
  expect(runs - before).toBe(2)
})

test('a check that takes too long fails, is told so, and is not asked again before it is over', async () => {
  const go = promised()
  const signals: AbortSignal[] = []
  const app = await opened({
    checks: {
      slow: (signal) => {
        signals.push(signal)
        return signals.length === 1 ? go.promise : undefined
      },
      quick: () => undefined,
    },
    timeoutMs: 5,
    cacheMs: 0,
  })
  const late = {
    status: 503,
    body: { status: 'fail', checks: { slow: { status: 'fail' }, quick: { status: 'pass' } } },
  }
  expect(await ask(app, '/readyz')).toEqual(late)
  expect(signals.map(({ aborted }) => aborted)).toEqual([true])
  expect(await ask(app, '/readyz')).toEqual(late)
  expect(signals).toHaveLength(1)
  go.resolve()
  await new Promise((resolve) => setImmediate(resolve)) // the late one, over at last
  expect((await ask(app, '/readyz')).status, 'a new one').toBe(200)
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
})

test('while a late check is not over, nobody else waits for it', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const app = await opened({ checks: { stuck: () => promised().promise }, timeoutMs: 1_000, cacheMs: 0 })
  const first = ask(app, '/readyz')
  await vi.advanceTimersByTimeAsync(1_000)
  const fails = { status: 503, body: { status: 'fail', checks: { stuck: { status: 'fail' } } } }
  expect(await first).toEqual(fails)
  expect(await ask(app, '/readyz'), 'the clock stands still').toEqual(fails)
})

test('a stop that begins while checks run is told', async () => {
  const go = promised()
  const app = await opened({ checks: { db: () => go.promise } })
  const asked = ask(app, '/readyz')
  drainApp(app)
  go.resolve()
  expect(await asked).toEqual({
    status: 503,
    body: { status: 'fail', reason: 'stopping', checks: { db: { status: 'pass' } } },
  })
})

test('it is asked by GET and HEAD, and by nothing else (RFC 9110 15.5.6)', async () => {
  const app = await opened()
  const head = await perform(app, request('HEAD', '/readyz'), { server: SERVER })
  expect([head.status, head.contentType, head.body]).toEqual([200, 'application/health+json', null])
  for (const method of ['POST', 'OPTIONS', 'DELETE']) {
    const { status, headers } = await perform(app, request(method, '/livez'), { server: SERVER })
    expect([status, headers['allow']], method).toEqual([405, 'GET, HEAD'])
  }
})

test('a synchronous app stays synchronous, and so is the answer where nothing is to be awaited', async () => {
  const app = health({ checks: { db: () => undefined } })(inner)
  await openApp(app, SERVER)
  const call = (path: string): Result | Promise<Result> => {
    const value = request('GET', path)
    const options = optionsOf(value, new Call(SERVER, silentLog), SERVER)
    return app('GET', path, value.headers, options, SERVER)
  }
  expect(isPromise(call('/x'))).toBe(false)
  expect(isPromise(call('/livez'))).toBe(false)
  expect(isPromise(call('/readyz'))).toBe(true)
  await call('/readyz')
  expect(isPromise(call('/readyz')), 'from what was found before').toBe(false)
})

test('one health around two apps keeps their states apart', async () => {
  const both = health()
  const [a, b] = [use(inner, both), use(inner, both)]
  await openApp(a, SERVER)
  expect([(await ask(a, '/readyz')).status, (await ask(b, '/readyz')).status]).toEqual([200, 503])
})

test('options that are none are refused where they are written', () => {
  for (const options of [
    null,
    '/livez',
    { live: 'livez' },
    { live: '/live z' },
    { ready: '/ready?x' },
    { ready: 3 },
    { live: '/up', ready: '/up' },
    { checks: [() => true] },
    { checks: { db: true } },
    { checks: () => true },
    { timeoutMs: 0 },
    { timeoutMs: '5s' },
    { timeoutMs: 2 ** 31 },
    { cacheMs: -1 },
    { cacheMs: 0.5 },
    { path: '/health' },
  ]) {
    expect(() => health(options as HealthOptions), JSON.stringify(options)).toThrow(fault('setup_faulty'))
  }
})
