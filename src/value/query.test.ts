import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseQuery } from './query.ts'
import { writeQuery } from './write-query.ts'

test('pairs come in the order given, each decoded once', () => {
  for (const [query, pairs] of [
    [null, []],
    ['', []],
    ['&&', []],
    ['a', [['a', '']]],
    ['a=', [['a', '']]],
    ['=b', [['', 'b']]],
    ['a=b=c', [['a', 'b=c']]],
    [
      'a=1&b=2&a=3',
      [
        ['a', '1'],
        ['b', '2'],
        ['a', '3'],
      ],
    ],
    ['a+b=c+d', [['a b', 'c d']]],
    ['a=%2B%20+', [['a', '+  ']]],
    ['%61=%2561', [['a', '%61']]],
    ['a=%26b%3D1', [['a', '&b=1']]],
    ['a;b=1', [['a;b', '1']]],
    ['caf%C3%A9=%F0%9F%8E%B4', [['café', '🎴']]],
    [
      '__proto__=1&constructor=2',
      [
        ['__proto__', '1'],
        ['constructor', '2'],
      ],
    ],
    ['a=%00', [['a', '\0']]],
  ] as const) {
    expect(parseQuery(query), String(query)).toEqual(pairs)
  }
})

test('a stray "%", and octets that are no UTF-8, are refused and never repaired', () => {
  for (const query of [
    '%',
    'a=%',
    'a=%2',
    'a=%zz',
    'a=100%',
    '%=1',
    'a=%ff',
    'a=%c0%af',
    'a=%ed%a0%80',
    'a=%e2%82',
    'a=1&b=%u0041',
  ]) {
    expect(() => parseQuery(query), query).toThrow(
      expect.objectContaining({ code: 'target_faulty', status: 400 }),
    )
  }
})

test('any pairs that are written are read back, in characters that every target may hold', () => {
  const text = fc.string({ unit: 'binary', maxLength: 12 }).map((one) => one.toWellFormed())
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text), { maxLength: 5 }), (pairs) => {
      const query = writeQuery(pairs)
      expect(query).toMatch(/^[!-~]*$/)
      expect(query).not.toMatch(/[#"<>]/)
      expect(parseQuery(query)).toEqual(pairs)
    }),
  )
})

test('any text is either pairs or target_faulty', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('%', 'a', 'F', '0', '&', '=', '+', 'é') }), (query) => {
      try {
        parseQuery(query)
      } catch (error) {
        expect(error).toMatchObject({ code: 'target_faulty' })
      }
    }),
  )
})

test('60 KB of the worst text are read, or refused', () => {
  expect(parseQuery('&'.repeat(60_000))).toEqual([])
  expect(parseQuery('a&'.repeat(30_000))).toHaveLength(30_000)
  expect(parseQuery('='.repeat(60_000))).toEqual([['', '='.repeat(59_999)]])
  expect(parseQuery('+'.repeat(60_000))).toEqual([[' '.repeat(60_000), '']])
  expect(() => parseQuery('%'.repeat(60_000))).toThrow()
})
