import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyOf } from './key.ts'

test('a key is the name, and the data where there are any', () => {
  expect(keyOf('list', undefined)).toEqual(['list'])
  expect(keyOf('list', { tag: 'x' })).toEqual(['list', { tag: 'x' }])
  expect(keyOf('notes.list', {})).toEqual(['notes.list', {}])
  expect(keyOf('list', null)).toEqual(['list', null])
})

test('members are sorted, at every depth, and those that are undefined are not there', () => {
  const key = keyOf('list', { b: [{ d: 1, c: undefined, a: 2 }], a: undefined, A: 1 })
  expect(JSON.stringify(key)).toBe('["list",{"A":1,"b":[{"a":2,"d":1}]}]')
  expect(Object.hasOwn(key[1] as object, 'a')).toBe(false)
})

test('data are as JSON holds them, and are not touched', () => {
  const data = { at: new Date(0), deep: Object.freeze({ b: 1, a: 2 }) }
  expect(keyOf('list', data)[1]).toEqual({ at: '1970-01-01T00:00:00.000Z', deep: { a: 2, b: 1 } })
  expect(Object.keys(data.deep)).toEqual(['b', 'a'])
})

test('equal data have equal keys, in whatever order they were written', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (data) => {
      const turned = Object.fromEntries(Object.entries(data).reverse())
      expect(JSON.stringify(keyOf('it', turned))).toBe(JSON.stringify(keyOf('it', data)))
    }),
  )
})
