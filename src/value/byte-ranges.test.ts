import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ByteRange, byteRanges, MAX_RANGES } from './byte-ranges.ts'

const ranges = (field: string, size = 10): (readonly [number, number])[] | null =>
  byteRanges(field, size)?.map(({ first, last }) => [first, last] as const) ?? null

function holds(
  cases: readonly (readonly [string, readonly (readonly [number, number])[] | null])[],
  size = 10,
): void {
  for (const [field, expected] of cases) expect(ranges(field, size), field.slice(0, 60)).toEqual(expected)
}

test('first and last are included, and the last is at most the end (RFC 9110 14.1.2)', () => {
  holds([
    ['bytes=0-0', [[0, 0]]],
    ['bytes=2-5', [[2, 5]]],
    ['bytes=0-9', [[0, 9]]],
    ['bytes=0-10', [[0, 9]]],
    ['bytes=9-', [[9, 9]]],
    ['bytes=0-', [[0, 9]]],
    ['bytes=007-08', [[7, 8]]],
  ])
})

test('a suffix counts from the end, and one that is too long is the whole (RFC 9110 14.1.2)', () => {
  holds([
    ['bytes=-1', [[9, 9]]],
    ['bytes=-10', [[0, 9]]],
    ['bytes=-11', [[0, 9]]],
  ])
})

test('several ranges stay in the order asked for (RFC 9110 14.2, 15.3.7.2)', () => {
  holds([
    [
      'bytes=0-0,-1',
      [
        [0, 0],
        [9, 9],
      ],
    ],
    [
      'bytes=5-6, 0-1\t,\t3-3',
      [
        [5, 6],
        [0, 1],
        [3, 3],
      ],
    ],
    [
      'bytes=,0-1,,3-4,',
      [
        [0, 1],
        [3, 4],
      ],
    ],
  ])
})

test('what is beyond the end is left out; when nothing is left, it is 416 (RFC 9110 14.1.1, 15.5.17)', () => {
  holds([
    ['bytes=10-', []],
    ['bytes=10-20', []],
    ['bytes=-0', []],
    ['bytes=10-,-0,99-', []],
    ['bytes=20-30,0-1', [[0, 1]]],
  ])
})

test('numbers of any length are numbers', () => {
  const nines = '9'.repeat(400)
  holds([
    [`bytes=0-${nines}`, [[0, 9]]],
    [`bytes=-${nines}`, [[0, 9]]],
    [`bytes=${nines}-`, []],
    [`bytes=${nines}-${nines}`, []],
    [`bytes=${'0'.repeat(400)}1-2`, [[1, 2]]],
    ['bytes=9007199254740993-', []],
  ])
})

test('what is malformed, or of another unit, is as if it were not there (RFC 9110 14.2)', () => {
  const malformed = [
    '',
    'bytes',
    'bytes=',
    'bytes=,',
    'bytes=-',
    'bytes=a-b',
    'bytes=1',
    'bytes=1-2-3',
    'bytes=-1-2',
    'bytes=--1',
    'bytes=2-1',
    'bytes=0-0,2-1',
    'bytes=0-0,x',
    'bytes=+1-2',
    'bytes=1e1-',
    'bytes=0x1-2',
    'bytes=1.0-2',
    'bytes=1 - 2',
    'bytes 0-1',
    'bytes =0-1',
    ' bytes=0-1',
    'bytes=0-1;',
    'bytes=0-1, bytes=2-3',
    'seconds=0-1',
    'bytes=\xa00-1',
  ]
  holds(malformed.map((field) => [field, null]))
})

test('the unit is a token in whatever case (RFC 9110 14.1)', () => holds([['Bytes=1-2', [[1, 2]]]]))

test('nothing has no parts', () => {
  for (const field of ['bytes=0-', 'bytes=-1', 'bytes=0-0']) expect(ranges(field, 0), field).toBe(null)
})

test('two ranges that overlap, or too many, get the whole (RFC 9110 14.2)', () => {
  holds([
    ['bytes=0-5,5-9', null],
    ['bytes=5-9,0-5', null],
    ['bytes=0-,0-,0-', null],
    ['bytes=0-0,0-0', null],
    [
      'bytes=0-4,5-9',
      [
        [0, 4],
        [5, 9],
      ],
    ],
    ['bytes=0-1,-9', null],
  ])
  const many = (count: number): string =>
    `bytes=${Array.from({ length: count }, (_, at) => `${2 * at}-${2 * at}`).join(',')}`
  expect(ranges(many(MAX_RANGES), 1000)).toHaveLength(MAX_RANGES)
  expect(ranges(many(MAX_RANGES + 1), 1000)).toBe(null)
  expect(ranges(`bytes=${'0-0,'.repeat(4000)}`)).toBe(null)
})

test('whatever is asked for, what is given lies within the file and is given once', () => {
  const bound = fc.oneof(fc.nat(30).map(String), fc.constant(''), fc.constant('9'.repeat(30)))
  const field = fc
    .array(fc.tuple(bound, bound).map((both) => both.join('-')))
    .map((specs) => `bytes=${specs.join(',')}`)
  fc.assert(
    fc.property(field, fc.nat(25), (asked, size) => {
      const taken = new Set<number>()
      for (const { first, last } of byteRanges(asked, size) ?? []) {
        expect(first).toBeLessThanOrEqual(last)
        for (let at = first; at <= last; at++) {
          expect([at < size, taken.has(at)]).toEqual([true, false])
          taken.add(at)
        }
      }
    }),
  )
})

test('a single range agrees with slice', () => {
  const octets = Array.from({ length: 20 }, (_, at) => at)
  const slice = ({ first, last }: ByteRange): number[] => octets.slice(first, last + 1)
  fc.assert(
    fc.property(fc.nat(19), fc.nat(30), (first, more) => {
      expect(byteRanges(`bytes=${first}-${first + more}`, 20)!.map(slice)).toEqual([
        octets.slice(first, first + more + 1),
      ])
      if (more > 0) expect(byteRanges(`bytes=-${more}`, 20)!.map(slice)).toEqual([octets.slice(-more)])
    }),
  )
})
