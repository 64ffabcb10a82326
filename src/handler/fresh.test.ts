import { expect, test } from 'vitest'
import { z } from 'zod'
import { perform } from '../call/perform.ts'
import { request } from '../value/message.ts'
import { cacheControl, type Fresh } from './fresh.ts'
import { guard } from './provide.ts'
import { service } from './service.ts'
import { header } from './source.ts'
import { verbs } from './verbs.ts'

test('how long an answer stays fresh is cache-control (RFC 9111 5.2.2)', () => {
  const table: [Fresh, guarded: boolean, field: string][] = [
    ['1m', false, 'public, max-age=60'],
    ['1m', true, 'private, max-age=60'],
    [1_500, false, 'public, max-age=1'],
    [{ for: '1h', stale: '1d' }, false, 'public, max-age=3600, stale-while-revalidate=86400'],
    [{ for: '365d', immutable: true }, false, 'public, max-age=31536000, immutable'],
    [{ for: '1m', shared: false }, false, 'private, max-age=60'],
  ]
  for (const [fresh, guarded, field] of table) expect(cacheControl(fresh, guarded, 'it')).toBe(field)
})

test('what cannot be kept is refused at boot', () => {
  const guarded = verbs({ user: guard('member', () => 1) })
  for (const [make, message] of [
    [() => guarded.reads('/', { fresh: { for: '1m', shared: true } }, () => {}), /depends on guards/],
    [() => guarded.acts('/', { fresh: '1m' }, () => {}), /it acts, and only what is read stays fresh/],
    [() => guarded.reads('/', { fresh: 'soon' }, () => {}), /it is no time/],
    [() => guarded.reads('/', { fresh: 0 }, () => {}), /it is no time/],
  ] as const) {
    expect(() => service({ it: make() }), String(message)).toThrow(message)
  }
})

test('what a guard lets somebody see is kept for that one alone', async () => {
  const { reads } = verbs({ user: guard('member', ({ headers }) => headers['authorization'] ?? '') })
  const app = service({ me: reads('/me', { returns: z.string(), fresh: '1m' }, (_, { user }) => user) })
  expect((await perform(app, request('GET', '/me'))).headers).toMatchObject({
    'cache-control': 'private, max-age=60',
    vary: 'authorization, cookie',
  })
})

test('an answer says what it depends on besides its address (RFC 9110 12.5.5)', async () => {
  const { reads } = verbs({})
  const app = service({
    it: reads(
      '/',
      {
        accepts: z.object({ lang: z.string().optional() }),
        from: { lang: header('accept-language') },
        fresh: '1m',
      },
      () => {},
    ),
  })
  expect((await perform(app, request('GET', '/'))).headers).toMatchObject({
    vary: 'accept-language',
    'cache-control': 'public, max-age=60',
  })
})
