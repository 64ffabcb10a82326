import { expect, test } from 'vitest'
import { backoffMs } from './backoff.ts'

test('each crash in a row doubles the wait, up to 30 s', () => {
  const waits = [0, 1, 2, 3, 8, 9, 10, 1_000, 10_000].map((crashes) => backoffMs(crashes, () => 0))
  expect(waits).toEqual([100, 100, 200, 400, 12_800, 25_600, 30_000, 30_000, 30_000])
})

test('half of a wait is left to chance', () => {
  expect(backoffMs(3, () => 1)).toBe(200)
  expect(backoffMs(3, () => 0.5)).toBe(300)
})
