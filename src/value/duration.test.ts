import { expect, test } from 'vitest'
import { parseDuration } from './duration.ts'

test('a time is a number of milliseconds, or a whole number with its unit', () => {
  const table: [written: number | string, ms: number][] = [
    [1, 1],
    [5_000, 5_000],
    ['200ms', 200],
    ['5s', 5_000],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['20d', 1_728_000_000],
    ['35791m', 2_147_460_000],
    [2 ** 31 - 1, 2 ** 31 - 1],
  ]
  for (const [written, ms] of table) expect(parseDuration(written), String(written)).toBe(ms)
})

test('anything else is refused, with how to write it', () => {
  const wrong = [
    0,
    -1,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 31,
    '',
    '5',
    '5 s',
    '1.5s',
    '5w',
    '600h',
    '-5s',
    '0s',
    '5S',
    '40000m',
  ]
  for (const written of wrong) {
    expect(() => parseDuration(written), String(written)).toThrow(
      'Write milliseconds as a number, or "200ms", "5s", "2m"',
    )
  }
})
