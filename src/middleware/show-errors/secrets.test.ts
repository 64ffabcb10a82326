import { expect, test } from 'vitest'
import { HIDDEN, hideInQuery, hideMembers, secrets } from './secrets.ts'

test('fields that hold secrets are hidden, and those that sound like it', () => {
  const isSecret = secrets(['X-Mine'])
  for (const name of [
    'authorization',
    'cookie',
    'proxy-authorization',
    'set-cookie',
    'x-api-key',
    'x-auth-token',
    'x-csrf-token',
    'x-amz-security-token',
    'apikey',
    'x-mine',
    'client_secret',
    'Password',
  ]) {
    expect(isSecret(name), name).toBe(true)
  }
  for (const name of ['accept', 'host', 'user-agent', 'x-request-id', 'if-none-match', 'mine']) {
    expect(isSecret(name), name).toBe(false)
  }
})

test('members of a query are hidden by their decoded name, and the rest stays as it was', () => {
  const isSecret = secrets(['code'])
  expect(hideInQuery('a=1&access%5ftoken=x%20y&b&&code=1=2&token=&=x&%zz=1', isSecret)).toBe(
    `a=1&access%5ftoken=${HIDDEN}&b&&code=${HIDDEN}&token=${HIDDEN}&=x&%zz=1`,
  )
})

test('text of any shape is looked through at once', () => {
  for (const text of [
    'authorization'.repeat(2_000),
    `'${'token'.repeat(4_000)}`,
    "secret: '".repeat(2_000),
  ]) {
    expect(hideMembers(text.slice(0, 16_000)).length).toBeLessThanOrEqual(16_000)
  }
})
