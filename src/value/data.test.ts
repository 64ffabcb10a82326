import { expect, test } from 'vitest'
import { isRecord, pointer } from './data.ts'

test('a record is a plain object: no array, no bytes, no instance of a class', () => {
  const records = [{}, { a: 1 }, Object.create(null)]
  const others = [
    null,
    undefined,
    1,
    'a',
    [],
    new Uint8Array(1),
    new Map(),
    new Date(0),
    () => 0,
    Object.create({}),
  ]
  expect(records.map(isRecord)).toEqual(records.map(() => true))
  expect(others.map(isRecord)).toEqual(others.map(() => false))
})

test('a pointer escapes "~" and "/" (RFC 6901 section 3)', () => {
  expect(pointer([])).toBe('')
  expect(pointer(['a', 0, 'b/c', 'm~n', ''])).toBe('/a/0/b~1c/m~0n/')
})
