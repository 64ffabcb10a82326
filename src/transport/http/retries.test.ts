/** Calls that are made again. RFC 9110 section 9.2. */
import { expect, test } from 'vitest'
import { isIdempotent, isSafe, pauseMs, RetryBudget } from './retries.ts'

test('methods are safe, idempotent, or neither, and unknown ones are neither (9.2.1, 9.2.2)', () => {
  for (const [method, safe, idempotent] of [
    ['GET', true, true],
    ['HEAD', true, true],
    ['OPTIONS', true, true],
    ['TRACE', true, true],
    ['PUT', false, true],
    ['DELETE', false, true],
    ['POST', false, false],
    ['PATCH', false, false],
    ['CONNECT', false, false],
    ['PROPFIND', false, false],
  ] as const)
    expect([method, isSafe(method), isIdempotent(method)]).toEqual([method, safe, idempotent])
})

test('a pause is a random part of what doubles, up to a second', () => {
  expect([0, 1, 2, 9].map((tries) => pauseMs(tries, () => 1))).toEqual([50, 100, 200, 1_000])
  expect(pauseMs(3, () => 0)).toBe(0)
})

test('ten tries are there at once, and one more for ten calls', () => {
  const budget = new RetryBudget()
  const taken = (tries: number): number =>
    Array.from({ length: tries }, () => budget.take()).filter(Boolean).length
  expect(taken(20)).toBe(10)
  for (let calls = 0; calls < 31; calls++) budget.made()
  expect(taken(20)).toBe(3)
  for (let calls = 0; calls < 1_000; calls++) budget.made()
  expect(taken(20)).toBe(10)
})
