/** RFC 9110 section 7.6.1. */
import { expect, test } from 'vitest'
import { faultOf } from '../../../test/fuzz/fault-of.ts'
import { connectionOf } from './connection-field.ts'

const NONE = { close: false, keepAlive: false, upgrade: false, nominated: [] }

test('a field that is not there says nothing', () => {
  expect(connectionOf(undefined)).toEqual(NONE)
  expect(connectionOf('')).toEqual(NONE)
  expect(connectionOf(' , ,\t')).toEqual(NONE)
})

test('options are case-insensitive, in any order, among any blanks (RFC 9110 7.6.1)', () => {
  for (const field of ['close', 'Close', 'CLOSE', 'close\t', 'a, close', 'close,keep-alive', ',close,']) {
    expect(connectionOf(field).close, field).toBe(true)
  }
  for (const field of ['keep-alive', 'Keep-Alive', 'x ,\tKEEP-ALIVE']) {
    expect(connectionOf(field), field).toMatchObject({ keepAlive: true, close: false })
  }
  for (const field of ['upgrade', 'Upgrade', 'keep-alive, Upgrade'])
    expect(connectionOf(field).upgrade).toBe(true)
  for (const field of ['closed', 'no-close', 'close;a', '"close"', '\xa0close']) {
    expect(connectionOf(field).close, field).toBe(false)
  }
})

test('what it nominates is told in lower case', () => {
  expect(connectionOf('X-A, close, x-b').nominated).toEqual(['x-a', 'close', 'x-b'])
})

test('a field that comes once may not be nominated away', () => {
  for (const name of ['Host', 'content-length', 'Authorization']) {
    expect(
      faultOf(() => connectionOf(`close, ${name}`)),
      name,
    ).toEqual({
      code: 'field_faulty',
      detail: { name: 'connection', reason: `it nominates ${name.toLowerCase()}` },
    })
  }
})
