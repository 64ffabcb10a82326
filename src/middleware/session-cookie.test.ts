/** The cookie of `session`: when it is written, how, and what does not open. RFC 6265, RFC 9111 5.2.2. */
import { expect, test } from 'vitest'
import { Browser, type Cart, calling, keeping, shop, shopping } from '../../test/middleware/cart.ts'
import { silentLog } from '../call/log.ts'
import { use } from '../call/use.ts'
import type { App } from '../contract.ts'
import { request } from '../value/message.ts'
import { json, stream } from '../value/result.ts'
import type { Session } from './session.ts'

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

test('a cookie under the name of another session is none of it', async () => {
  const [one, other] = [shop({ name: 'one' }), shop({ name: 'other' })]
  const browser = new Browser(keeping(one), one)
  await browser.get('/add/ink')
  const stranger = new Browser(keeping(other), other)
  stranger.jar.set('__Host-other', browser.jar.get('__Host-one')!)
  expect(await stranger.get('/')).toBeNull()
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

async function thrownBy(cart: Session<Cart>, path: string): Promise<unknown> {
  const { options, server } = calling(path)
  return cart(keeping(cart))('GET', path, request('GET', path).headers, options, server)
}
