import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonText, quickJson } from './json-text.ts'

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

test('any value is written as JSON.stringify writes it, long texts and what is no data as well', () => {
  const long = fc
    .tuple(fc.string({ unit: fc.constantFrom('a', 'ü', '"', '\\', '\n', '\ud800', '😀') }), fc.boolean())
    .map(([text, is]) => (is ? 'x'.repeat(300) + text : text))
  const odd = fc.constantFrom<unknown>(
    undefined,
    Number.NaN,
    -0,
    new Date(0),
    new Map([[1, 2]]),
    { toJSON: (name: string) => `for ${name}` },
    Object.assign([1], { toJSON: () => 'list' }),
    Object.defineProperty({}, 'toJSON', { value: () => 'hidden' }),
    Object.defineProperty({ a: 1 }, 'hidden', { value: 1 }),
    new (class Own {
      member = 1
    })(),
    Object.create({ inherited: 1 }),
    JSON.parse('{"__proto__":{"a":1}}'),
    Symbol('a'),
    () => 1,
    new String('boxed'),
  )
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      long,
      odd,
      fc.double(),
      fc.array(tie('value')),
      fc.dictionary(fc.string(), tie('value')),
      fc.record({ text: long, and: tie('value') }),
    ),
  }))
  fc.assert(
    fc.property(value, (data) => {
      expect(jsonText(data)).toBe(JSON.stringify(data))
    }),
    { numRuns: 2_000 },
  )
})

test('what JSON.stringify refuses is refused', () => {
  const loop: Record<string, unknown> = { text: 'x'.repeat(300) }
  loop['itself'] = loop
  for (const data of [loop, { text: 'x'.repeat(300), big: 1n }])
    expect(() => jsonText(data)).toThrow(TypeError)
})

test('what somebody has added to all objects is no member of one', () => {
  const all = Object.prototype as { added?: unknown; toJSON?: unknown }
  const data = { text: 'x'.repeat(300), at: { lat: 1 } }
  try {
    all.added = 'by somebody'
    expect([jsonText(data), quickJson(data, 0)]).toEqual([JSON.stringify(data), JSON.stringify(data)])
    all.toJSON = () => 'changed'
    expect(jsonText(data)).toBe('"changed"')
  } finally {
    delete all.added
    delete all.toJSON
  }
})
