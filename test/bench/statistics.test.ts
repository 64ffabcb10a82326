import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { orders } from '../../bench/rounds.ts'
import { ratios, spread } from '../../bench/statistics.ts'

test('a spread is the median and the quartiles, whatever the order of the samples', () => {
  expect(spread([5, 1, 3, 2, 4])).toEqual({ median: 3, low: 2, high: 4 })
  expect(spread([1, 2])).toEqual({ median: 1.5, low: 1.25, high: 1.75 })
  expect(spread([7])).toEqual({ median: 7, low: 7, high: 7 })
})

test('samples are not reordered by looking at them', () => {
  const samples = Object.freeze([3, 1, 2])
  expect(spread(samples).median).toBe(2)
})

test('a spread of nothing is a mistake', () => {
  expect(() => spread([])).toThrow(RangeError)
})

test('quartiles enclose the median and lie within the samples', () => {
  const samples = fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 })
  fc.assert(
    fc.property(samples, (some) => {
      const { low, median, high } = spread(some)
      expect(low).toBeGreaterThanOrEqual(Math.min(...some))
      expect(median).toBeGreaterThanOrEqual(low)
      expect(high).toBeGreaterThanOrEqual(median)
      expect(high).toBeLessThanOrEqual(Math.max(...some))
    }),
  )
})

test('a ratio is taken within one round, so that a slow machine cancels out', () => {
  expect(ratios([2, 20, 200], [[4, 40, 400]])).toEqual([0.5, 0.5, 0.5])
})

test('of several others the least of each round counts', () => {
  expect(
    ratios(
      [6, 6],
      [
        [2, 3],
        [3, 1],
      ],
    ),
  ).toEqual([3, 6])
})

test('rounds that one side lacks are left out', () => {
  expect(ratios([1, 2, 3], [[1, 2]])).toEqual([1, 1])
  expect(ratios([1], [[]])).toEqual([])
})

test('every contestant runs once in each round, and another one comes first', () => {
  expect([...orders(['a', 'b', 'c'], 4)]).toEqual([
    ['a', 'b', 'c'],
    ['b', 'c', 'a'],
    ['c', 'a', 'b'],
    ['a', 'b', 'c'],
  ])
  expect([...orders([], 2)]).toEqual([[], []])
})
