import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson, isRecord, type Json, pointer } from './data.ts'

test('members are sorted by UTF-16 code units and nothing is between them (RFC 8785 3.2)', () => {
  const example = { '\u20ac': 1, '\r': 2, '\ufb33': 3, 1: 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 }
  expect(canonicalJson(example)).toBe(
    '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\u{1f600}":5,"\ufb33":3}',
  )
  expect(canonicalJson({ b: [1, { d: null, c: true }], a: 'x y' })).toBe('{"a":"x y","b":[1,{"c":true,"d":null}]}')
})

test('equal data give the same text whatever the order of their members', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.integer()), (members) => {
      const backwards = Object.fromEntries(Object.entries(members).reverse())
      return canonicalJson(members) === canonicalJson(backwards)
    }),
  )
})

test('the text is JSON for the same data, a member named __proto__ included', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const data = JSON.parse(JSON.stringify(value)) as Json
      expect(JSON.parse(canonicalJson(data))).toEqual(data)
    }),
  )
  expect(canonicalJson(JSON.parse('{"__proto__":{"b":1,"a":2}}') as Json)).toBe('{"__proto__":{"a":2,"b":1}}')
})

test('a record is a plain object: no array, no bytes, no instance of a class', () => {
  const records = [{}, { a: 1 }, Object.create(null)]
  const others = [null, undefined, 1, 'a', [], new Uint8Array(1), new Map(), new Date(0), () => 0, Object.create({})]
  expect(records.map(isRecord)).toEqual(records.map(() => true))
  expect(others.map(isRecord)).toEqual(others.map(() => false))
})

test('a pointer escapes "~" and "/" (RFC 6901 section 3)', () => {
  expect(pointer([])).toBe('')
  expect(pointer(['a', 0, 'b/c', 'm~n', ''])).toBe('/a/0/b~1c/m~0n/')
})
