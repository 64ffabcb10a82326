import { expect, test } from 'vitest'
import { parseSize } from './size.ts'

test('sizes are bytes, or a number with a binary unit', () => {
  for (const [size, bytes] of [
    [0, 0],
    [1024, 1024],
    ['0b', 0],
    ['16kb', 16_384],
    ['2mb', 2_097_152],
    ['1gb', 1_073_741_824],
  ] as const) {
    expect(parseSize(size), String(size)).toBe(bytes)
  }
})

test('what is no size is refused, with how to write one', () => {
  for (const size of [
    '',
    '16',
    '16 kb',
    '16KB',
    '1.5mb',
    '-1kb',
    '1tb',
    'kb',
    '9999999999999b',
    '999999999999gb',
    -1,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e21,
  ]) {
    expect(() => parseSize(size), String(size)).toThrow(/it is no size\. Write bytes as a number, or "16kb"/)
  }
})
