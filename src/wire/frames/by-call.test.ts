/** What is known of calls, by their numbers. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByCall } from './by-call.ts'
import { MAX_CALL } from './frame.ts'

test('it holds what a Map would, whatever the numbers are', () => {
  // Few numbers, so that they meet; those of one place, next to each other, and the largest.
  const call = fc.oneof(
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 1, max: 40 }).map((times) => times * 65_536),
    fc.integer({ min: MAX_CALL - 5, max: MAX_CALL }),
  )
  const step = fc.tuple(fc.constantFrom('set', 'set', 'delete', 'clear?'), call)
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const [calls, map] = [new ByCall<{ at: number }>(), new Map<number, { at: number }>()]
      for (const [at, [what, number]] of steps.entries()) {
        if (what === 'set') {
          calls.set(number, { at })
          map.set(number, { at })
        } else if (what === 'delete') {
          calls.delete(number)
          map.delete(number)
        } else if (number === 1) {
          calls.clear()
          map.clear()
        }
        expect(calls.get(number)).toEqual(map.get(number))
        expect(calls.has(number)).toBe(map.has(number))
      }
      expect(calls.size).toBe(map.size)
      expect(calls.numbers()).toEqual([...map.keys()].sort((a, b) => a - b))
      for (const [number, value] of map) expect(calls.get(number)).toEqual(value)
    }),
  )
})

test('no call has the number 0', () => {
  const calls = new ByCall<object>()
  expect(calls.get(0)).toBe(undefined)
  expect(calls.has(0)).toBe(false)
  calls.delete(0)
  expect(calls.size).toBe(0)
})
