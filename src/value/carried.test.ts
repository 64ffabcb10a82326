import fc from 'fast-check'
import { expect, test } from 'vitest'
import { writeCarried } from './carried.ts'
import type { Carried } from './message.ts'

const write = (context: object): string => writeCarried(context as Carried, 'packed')

test('members are sorted by UTF-16 code units and nothing is between them (RFC 8785 3.2)', () => {
  const example = { '\u20ac': 1, '\r': 2, '\ufb33': 3, 1: 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 }
  expect(write(example)).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\u{1f600}":5,"\ufb33":3}')
  expect(write({ b: [1, { d: null, c: true }], a: 'x y' })).toBe('{"a":"x y","b":[1,{"c":true,"d":null}]}')
})

test('equal data give the same text whatever the order of their members', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.integer()), (members) => {
      const backwards = Object.fromEntries(Object.entries(members).reverse())
      return write(members) === write(backwards)
    }),
  )
})

test('the text is JSON for the same data, a member named __proto__ included', () => {
  expect(write(JSON.parse('{"__proto__":{"b":1,"a":2}}') as object)).toBe('{"__proto__":{"a":2,"b":1}}')
})

test('values nest as deep as 32 and no deeper', () => {
  const nested = (depth: number): object => ({
    a: JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown,
  })
  expect(write(nested(32))).toContain('[[')
  expect(() => write(nested(33))).toThrow('nests deeper than 32')
})
