import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Shelf } from './shelf.ts'

test('what is put is there, and the last put of a name', () => {
  const shelf = new Shelf<number>(10)
  shelf.put('a', 1, 4)
  shelf.put('a', 2, 3)
  expect([shelf.get('a'), shelf.weight]).toEqual([2, 3])
  shelf.drop('a')
  shelf.drop('a')
  expect([shelf.get('a'), shelf.weight]).toEqual([undefined, 0])
})

test('a weight may equal the limit and not exceed it', () => {
  const shelf = new Shelf<number>(10)
  for (const [weight, kept] of [
    [9, 1],
    [10, 1],
    [11, undefined],
  ] as const) {
    shelf.put('a', 1, weight)
    expect(shelf.get('a'), String(weight)).toBe(kept)
  }
  shelf.put('b', 1, 10)
  expect(shelf.get('b')).toBe(1)
  const none = new Shelf<number>(0)
  none.put('a', 1, 1)
  expect([none.get('a'), none.weight]).toEqual([undefined, 0])
})

test('a put that is too heavy leaves nothing old under its name', () => {
  const shelf = new Shelf<number>(10)
  shelf.put('a', 1, 1)
  shelf.put('a', 2, 11)
  expect([shelf.get('a'), shelf.weight]).toEqual([undefined, 0])
})

test('what nobody asked for goes first, then what was asked for', () => {
  const shelf = new Shelf<string>(3)
  for (const name of ['a', 'b', 'c']) shelf.put(name, name, 1)
  shelf.get('a')
  shelf.put('d', 'd', 1)
  expect(['a', 'b', 'c', 'd'].map((name) => shelf.get(name))).toEqual(['a', undefined, 'c', 'd'])
  // Now all were asked for, and still there is room for one more.
  shelf.put('e', 'e', 1)
  expect([shelf.weight, shelf.get('e')]).toEqual([3, 'e'])
})

test('names are data', () => {
  const shelf = new Shelf<number>(10)
  expect(shelf.get('__proto__')).toBe(undefined)
  shelf.put('__proto__', 1, 1)
  expect(shelf.get('__proto__')).toBe(1)
})

test('whatever happens, what is kept weighs what it says, and no more than the limit', () => {
  const step = fc.record({
    name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    weight: fc.nat(6),
    put: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const shelf = new Shelf<number>(10)
      for (const { name, weight, put } of steps) {
        if (put) shelf.put(name, weight, weight)
        else shelf.get(name)
        const kept = ['a', 'b', 'c', 'd', 'e'].map((one) => shelf.get(one) ?? 0)
        expect(kept.reduce((sum, one) => sum + one, 0)).toBe(shelf.weight)
        expect(shelf.weight).toBeLessThanOrEqual(10)
      }
    }),
  )
})
