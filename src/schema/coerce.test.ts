import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isWritable, memberForms, readText, readTexts, textForm } from './coerce.ts'
import type { JsonSchema } from './json-schema.ts'

const read = (text: string, schema: JsonSchema): unknown => readText(text, textForm(schema, schema))
const readAll = (texts: string[], schema: JsonSchema): unknown => readTexts(texts, textForm(schema, schema))

test("a number is written in JSON's grammar (RFC 8259 section 6), and stays text otherwise", () => {
  for (const [text, number] of [
    ['0', 0],
    ['-0', -0],
    ['12', 12],
    ['-1.5', -1.5],
    ['1e3', 1000],
    ['2.5E-1', 0.25],
  ] as const) {
    expect(read(text, { type: 'number' }), text).toBe(number)
  }
  for (const text of [
    '',
    ' 1',
    '1 ',
    '+1',
    '01',
    '1.',
    '.5',
    '0x10',
    '1_000',
    '1,5',
    'NaN',
    'Infinity',
    '１',
    '1n',
    '1e',
  ]) {
    expect(read(text, { type: 'number' }), text).toBe(text)
  }
})

test('a whole number that a double cannot hold exactly stays text, and is refused by the schema', () => {
  for (const text of ['9007199254740991', '-9007199254740991', '9007199254740992', '100000000000000000000']) {
    expect(read(text, { type: 'integer' }), text).toBe(Number(text))
  }
  for (const text of [
    '9007199254740993',
    '-9007199254740993',
    '1e400',
    '100000000000000000001',
    '9007199254740993.1',
  ]) {
    expect(read(text, { type: 'integer' }), text).toBe(text)
  }
})

test('booleans and null are written as JSON writes them', () => {
  for (const [text, schema, value] of [
    ['true', { type: 'boolean' }, true],
    ['false', { type: 'boolean' }, false],
    ['True', { type: 'boolean' }, 'True'],
    ['1', { type: 'boolean' }, '1'],
    ['', { type: 'boolean' }, ''],
    ['null', { type: ['number', 'null'] }, null],
    ['null', { type: 'number' }, 'null'],
  ] as const) {
    expect(read(text, schema), `${text} as ${JSON.stringify(schema)}`).toBe(value)
  }
})

test('what may be text stays text', () => {
  for (const schema of [
    {},
    { type: 'string' },
    { type: ['string', 'null'] },
    { enum: ['1', 2] },
    { anyOf: [{ type: 'number' }, { type: 'string' }] },
  ]) {
    for (const text of ['1', 'true', 'null', ''])
      expect(read(text, schema), JSON.stringify(schema)).toBe(text)
  }
})

test('an enum is read by the types of its values', () => {
  expect(read('2', { enum: [1, 2] })).toBe(2)
  expect(read('true', { enum: [true, null] })).toBe(true)
  expect(read('b', { enum: ['a', 'b'] })).toBe('b')
})

test('a list is one even with one text, and each item is read as its own schema says', () => {
  const numbers = { type: 'array', items: { type: 'number' } }
  expect(readAll(['1'], numbers)).toEqual([1])
  expect(readAll(['1', '2', 'x'], numbers)).toEqual([1, 2, 'x'])
  expect(readAll(['null'], { ...numbers, type: ['array', 'null'] })).toEqual(['null'])
  const pair = {
    type: 'array',
    prefixItems: [{ type: 'number' }, { type: 'boolean' }],
    items: { type: 'null' },
  }
  expect(readAll(['1', 'true', 'null', 'null'], pair)).toEqual([1, true, null, null])
})

test('where one text may stand for itself, a list begins with two', () => {
  const either = { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] }
  expect(readAll(['a'], either)).toBe('a')
  expect(readAll(['a', 'b'], either)).toEqual(['a', 'b'])
})

test('a name that comes again is no value, unless the schema leaves everything open', () => {
  expect(readAll(['1', '2'], { type: 'number' })).toBeUndefined()
  expect(readAll(['1', '2'], {})).toEqual(['1', '2'])
})

test('objects, and lists of more than simple values, have no text', () => {
  for (const [schema, writable] of [
    [{ type: 'object' }, false],
    [{ type: ['object', 'null'] }, true],
    [{ type: 'null' }, true],
    [{ type: 'array', items: { type: 'object' } }, false],
    [{ type: 'array', items: { type: 'array', items: { type: 'string' } } }, false],
    [{ type: 'array', items: { $ref: '#' } }, false],
    [{ type: 'array', prefixItems: [{ type: 'string' }, { type: 'object' }] }, false],
    [{ type: 'array', items: { type: 'string' } }, true],
    [{ type: 'array' }, true],
    [{ anyOf: [{ type: 'object' }, { type: 'number' }] }, true],
    [{}, true],
  ] as const) {
    expect(isWritable(textForm(schema, schema)), JSON.stringify(schema)).toBe(writable)
  }
})

test('the forms of members follow references from the whole schema', () => {
  const forms = memberForms({
    type: 'object',
    properties: { at: { $ref: '#/$defs/n' } },
    additionalProperties: { $ref: '#/$defs/n' },
    $defs: { n: { type: 'number' } },
  })!
  expect(readText('1', forms.named.get('at')!)).toBe(1)
  expect(readText('1', forms.others!)).toBe(1)
  expect(memberForms({ type: 'string' })).toBeNull()
})

test('any number, boolean or null that is written is read back', () => {
  const schema = { type: ['number', 'boolean', 'null'] }
  const number = fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .filter((one) => !Number.isInteger(one) || Number.isSafeInteger(one))
  fc.assert(
    fc.property(fc.oneof(number, fc.maxSafeInteger(), fc.boolean(), fc.constant(null)), (value) => {
      expect(read(String(value), schema)).toBe(Object.is(value, -0) ? 0 : value)
    }),
  )
})
