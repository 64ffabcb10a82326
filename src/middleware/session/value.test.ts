/** The value of a session. Clauses 17 and 29. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { Context } from '../../call/keys.ts'
import { type SessionValue, sessionValue } from './value.ts'

const Cart = z.object({ items: z.array(z.string()), user: z.string().optional() })
const cart = sessionValue('cart', Cart)
const anything = sessionValue<unknown>('any', z.unknown())

const refusal = (name: string, reason: RegExp): unknown =>
  expect.objectContaining({
    code: 'session_faulty',
    status: 500,
    detail: { name, reason: expect.stringMatching(reason) },
  })

/** Data as every link carries it: whole numbers, well-formed text (29). */
const values = [fc.string({ unit: 'grapheme' }), fc.maxSafeInteger(), fc.boolean(), fc.constant(null)]
const json = fc.anything({ key: fc.string({ unit: 'grapheme' }), values }).filter((value) => value !== null)

/** Where all of them are kept. */
const around = (): Context => new Context({ 'kept:cart': true, 'kept:any': true })

test('any data fit as a copy, and equal data give equal texts whatever the order of members', () => {
  fc.assert(
    fc.property(json, (value) => {
      const { data, text } = anything.fit(value)
      expect([data, JSON.parse(text)]).toEqual([value, value])
      expect(anything.fit(reversed(value)).text).toBe(text)
    }),
  )
})

test('what is set becomes a copy, and each get gives another one', () => {
  const context = around()
  const given = { items: ['a'] }
  context.set(cart.key, given)
  given.items.push('b')
  context.get(cart.key)!.items.push('c')
  expect(context.get(cart.key)).toEqual({ items: ['a'] })
  expect(context.get(cart.kept)).toBe(context.get(cart.kept))
})

test('a member that is undefined is one that is not there', () => {
  const context = around()
  context.set(cart.key, { items: [], user: undefined })
  expect(context.changed()['cart']).toStrictEqual({ items: [] })
  expect(anything.fit([{ a: [{ b: undefined }], c: undefined }]).text).toBe('[{"a":[{}]}]')
})

test('null and undefined stand for no session, and travel as null', () => {
  const context = around()
  for (const none of [null, undefined]) {
    context.set(cart.key, { items: [] })
    context.set(cart.key, none as null)
    expect([context.get(cart.key), { ...context.changed() }]).toEqual([null, { cart: null }])
  }
})

test('what the schema refuses is refused where it is set, with the member and without the value (17)', () => {
  for (const wrong of [{}, { items: 'secret' }, { items: [7] }, [], 'secret', 7, false]) {
    expect(() => around().set(cart.key, wrong as never)).toThrow(
      refusal('cart', /^(\/items.* )?Invalid input/),
    )
    expect(() => around().set(cart.key, wrong as never)).not.toThrow(/secret/)
  }
})

test('what no link could carry is refused where it is set (29)', () => {
  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  const cases: [value: unknown, reason: RegExp][] = [
    [0.5, /not whole and safe/],
    [{ a: [Number.NaN] }, /not whole and safe/],
    [{ at: new Date(0) }, /not JSON/],
    [new Map(), /not JSON/],
    [{ a: 1n }, /not JSON/],
    [() => {}, /not JSON/],
    [[undefined], /not JSON/],
    [new Uint8Array(1), /not JSON/],
    ['\ud800', /lone surrogate/],
    [{ '\udc00': 1 }, /lone surrogate/],
    [circle, /nests deeper/],
    [nested(40), /nests deeper/],
  ]
  for (const [value, reason] of cases) {
    expect(() => around().set(anything.key, value)).toThrow(refusal('any', reason))
  }
  expect(anything.fit(nested(30)).data).toEqual(nested(30))
})

test('what a link brought and does not fit is refused when it is read (17)', () => {
  const context = new Context({ cart: { items: 'many' } })
  expect(() => context.get(cart.key)).toThrow(refusal('cart', /\/items/))
  expect(context.get(cart.kept)).toEqual({ items: 'many' })
})

test('a schema that answers later, or that fails, is told as such', () => {
  const failing = (fail: () => never): SessionValue<string> =>
    sessionValue('odd', { '~standard': { version: 1, vendor: 'own', validate: fail } })
  const late = sessionValue(
    'odd',
    z.string().refine(async () => true),
  )
  expect(() => late.fit('a')).toThrow(refusal('odd', /asynchronous/))
  const fail = (): never => {
    throw new Error('secret')
  }
  expect(() => failing(fail).fit('a')).toThrow(refusal('odd', /^its schema failed$/))
})

test('names that objects know are names like others', () => {
  const value = JSON.parse('{"__proto__":{"a":1},"constructor":2}') as object
  const { data, text } = anything.fit(value)
  expect(Object.keys(data as object)).toEqual(['__proto__', 'constructor'])
  expect(text).toBe('{"__proto__":{"a":1},"constructor":2}')
  expect(({} as Record<string, unknown>)['a']).toBeUndefined()
})

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([name, member]) => [name, reversed(member)] as const)
  return Object.fromEntries(members.reverse())
}

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)]
}
