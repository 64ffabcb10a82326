/** `session`: what is set and what the next call gets. Contract clauses 17, 21, 23, 24 and 36. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { Browser, calling, keeping, NEW, shop, shopping } from '../../test/middleware/cart.ts'
import { life, living } from '../call/life.ts'
import { silentLog } from '../call/log.ts'
import { perform } from '../call/perform.ts'
import { use } from '../call/use.ts'
import { type App, LIFE } from '../contract.ts'
import { bodyJson, request } from '../value/message.ts'
import { json, stream, takeover, text } from '../value/result.ts'
import { type Session, session } from './session.ts'

test('what one call sets the next one gets, and the cookie shows none of it', async () => {
  const browser = shopping()
  expect([await browser.get('/'), browser.lines]).toEqual([null, []])
  expect(await browser.get('/add/ink')).toEqual({ items: ['ink'] })
  expect(browser.lines).toEqual([
    expect.stringMatching(
      /^__Host-session=[\w-]{60,}; Max-Age=1209600; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
    ),
  ])
  expect(await browser.get('/add/pen')).toEqual({ items: ['ink', 'pen'] })
  expect([...browser.jar.values()].map((one) => Buffer.from(one, 'base64url').toString('latin1'))).toEqual([
    expect.not.stringMatching(/ink|pen|items/),
  ])
})

test('any data come back as they were set', async () => {
  const any = session<unknown>({ secrets: [NEW], carry: z.unknown() })
  let next: unknown
  const app: App = (_method, path, _headers, options) => {
    if (path === '/set') options.set(any.key, next)
    return json({ session: options.get(any.key) })
  }
  const values = [fc.string({ unit: 'grapheme' }), fc.maxSafeInteger(), fc.boolean()]
  const data = fc.anything({ values, maxDepth: 3 }).filter((value) => JSON.stringify(value).length < 2_000)
  await fc.assert(
    fc.asyncProperty(data, async (value) => {
      const browser = new Browser(app, any as Session<never>)
      next = value
      await browser.get('/set')
      expect(await browser.get('/')).toEqual({ session: value })
    }),
  )
})

test('two sessions live side by side, each in its own cookie', async () => {
  const [one, other] = [shop({ name: 'one' }), shop({ name: 'other' })]
  const both: App = (_method, path, _headers, options) => {
    if (path === '/set') options.set(one.key, { items: ['1'] })
    if (path === '/set') options.set(other.key, { items: ['2'] })
    return json([options.get(one.key) ?? null, options.get(other.key) ?? null])
  }
  const browser = new Browser(use(both, other), one)
  await browser.get('/set')
  expect([...browser.jar.keys()].sort()).toEqual(['__Host-one', '__Host-other'])
  expect(await browser.get('/')).toEqual([{ items: ['1'] }, { items: ['2'] }])
})

test('a session that the schema no longer takes is none', async () => {
  const browser = shopping()
  await browser.get('/add/ink')
  const User = z.object({ user: z.string() })
  const member = session({ secrets: [NEW], carry: User })
  const later = new Browser((...[, , , options]) => json(options.get(member.key) ?? null), member as never)
  for (const [name, value] of browser.jar) later.jar.set(name, value)
  expect([await later.get('/'), later.lines]).toEqual([null, []])
})

test('a value that the schema refuses fails where it is set, and the session stays as it was', async () => {
  const cart = shop()
  const app: App = (...call) => {
    const [, path, , options] = call
    if (path === '/wrong') options.set(cart.key, { items: 'ink' } as never)
    return keeping(cart)(...call)
  }
  const browser = new Browser(app, cart)
  await browser.get('/add/ink')
  expect(await browser.get('/wrong')).toEqual({
    status: 500,
    title: 'Internal Server Error',
    code: 'session_faulty',
  })
  expect([await browser.get('/'), browser.lines]).toEqual([{ items: ['ink'] }, []])
})

test('what is set is kept, whatever the answer: an error too', async () => {
  const cart = shop()
  const app: App = (...call) => {
    const answered = keeping(cart)(...call)
    if (call[1] === '/add/ink') throw new Error('after it was set')
    return answered
  }
  const browser = new Browser(app, cart)
  expect(await browser.get('/add/ink')).toMatchObject({ status: 500, code: 'app_failed' })
  expect(await browser.get('/')).toEqual({ items: ['ink'] })
})

test('a session that a body sets while it streams comes too late, and the log says so', async () => {
  const cart = shop()
  const seen: unknown[] = []
  const log = { ...silentLog, error: (...entry: unknown[]) => void seen.push(entry) }
  const app: App = (_method, path, _headers, options) => {
    if (path === '/before') options.set(cart.key, { items: ['in time'] })
    async function* chunks(): AsyncGenerator<string> {
      yield 'nu'
      if (path === '/after') options.set(cart.key, { items: ['late'] })
      if (path === '/again') options.set(cart.key, { items: ['in time'] })
      yield 'll'
    }
    return [200, 'application/json', {}, stream(chunks())]
  }
  const browser = new Browser(app, cart, {}, log)
  await browser.get('/before')
  expect([browser.lines.length, seen]).toEqual([1, []])
  await browser.get('/again')
  expect([browser.lines.length, seen]).toEqual([0, []])
  await browser.get('/after')
  expect([browser.lines.length, seen]).toEqual([
    0,
    [[{ session: 'session' }, expect.stringMatching(/after the head had gone/)]],
  ])
})

test('a takeover gets its cookie, and is passed through (24)', () => {
  const cart = shop()
  const taken = takeover(() => {})
  const app = cart((_method, _path, _headers, options) => {
    options.set(cart.key, { items: [] })
    return [101, null, { upgrade: 'websocket' }, taken]
  })
  const { options, server } = calling('/')
  const result = app('GET', '/', request('GET', '/').headers, options, server)
  expect(result).toEqual([101, null, { upgrade: 'websocket', 'set-cookie': [expect.any(String)] }, taken])
})

test('a synchronous app stays synchronous, and an answer that needs nothing is the one it gave', () => {
  const cart = shop()
  const given = text('fine')
  const { options, server } = calling('/')
  const app = cart(() => given)
  expect(app('GET', '/', request('GET', '/').headers, options, server)).toBe(given)
})

test('what the app behind it needs opened is opened (36)', () => {
  const own = life(
    () => {},
    () => {},
  )
  const alive = living(() => text('fine'), [], own)
  expect(shop()(alive)[LIFE]).toBeDefined()
  expect(shop()(() => text('fine'))[LIFE]).toBeUndefined()
})

test('a session that a link carried here is the session, and the cookie is not opened beside it (17)', async () => {
  const browser = shopping()
  await browser.get('/add/ink')
  const context = { session: { items: ['carried'] } }
  expect([await browser.get('/', { context }), browser.lines]).toEqual([{ items: ['carried'] }, []])
  expect(await browser.get('/add/pen', { context })).toEqual({ items: ['carried', 'pen'] })
  expect(browser.lines).toHaveLength(1)
  expect([await browser.get('/', { context: { session: null } }), browser.lines]).toEqual([null, []])
})

test('a session that is set where no such layer is around is a fault that says what to write, and not lost (17)', async () => {
  const cart = shop()
  const seen: unknown[] = []
  const log = { ...silentLog, error: (...entry: unknown[]) => void seen.push(entry) }
  const answer = await perform(use(keeping(cart), shop({ name: 'other' })), request('GET', '/add/ink'), {
    log,
  })
  expect([answer.status, bodyJson(answer)]).toEqual([
    500,
    expect.objectContaining({ code: 'context_faulty' }),
  ])
  expect(JSON.stringify(seen)).toMatch(/use\(app, session\(\.\.\.\)\)/)
  expect((await perform(keeping(cart), request('GET', '/'))).status).toBe(200)
})
