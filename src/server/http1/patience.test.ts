/** How long a connection has for what it owes: each limit at one less, exactly, and one more. */
import { expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../../call/limits.ts'
import { type Awaited, type Due, Patience } from './patience.ts'

const { headTimeoutMs, idleTimeoutMs } = DEFAULT_LIMITS
/** What a client has that may still ask, or see its last answer: milliseconds. */
const MOMENT = 1_000

/** What is due when something was waited for as long as told, by default on a server that goes on. */
function due(awaited: Awaited, ms: number, stopping = false): Due {
  const patience = new Patience()
  patience.wait(awaited)
  if (stopping) patience.hurry()
  return patience.tick(ms, DEFAULT_LIMITS)
}

/** What is due at one less than a limit, at it, and at one more. */
function around(awaited: Awaited, limit: number, stopping = false): readonly Due[] {
  return [limit - 1, limit, limit + 1].map((ms) => due(awaited, ms, stopping))
}

test('a head that has begun is refused at headTimeoutMs (RFC 9110 15.5.9)', () => {
  expect(around('head', headTimeoutMs)).toEqual(['nothing', 'refuse', 'refuse'])
})

test('a connection on which nothing ever came is closed then, without a word', () => {
  expect(around('first', headTimeoutMs)).toEqual(['nothing', 'close', 'close'])
})

test('a connection that idles is closed at idleTimeoutMs (RFC 9112 9.5)', () => {
  expect(around('next', idleTimeoutMs)).toEqual(['forget', 'close', 'close'])
  expect(around('next', MOMENT)).toEqual(['nothing', 'nothing', 'forget'])
})

test('when the server stops, who has not asked yet has a moment', () => {
  for (const awaited of ['first', 'head'] as const) {
    expect(around(awaited, MOMENT, true)).toEqual(['nothing', 'close', 'close'])
  }
})

test('a client has a moment to see its last answer (RFC 9112 9.6)', () => {
  expect(around('linger', MOMENT)).toEqual(['nothing', 'destroy', 'destroy'])
})

test('one that goes on sending has a moment behind the last of it, and not for ever', () => {
  const patience = new Patience()
  patience.wait('linger')
  for (let ms = 0; ms < 29_500; ms += 500) {
    expect(patience.tick(500, DEFAULT_LIMITS)).toBe('nothing')
    patience.restart()
  }
  expect(patience.tick(500, DEFAULT_LIMITS)).toBe('destroy')
})

test('when the server stops, it has no more than the others', () => {
  const patience = new Patience()
  patience.wait('linger')
  patience.hurry()
  expect(patience.tick(900, DEFAULT_LIMITS)).toBe('nothing')
  patience.restart()
  expect(patience.tick(100, DEFAULT_LIMITS)).toBe('destroy')
})

test('neither an app nor a connection that was taken over is hurried', () => {
  for (const awaited of ['app', 'nothing'] as const) {
    expect(due(awaited, Number.MAX_SAFE_INTEGER)).toBe('nothing')
    expect(due(awaited, Number.MAX_SAFE_INTEGER, true)).toBe('nothing')
  }
})

test('turns add up, and a new wait begins at nothing', () => {
  const patience = new Patience()
  const turn = (ms: number): Due => patience.tick(ms, DEFAULT_LIMITS)
  patience.wait('head')
  expect([turn(headTimeoutMs - 1), turn(1)]).toEqual(['nothing', 'refuse'])
  patience.wait('head')
  expect([turn(headTimeoutMs - 1), turn(1)]).toEqual(['nothing', 'refuse'])
  patience.restart()
  expect([turn(headTimeoutMs - 1), turn(1)]).toEqual(['nothing', 'refuse'])
})

test('who has not asked yet has a second from the moment that the server takes nobody any more', () => {
  for (const awaited of ['first', 'head'] as const) {
    const patience = new Patience()
    patience.wait(awaited)
    expect(patience.tick(5_000, DEFAULT_LIMITS)).toBe('nothing')
    patience.hurry()
    expect(patience.tick(999, DEFAULT_LIMITS)).toBe('nothing')
    expect(patience.tick(1, DEFAULT_LIMITS)).toBe('close')
  }
})

test('who has its last answer has no second more to see it', () => {
  const patience = new Patience()
  patience.wait('linger')
  expect(patience.tick(900, DEFAULT_LIMITS)).toBe('nothing')
  patience.hurry()
  expect(patience.tick(100, DEFAULT_LIMITS)).toBe('destroy')
})
