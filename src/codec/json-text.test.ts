import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quickJson } from './json-text.ts'

test('what it writes is what JSON.stringify writes, to the unit', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom('a', '"', '\\', '\n', '\0', '\x1f', '\x7f', 'ü', '\u2028', '😀', '\ud800'),
    }),
    fc.string({ minLength: 20, maxLength: 200 }),
  )
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      text,
      fc.array(fc.oneof(tie('value'), fc.constant(undefined))),
      fc.dictionary(fc.oneof(text, fc.integer().map(String)), fc.oneof(tie('value'), fc.constant(undefined))),
    ),
  }))
  let written = 0
  fc.assert(
    fc.property(value, (data) => {
      const quick = quickJson(data, 0)
      if (quick === null) return
      written++
      expect(quick).toBe(JSON.stringify(data))
    }),
    { numRuns: 1_000 },
  )
  expect(written).toBeGreaterThan(500)
})

test('what is no data, or not surely, is left to others', () => {
  const loop: unknown[] = []
  loop.push(loop)
  for (const data of [
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1n,
    () => 1,
    Symbol('a'),
    new Date(0),
    new Map(),
    new Uint8Array(1),
    { toJSON: () => 1 },
    { a: { b: [1n] } },
    JSON.parse('{"__proto__":1}'),
    '\ud800',
    { '\udc00': 1 },
    `${'a'.repeat(100)}\ud800`,
    loop,
  ]) {
    expect(quickJson(data, 0)).toBe(null)
  }
})
