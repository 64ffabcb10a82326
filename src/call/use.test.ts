import { expect, test } from 'vitest'
import type { App, Middleware, Options, Result } from '../contract.ts'
import { Fault } from '../fault.ts'
import { request } from '../value/message.ts'
import { text } from '../value/result.ts'
import { after, isPromise } from './after.ts'
import { thrown } from './answer.ts'
import { Call } from './call.ts'
import { silentLog } from './log.ts'
import { optionsOf, perform } from './perform.ts'
import { serverFacts } from './server-facts.ts'
import { answering, use } from './use.ts'

const SERVER = serverFacts()
const GET = request('GET', '/')

function options(): Options {
  return optionsOf(GET, new Call(SERVER, silentLog), SERVER)
}

function run(app: App, given: Options = options()): Result | Promise<Result> {
  return app(GET.method, GET.path, GET.headers, given, SERVER)
}

/** Writes its name into a field on the way out, and so shows who saw which answer. */
function marking(name: string): Middleware {
  return (next) =>
    (...call) =>
      after(next(...call), ([status, contentType, headers, body]) => {
        return [status, contentType, { ...headers, seen: `${String(headers['seen'] ?? '')}${name}` }, body]
      })
}

test('the first layer named is outermost', () => {
  const [, , headers] = run(use(() => text('hi'), marking('a'), marking('b'), marking('c'))) as Result
  expect(headers).toEqual({ seen: 'cba' })
})

test('a synchronous app stays synchronous: nothing on the way out is a promise', () => {
  for (const app of [() => text('hi'), () => raised(new Error('no'))] as App[]) {
    expect(isPromise(run(use(app, marking('a'), marking('b'))))).toBe(false)
    expect(isPromise(run(answering(app)))).toBe(false)
  }
})

test('an asynchronous app stays one, and no rejection escapes', async () => {
  const rejecting: App = async () => raised(new Error('no'))
  const answered = run(use(rejecting, marking('a')))
  expect(isPromise(answered)).toBe(true)
  expect((await answered)[0]).toBe(500)
})

test('what is thrown becomes an answer before the next layer sees it, so its fields reach errors too (25)', async () => {
  const faults: App[] = [
    () => raised(new Fault('route_missing', { path: '/' })),
    async () => raised(new Fault('route_missing', { path: '/' })),
  ]
  for (const app of faults) {
    const [status, contentType, headers] = await run(use(app, marking('a'), marking('b')))
    expect([status, contentType, headers]).toEqual([404, 'application/problem+json', { seen: 'ba' }])
  }
})

test('what a layer throws is answered for the layers outside it (25)', () => {
  const failing: Middleware = () => () => raised(new Error('layer'))
  const [status, , headers] = run(use(() => text('hi'), marking('out'), failing, marking('in'))) as Result
  expect([status, headers]).toEqual([500, { seen: 'out' }])
})

test('what was thrown stays readable under its key (25)', () => {
  const [error, given] = [new Error('secret'), options()]
  const seen: unknown[] = []
  const looking: Middleware = (next) => (method, path, headers, inner, server) =>
    after(next(method, path, headers, inner, server), (result) => {
      seen.push(inner.get(thrown)?.value)
      return result
    })
  void run(
    use(() => raised(error), looking),
    given,
  )
  expect(seen).toEqual([error])
  expect(given.get(thrown)?.value).toBe(error)
})

test('even a thrown undefined can be told from nothing thrown (25)', () => {
  const given = options()
  expect(given.get(thrown)).toBeUndefined()
  void run(
    answering(() => raised(undefined)),
    given,
  )
  expect(given.get(thrown)).toEqual({ value: undefined })
})

test('after works on a result now or later, as it comes', async () => {
  const [now, later] = [
    after(text('a'), (result) => result),
    after(Promise.resolve(text('a')), (result) => result),
  ]
  expect(now).toEqual(text('a'))
  expect(await later).toEqual(text('a'))
})

test('what is no app or no middleware is refused where it is written, and says which', () => {
  const plain: Middleware = (next) => next
  const cases: [() => unknown, RegExp][] = [
    [() => use(undefined as never, plain), /^use\(app, \.\.\.\): it is no app\. \w/],
    [() => use(Promise.resolve(() => text('hi')) as never), /^use\(app, \.\.\.\): it is no app/],
    [() => use(() => text('hi'), plain, undefined as never), /layer 2: it is no middleware\. \w/],
    [() => use(() => text('hi'), (() => {}) as never, plain), /layer 1: it gives no app\. \w/],
  ]
  for (const [make, said] of cases) {
    expect(make).toThrow(
      expect.objectContaining({ code: 'setup_faulty', message: expect.stringMatching(said) }),
    )
  }
})

function raised(error: unknown): never {
  throw error
}

test('what an app throws is logged, once, however many layers are around it (25)', async () => {
  const entries: object[] = []
  const log = { ...silentLog, error: (fields: object) => void entries.push(fields) }
  const broken: App = () => {
    throw new Error('broken')
  }
  const plain: Middleware = (next) => next
  await perform(use(broken, plain, plain), request('GET', '/a'), { log })
  expect(entries).toEqual([{ path: '/a', err: expect.objectContaining({ message: 'broken' }) as unknown }])
  const missing: App = () => {
    throw new Fault('route_missing', { path: '/a' })
  }
  await perform(use(missing, plain), request('GET', '/a'), { log })
  expect(entries.length).toBe(1)
})
