/** `session`: RFC 6265, RFC 9111 5.2.2; contract clauses 17, 21, 23 and 24. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { Call } from '../call/call.ts'
import { life, living } from '../call/life.ts'
import { silentLog } from '../call/log.ts'
import { optionsOf, type PerformOptions, perform } from '../call/perform.ts'
import { serverFacts } from '../call/server-facts.ts'
import { use } from '../call/use.ts'
import { type App, LIFE, type Log, type Options, type Server } from '../contract.ts'
import { lint } from '../lint/lint.ts'
import { cookies } from '../value/cookie.ts'
import { type RequestParts, type ResponseValue, request } from '../value/message.ts'
import { json, stream, takeover, text } from '../value/result.ts'
import { type Session, type SessionOptions, session } from './session.ts'

const DAY = 86_400_000
const [OLD, NEW] = ['old', 'new'].map((one) => one.repeat(16)) as [string, string]
const Cart = z.object({ items: z.array(z.string()) })
type Cart = z.infer<typeof Cart>

const shop = (options: Partial<SessionOptions<Cart>> = {}): Session<Cart> =>
  session({ secrets: [NEW], carry: Cart, ...options })

/** Answers the session it sees; /add/x puts x into it, /same sets what is there, /end ends it. */
function keeping(cart: Session<Cart>): App {
  return (_method, path, _headers, options) => {
    const before = options.get(cart.key)
    const [, what, item] = path.split('/')
    if (what === 'add') options.set(cart.key, { items: [...(before?.items ?? []), item!] })
    if (what === 'same' && before) options.set(cart.key, { items: [...before.items] })
    if (what === 'end') options.set(cart.key, null)
    return json(options.get(cart.key) ?? null)
  }
}

/** A browser, as far as cookies go; its clock is the server's. */
class Browser {
  readonly jar = new Map<string, string>()
  nowMs = Date.UTC(2026, 0, 1)
  /** What the last answer wrote. */
  lines: readonly string[] = []
  readonly #app: App
  readonly #server: Server
  readonly #log: Log

  constructor(app: App, cart: Session<Cart>, facts: Partial<Server> = {}, log: Log = silentLog) {
    this.#app = use(app, lint, cart, lint)
    this.#server = serverFacts({ ...facts, now: () => this.nowMs })
    this.#log = log
  }

  async answer(path: string, parts: RequestParts = {}): Promise<ResponseValue> {
    const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...(cookie === '' ? {} : { cookie }), ...parts.headers }
    const how: PerformOptions = { server: this.#server, log: this.#log }
    const answered = await perform(this.#app, request('GET', path, { ...parts, headers }), how)
    this.lines = [answered.headers['set-cookie'] ?? []].flat()
    for (const line of this.lines) {
      const [name, value] = Object.entries(cookies(line.split(';', 1)[0]))[0]!
      if (/; Max-Age=0;/.test(line)) this.jar.delete(name)
      else this.jar.set(name, value)
    }
    return answered
  }

  async get(path: string, parts: RequestParts = {}): Promise<unknown> {
    const { status, body } = await this.answer(path, parts)
    const data = JSON.parse(Buffer.from(body ?? []).toString() || 'null') as unknown
    return status === 200 ? data : { status, ...(data as object) }
  }
}

const shopping = (options: Partial<SessionOptions<Cart>> = {}): Browser => {
  const cart = shop(options)
  return new Browser(keeping(cart), cart)
}

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

test('the cookie is written when the value changed, and not when it was only set or read', async () => {
  const browser = shopping()
  await browser.get('/add/ink')
  for (const path of ['/', '/same']) {
    expect(await browser.get(path)).toEqual({ items: ['ink'] })
    expect(browser.lines).toEqual([])
  }
})

test('null ends a session: the cookie is deleted as it was written, once', async () => {
  const browser = shopping({ cookie: { domain: 'example.org', path: '/app', sameSite: 'strict' } })
  await browser.get('/add/ink')
  expect(await browser.get('/end')).toBeNull()
  expect(browser.lines).toEqual([
    '__Secure-session=; Max-Age=0; Domain=example.org; Path=/app; Secure; HttpOnly; SameSite=Strict',
  ])
  expect([await browser.get('/end'), browser.lines]).toEqual([null, []])
})

test('what cannot be opened is no session and no error; it is left alone until a session is set or ended', async () => {
  const browser = shopping()
  await browser.get('/add/ink')
  const good = browser.jar.get('__Host-session')!
  const bad = [
    '',
    'x',
    good.slice(1),
    good.slice(0, -1),
    `${good}A`,
    `"${good}"`,
    good.toLowerCase(),
    'A'.repeat(4_096),
    'A'.repeat(9_000),
    '\xff\xfe',
    'a=b=c',
  ]
  for (const one of bad) {
    browser.jar.set('__Host-session', one)
    expect([await browser.get('/'), browser.lines], one).toEqual([null, []])
    await browser.get('/end')
    expect(browser.lines, one).toEqual([expect.stringMatching(/^__Host-session=; Max-Age=0;/)])
  }
  browser.jar.set('__Host-session', 'bad')
  expect(await browser.get('/add/pen')).toEqual({ items: ['pen'] })
  browser.jar.set('__Host-session', good)
  expect(await browser.get('/')).toEqual({ items: ['ink'] })
})

test('every single bit of a cookie that is flipped gives the empty session', async () => {
  const cart = shop()
  const browser = new Browser(keeping(cart), cart)
  await browser.get('/add/a')
  const good = Buffer.from(browser.jar.get('__Host-session')!, 'latin1')
  const seen = (cookie: string): unknown => {
    const { options, server } = calling('/')
    // Some octets no field may hold, and no server would let them come as far as here.
    return cart(keeping(cart))('GET', '/', { cookie: `__Host-session=${cookie}` }, options, server)
  }
  for (let bit = 0; bit < good.length * 8; bit++) {
    const flipped = Buffer.from(good)
    flipped[bit >> 3]! ^= 1 << (bit & 7)
    expect(seen(flipped.toString('latin1'))).toEqual(json(null))
  }
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

test('a cookie under the name of another session is none of it', async () => {
  const [one, other] = [shop({ name: 'one' }), shop({ name: 'other' })]
  const browser = new Browser(keeping(one), one)
  await browser.get('/add/ink')
  const stranger = new Browser(keeping(other), other)
  stranger.jar.set('__Host-other', browser.jar.get('__Host-one')!)
  expect(await stranger.get('/')).toBeNull()
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

test('a session ends when it is not written for `maxAge`, whatever the browser keeps', async () => {
  const browser = shopping({ maxAge: '10d', renew: '10d' })
  await browser.get('/add/ink')
  const cookie = new Map(browser.jar)
  for (const [ms, seen] of [
    [-DAY, null],
    [-240_000, { items: ['ink'] }],
    [10 * DAY - 1, { items: ['ink'] }],
    [10 * DAY, null],
    [10 * DAY + 1, null],
  ] as const) {
    const later = shopping({ maxAge: '10d', renew: '10d' })
    later.nowMs = browser.nowMs + ms
    for (const [name, value] of cookie) later.jar.set(name, value)
    expect([await later.get('/'), later.lines], String(ms)).toEqual([seen, []])
  }
})

test('a session in use is written anew once it is older than `renew`, and not before', async () => {
  const browser = shopping({ maxAge: '10d' })
  await browser.get('/add/ink')
  for (let day = 0; day < 30; day++) {
    browser.nowMs += DAY - 1
    expect([await browser.get('/'), browser.lines]).toEqual([{ items: ['ink'] }, []])
    browser.nowMs += 1
    expect(await browser.get('/')).toEqual({ items: ['ink'] })
    expect(browser.lines).toEqual([expect.stringContaining('; Max-Age=864000;')])
  }
})

test('`lifetime` ends a session whatever happens, and its cookie with it', async () => {
  const browser = shopping({ maxAge: '10d', lifetime: '12d' })
  await browser.get('/add/1')
  browser.nowMs += 9 * DAY
  await browser.get('/add/2')
  expect(browser.lines).toEqual([expect.stringContaining(`; Max-Age=${3 * 86_400};`)])
  browser.nowMs += 3 * DAY - 1
  // It ends in a moment: to write it anew would win nothing.
  expect([await browser.get('/'), browser.lines]).toEqual([{ items: ['1', '2'] }, []])
  browser.nowMs += 1
  expect(await browser.get('/')).toBeNull()
  expect(await browser.get('/add/3')).toEqual({ items: ['3'] })
  expect(browser.lines).toEqual([expect.stringContaining(`; Max-Age=${10 * 86_400};`)])
})

test('a secret changes without a session lost: what an older one sealed is sealed anew by the first', async () => {
  const browser = shopping({ secrets: [OLD] })
  await browser.get('/add/ink')
  const both = shopping({ secrets: [NEW, OLD] })
  for (const [name, value] of browser.jar) both.jar.set(name, value)
  expect([await both.get('/'), both.lines.length]).toEqual([{ items: ['ink'] }, 1])
  expect([await both.get('/'), both.lines.length]).toEqual([{ items: ['ink'] }, 0])
  const fresh = shopping({ secrets: [NEW] })
  for (const [name, value] of both.jar) fresh.jar.set(name, value)
  expect(await fresh.get('/')).toEqual({ items: ['ink'] })
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

test('a cookie has 4,096 octets with its name and attributes; one more is a fault that says so', async () => {
  const large = `/add/${'x'.repeat(2_800)}`
  const named = (length: number): Session<Cart> => shop({ name: 'n'.repeat(length) })
  const written = async (length: number): Promise<[answer: unknown, octets: number[]]> => {
    const cart = named(length)
    const browser = new Browser(keeping(cart), cart)
    return [await browser.get(large), browser.lines.map((line) => line.length)]
  }
  const [, [shortest]] = await written(1)
  const longest = 1 + 4_096 - shortest!
  for (const length of [longest - 1, longest]) {
    expect(await written(length)).toEqual([{ items: [large.slice(5)] }, [4_096 - longest + length]])
  }
  expect(await written(longest + 1)).toEqual([
    { status: 500, title: 'Internal Server Error', code: 'session_too_large' },
    [],
  ])
  await expect(thrownBy(named(longest + 1), large)).rejects.toMatchObject({
    detail: { bytes: 4_097, limit: 4_096 },
    message: expect.stringMatching(
      /"n+[.]*": its cookie takes 4097 bytes and browsers hold 4096\. Keep an id/,
    ),
  })
})

test('a body that is not sent because the session is too large is left (23)', async () => {
  const cart = shop()
  let left = false
  const chunks = {
    [Symbol.iterator]: () => ({
      next: () => ({ done: true, value: '' }) as const,
      return: () => (left = true) as never,
    }),
  }
  const browser = new Browser((_method, _path, _headers, options) => {
    options.set(cart.key, { items: ['x'.repeat(5_000)] })
    return [200, null, {}, stream(chunks)]
  }, cart)
  expect(await browser.get('/')).toMatchObject({ code: 'session_too_large' })
  expect(left).toBe(true)
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

test('answers that write the cookie are private; to somebody with a session they are unless they say more (RFC 9111 5.2.2)', async () => {
  const cart = shop()
  const app: App = (...call) => {
    const [status, contentType, headers, body] = keeping(cart)(...call) as ReturnType<typeof json>
    const said = call[3].query === null ? {} : { 'cache-control': 'public, max-age=60' }
    return [status, contentType, Object.freeze({ ...headers, ...said }), body]
  }
  const browser = new Browser(app, cart)
  const control = async (path: string): Promise<unknown> =>
    (await browser.answer(path)).headers['cache-control']
  expect(await control('/')).toBeUndefined()
  expect(await control('/add/ink?public')).toBe('max-age=60, private')
  expect(await control('/')).toBe('private')
  expect(await control('/?public')).toBe('public, max-age=60')
  expect(await control('/end?public')).toBe('max-age=60, private')
})

test('in development the cookie needs no TLS, and the log says so once; of production it is another one', async () => {
  const cart = shop()
  const warned: unknown[] = []
  const log = { ...silentLog, warn: (...entry: unknown[]) => void warned.push(entry) }
  const browser = new Browser(keeping(cart), cart, { environment: 'development' }, log)
  await browser.get('/add/ink')
  expect(browser.lines).toEqual([
    expect.stringMatching(/^session=[\w-]+; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Lax$/),
  ])
  expect(await browser.get('/')).toEqual({ items: ['ink'] })
  expect(warned).toEqual([[{ cookie: 'session' }, expect.stringMatching(/development.*without TLS/)]])

  const production = new Browser(keeping(cart), cart)
  production.jar.set('__Host-session', browser.jar.get('session')!)
  expect(await production.get('/')).toBeNull()
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

test('time and randomness are those of the server (19)', async () => {
  const random = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(7)
  const lines = await Promise.all(
    [1, 2].map(async () => {
      const cart = shop()
      const browser = new Browser(keeping(cart), cart, { random })
      await browser.get('/add/ink')
      return browser.lines
    }),
  )
  expect(lines[0]).toEqual(lines[1])
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

test('of two layers with one name the outer one writes the cookie, once', async () => {
  const [outer, inner] = [shop(), shop()]
  const browser = new Browser(use(keeping(inner), inner), outer)
  await browser.get('/add/ink')
  expect(browser.lines).toHaveLength(1)
  expect(await browser.get('/add/pen')).toEqual({ items: ['ink', 'pen'] })
  expect(browser.lines).toHaveLength(1)
  await browser.get('/end')
  expect([browser.lines.length, browser.jar.size]).toEqual([1, 0])
})

function calling(path: string): { options: Options; server: Server } {
  const server = serverFacts()
  const value = request('GET', path)
  return { options: optionsOf(value, new Call(server, silentLog), server), server }
}

async function thrownBy(cart: Session<Cart>, path: string): Promise<unknown> {
  const { options, server } = calling(path)
  return cart(keeping(cart))('GET', path, request('GET', path).headers, options, server)
}
