/** What `session` is told: every wrong option is a fault that names the fix. */
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { type SessionOptions, sessionSetup } from './setup.ts'

const SECRET = 's'.repeat(32)
const whole: SessionOptions<unknown> = { secrets: [SECRET], carry: z.unknown() }
const told = (options: object): ReturnType<typeof sessionSetup> => sessionSetup({ ...whole, ...options })

function refuses(options: unknown, what: string, reason: RegExp, fix: RegExp): void {
  const call = (): unknown => sessionSetup(options as SessionOptions<unknown>)
  expect(call, JSON.stringify(options)).toThrow(
    expect.objectContaining({
      code: 'setup_faulty',
      detail: { what, reason: expect.stringMatching(reason), fix: expect.stringMatching(fix) },
    }),
  )
  expect(call).not.toThrow(SECRET)
}

test('by default: two weeks, written anew after a tenth of them, __Host-session for this host', () => {
  const attributes = { path: '/', sameSite: 'lax', httpOnly: true }
  expect(sessionSetup(whole)).toEqual({
    name: 'session',
    secrets: [SECRET],
    maxAgeMs: 14 * 86_400_000,
    renewMs: 120_960_000,
    lifetimeMs: Number.POSITIVE_INFINITY,
    cookies: {
      production: { name: '__Host-session', attributes: { ...attributes, secure: true } },
      development: { name: 'session', attributes: { ...attributes, secure: false } },
    },
  })
})

test('a cookie for other hosts or one path has the prefix that still holds (6265bis 4.1.3)', () => {
  for (const cookie of [{ domain: 'example.org' }, { path: '/app' }]) {
    const { production, development } = told({ name: 'cart', cookie }).cookies
    expect([production.name, development.name]).toEqual(['__Secure-cart', 'cart'])
    expect(production.attributes).toMatchObject({ ...cookie, secure: true })
  }
})

test('what browsers take over TLS alone is not relaxed in development', () => {
  for (const cookie of [{ sameSite: 'none' }, { partitioned: true }]) {
    const { production, development } = told({ cookie }).cookies
    expect(development).toEqual(production)
    expect(production.name).toBe('__Host-session')
  }
})

test('a secret has 32 characters or more; the fault tells which one, and how to make one', () => {
  const make = /node -p "require\('crypto'\)/
  const cases: [secrets: unknown, what: string, reason: RegExp][] = [
    [undefined, 'session: secrets', /no list/],
    [SECRET, 'session: secrets', /no list/],
    [[], 'session: secrets', /empty/],
    [[undefined], 'session: secrets[0]', /undefined/],
    [[SECRET, ''], 'session: secrets[1]', /0 characters/],
    [['x'.repeat(31)], 'session: secrets[0]', /31 characters, and 32/],
    [[SECRET, null], 'session: secrets[1]', /no string/],
    [[SECRET, 'x'.repeat(32), SECRET], 'session: secrets[2]', /twice/],
  ]
  for (const [secrets, what, reason] of cases) refuses({ ...whole, secrets }, what, reason, make)
  for (const length of [32, 33]) expect(told({ secrets: ['x'.repeat(length)] }).secrets).toHaveLength(1)
})

test('the command that the fault gives makes a secret that is taken', () => {
  const { fix } = (() => {
    try {
      return told({ secrets: [] }) as never
    } catch (error) {
      return (error as { detail: { fix: string } }).detail
    }
  })() as { fix: string }
  const [, script] = /node -p "([^"]+)"/.exec(fix)!
  const secret = execFileSync(process.execPath, ['-p', script!], { encoding: 'utf8' }).trim()
  expect(told({ secrets: [secret] }).secrets).toEqual([secret])
})

test('a time has a unit, and is more than none', () => {
  for (const time of [60, '60', '1.5h', '-1d', '0s', '', '1w', '1 d', '9999999999s', null, ['1d']]) {
    for (const option of ['maxAge', 'renew', 'lifetime']) {
      refuses({ ...whole, [option]: time }, `session: ${option}`, /no time/, /"14d"/)
    }
  }
  const times = told({ maxAge: '90s', renew: '1m', lifetime: '12h' })
  expect(times).toMatchObject({ maxAgeMs: 90_000, renewMs: 60_000, lifetimeMs: 43_200_000 })
})

test('a session lasts no longer than a cookie may, and is written anew before it ends', () => {
  for (const maxAge of ['399d', '400d']) expect(told({ maxAge }).maxAgeMs).toBeGreaterThan(0)
  refuses({ ...whole, maxAge: '401d' }, 'session: maxAge', /browsers/, /400d/)
  expect(told({ maxAge: '1h', renew: '60m' }).renewMs).toBe(3_600_000)
  refuses({ ...whole, maxAge: '1h', renew: '61m' }, 'session: renew', /ends before/, /maxAge/)
})

test('an option that there is not is refused, and the known ones are named', () => {
  refuses({ ...whole, maxage: '1d' }, 'session', /"maxage"/, /maxAge, renew/)
  refuses({ ...whole, cookie: { secure: false } }, 'session: cookie', /"secure"/, /sameSite, domain/)
  refuses({ ...whole, cookie: { httpOnly: false } }, 'session: cookie', /"httpOnly"/, /sameSite/)
  for (const options of [undefined, null, 'secret', []]) refuses(options, 'session', /no options/, /secrets/)
  for (const cookie of [null, 'lax', []])
    refuses({ ...whole, cookie }, 'session: cookie', /no object/, /sameSite/)
})

test('what a cookie cannot have is refused when the session is made', () => {
  for (const cookie of [{ sameSite: 'Lax' }, { domain: 'a;b' }, { path: 'app' }, { partitioned: 'yes' }])
    refuses({ ...whole, cookie }, 'session: cookie', /cannot be written/, /RFC 6265/)
  for (const name of ['', 'a b', 'a=', '__Host-a', '__Secure-a', 'é', 7])
    refuses({ ...whole, name }, 'session: name', /no name/, /__Host-/)
})

test('carry is a schema', () => {
  for (const carry of [undefined, null, {}, 'string', { '~standard': {} }])
    refuses({ ...whole, carry }, 'session: carry', /Standard Schema/, /zod/)
})
