import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { serverFacts } from 'hagaki'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Database } from '../database.ts'
import { tokens, tokensBy } from './token.ts'

const SECRET = 'a secret of thirty-two characters'
const THEN = Date.UTC(2026, 10, 20)
const DAY_MS = 24 * 60 * 60 * 1000

const encoded = (data: unknown): string => Buffer.from(JSON.stringify(data)).toString('base64url')
const signed = (header: unknown, payload: unknown): string => {
  const text = `${encoded(header)}.${encoded(payload)}`
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`
}

test('a token says whose it is, for 60 days', () => {
  let now = THEN
  const { sign, verify } = tokensBy(SECRET, () => now)
  const token = sign(7)
  expect(verify(token)).toBe(7)
  now += 60 * DAY_MS - 1000
  expect(verify(token)).toBe(7)
  now += 1000
  expect(verify(token)).toBeNull()
})

test('a token is a JWT as others write it (RFC 7515 appendix A.1)', () => {
  const exp = THEN / 1000 + 60 * 24 * 60 * 60
  const token = signed({ alg: 'HS256', typ: 'JWT' }, { sub: '7', iat: THEN / 1000, exp })
  expect(tokensBy(SECRET, () => THEN).sign(7)).toBe(token)
})

test('a token signed otherwise, by another secret or of another form is nobody’s', () => {
  const { sign, verify } = tokensBy(SECRET, () => THEN)
  const exp = THEN / 1000 + 1
  const header = { alg: 'HS256', typ: 'JWT' }
  for (const token of [
    tokensBy(SECRET.toUpperCase(), () => THEN).sign(7),
    signed({ alg: 'none', typ: 'JWT' }, { sub: '7', exp }),
    signed({ alg: 'HS512', typ: 'JWT' }, { sub: '7', exp }),
    signed({ typ: 'JWT', alg: 'HS256' }, { sub: '7', exp }),
    signed(header, { sub: '7' }),
    signed(header, { exp }),
    signed(header, { sub: '-7', exp }),
    signed(header, { sub: '07', exp }),
    signed(header, { sub: 7, exp }),
    signed(header, null),
    `${sign(7)}.`,
    ` ${sign(7)}`,
  ])
    expect(verify(token), token).toBeNull()
})

test('whatever is sent as a token, it is nobody’s, and nothing is thrown', () => {
  const { sign, verify } = tokensBy(SECRET, () => THEN)
  const [header = '', payload = '', signature = ''] = sign(7).split('.')
  const part = fc.oneof(fc.string(), fc.constantFrom(header, payload, signature, ''))
  fc.assert(
    fc.property(fc.array(part, { maxLength: 4 }), (parts) => {
      const token = parts.join('.')
      expect(verify(token)).toBe(token === `${header}.${payload}.${signature}` ? 7 : null)
    }),
  )
})

/** Tokens as the service has them, with a secret that the environment gives, or without. */
async function opened(secret?: string) {
  vi.stubEnv('CONDUIT_SECRET', secret)
  onTestFinished(() => void vi.unstubAllEnvs())
  const database = Database.open(':memory:')
  onTestFinished(() => database.close())
  const made = await tokens.open(serverFacts(), { database })
  onTestFinished(() => tokens.close())
  return made
}

test('the secret is the one that is given, and of some length', async () => {
  await expect(opened('short')).rejects.toThrow(/CONDUIT_SECRET: it has 5 characters\. Give it 32/)
  const token = tokensBy(SECRET, Date.now).sign(7)
  expect((await opened(SECRET)).verify(token)).toBe(7)
})

test('a secret that is not given is made, and is as long as the database', async () => {
  const [one, other] = [await opened(), await opened()]
  expect(other.verify(one.sign(7))).toBe(7)
})
