import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Fault } from '../../fault.ts'
import { describe, type Shown } from './describe.ts'

const PROJECT = { root: import.meta.dirname, hagaki: '/nowhere' }

function described(thrown: unknown): readonly Shown[] {
  return describe(thrown, PROJECT)
}

function only(thrown: unknown): Shown {
  const all = described(thrown)
  expect(all).toHaveLength(1)
  return all[0]!
}

const names = (thrown: unknown): string[] =>
  described(thrown).map(({ relation, message }) => `${relation}|${message}`)

test('an error is its class, message, code, members and frames', () => {
  class NoteLost extends Error {
    readonly code = 'NOTE_LOST'
    readonly id = 7
  }
  const shown = only(new NoteLost('gone'))
  expect(shown).toMatchObject({
    relation: '',
    name: 'NoteLost',
    message: 'gone',
    code: 'NOTE_LOST',
    members: '{ id: 7 }',
  })
  expect(shown.frames[0]).toMatchObject({ place: 'describe.test.ts', owner: 'own' })
  expect(only(runInNewContext('new TypeError("far")'))).toMatchObject({ name: 'TypeError', message: 'far' })
})

test('a fault has its code, its detail, and its fix apart from its message', () => {
  const detail = { what: 'Resource "db"', reason: 'refused', fix: 'Start it' }
  const shown = only(new Fault('setup_faulty', detail))
  expect(shown).toMatchObject({
    name: 'Fault',
    code: 'setup_faulty',
    message: 'Resource "db": refused.',
    fix: 'Start it',
  })
  expect(shown.members).not.toContain('status')
})

test('what a handler threw is told, and not that it is not for callers', () => {
  expect(names(new Fault('app_failed', {}, new Error('inner')))).toEqual(['|inner'])
  expect(names(new Fault('app_failed', {}))).toEqual(['|The app failed'])
})

test('causes and gathered errors follow, each once', () => {
  const root = new Error('root')
  const first = new Error('first', { cause: root })
  const all = new AggregateError([first, new Error('second'), root, 'text'], 'all', { cause: 'why' })
  expect(names(all)).toEqual(['|all', '1 of 4|first', 'Caused by|root', '2 of 4|second', 'Caused by|why'])
})

test('a circle of causes ends, and so does an endless chain', () => {
  const [a, b] = [new Error('a'), new Error('b')]
  a.cause = b
  b.cause = a
  expect(names(a)).toEqual(['|a', 'Caused by|b'])
  const endless = (): Error =>
    Object.defineProperty(new Error('on'), 'cause', { get: endless, enumerable: true })
  expect(described(endless())).toHaveLength(10)
  expect(described(new AggregateError(Array.from({ length: 100_000 }, () => new Error('x'))))).toHaveLength(
    10,
  )
})

test('what is no error is shown as what it is', () => {
  const cases: [unknown, string, string][] = [
    ['text', 'a string', 'text'],
    ['', 'a string', ''],
    [null, 'null', 'null'],
    [undefined, 'undefined', 'undefined'],
    [7n, 'a bigint', '7n'],
    [Symbol('s'), 'a symbol', 'Symbol(s)'],
    [{ a: 1 }, 'an object', '{ a: 1 }'],
    [{ message: 'm', a: 1 }, 'an object', 'm'],
    [Object.create(null), 'an object', '[Object: null prototype] {}'],
    [new Map([[1, 2]]), 'a Map', 'Map(1) { 1 => 2 }'],
    [class X {}, 'a Function', '[class X]'],
  ]
  for (const [thrown, name, message] of cases) {
    expect(only(thrown), name).toMatchObject({
      name,
      message,
      frames: [],
      fix: expect.stringContaining('Error'),
    })
  }
})

test('no thrown value breaks it', () => {
  const bomb = (): never => {
    throw new Error('bomb')
  }
  const traps: ProxyHandler<object> = {
    get: bomb,
    has: bomb,
    getPrototypeOf: bomb,
    ownKeys: bomb,
    getOwnPropertyDescriptor: bomb,
  }
  const revoked = Proxy.revocable(new Error('gone'), {})
  revoked.revoke()
  const getters = Object.defineProperties(new Error('odd'), {
    stack: { get: bomb }, // first: V8 writes it then, and asks for the others
    message: { get: bomb },
    name: { get: bomb },
    cause: { get: bomb },
    code: { get: bomb, enumerable: true },
    errors: { get: bomb },
    constructor: { get: bomb },
  })
  const wrongTypes = Object.assign(new Error('x'), {
    name: 7,
    code: {},
    errors: 'text',
    detail: 1,
    stack: [],
  })
  for (const thrown of [
    new Proxy({}, traps),
    new Proxy(new Error('x'), traps),
    revoked.proxy,
    getters,
    wrongTypes,
    Object.assign(new Error('x'), { errors: { length: Infinity } }),
    Object.assign(new Error('x'), { errors: new Proxy([new Error('y')], traps) }),
    { [Symbol.toStringTag]: bomb, [Symbol.for('nodejs.util.inspect.custom')]: bomb },
  ]) {
    const all = described(thrown)
    expect(all.length).toBeGreaterThan(0)
    expect(JSON.stringify(all)).toEqual(expect.any(String))
  }
})

test('getters of an error are not asked', () => {
  let asked = 0
  const error = Object.defineProperty(new Error('x'), 'lazy', { enumerable: true, get: () => ++asked })
  expect(only(error).members).toBeNull()
  expect(asked).toBe(0)
})

test('a huge error is cut to what a page can hold', () => {
  const huge = 'm'.repeat(50_000_000)
  const error = Object.assign(new Error(huge), {
    code: huge,
    body: huge,
    list: Array.from({ length: 1e6 }, () => huge),
  })
  const text = JSON.stringify([...described(error), ...described(huge), ...described({ huge })])
  expect(text.length).toBeLessThan(60_000)
  expect(text).toContain('characters more')
})

test('members that sound secret are hidden', () => {
  const error = Object.assign(new Error('x'), {
    config: { headers: { Authorization: 'Bearer abc', 'x-api-key': "it's", accept: '*/*' } },
    password: 'hunter2',
    apiToken: 'a\nb',
    url: '/x',
  })
  const { members } = only(error)
  for (const secret of ['abc', "it's", 'hunter2', 'a\\nb']) expect(members).not.toContain(secret)
  expect(members).toContain("accept: '*/*'")
  expect(members).toContain("url: '/x'")
})

test('any value at all gives some text', () => {
  fc.assert(
    fc.property(fc.anything({ withProxy: true } as object), (thrown) => {
      expect(described(thrown).length).toBeGreaterThan(0)
    }),
  )
})
