import fc from 'fast-check'
import { Compile } from 'typebox/schema'
import { expect, test } from 'vitest'
import type { JsonSchema } from '../schema/json-schema.ts'
import { misfits } from './fits.ts'

type Row = [sent: JsonSchema | boolean, taken: JsonSchema | boolean, found: string[]]

/** Each misfit as "kind at about", with "?" where it is not certain. */
function found(sent: unknown, taken: unknown, open = false): string[] {
  const comparison = { sentRoot: sent as JsonSchema, takenRoot: taken as JsonSchema, open }
  return misfits(sent, taken, comparison).map(({ at, kind, about, certain }) =>
    `${kind}${certain ? '' : '?'} ${at || '.'} ${about}`.trimEnd(),
  )
}

function expectRows(rows: readonly Row[], open = false): void {
  for (const [sent, taken, wanted] of rows)
    expect(found(sent, taken, open), `${JSON.stringify(sent)} in ${JSON.stringify(taken)}`).toEqual(wanted)
}

const object = (properties: JsonSchema, more: JsonSchema = {}): JsonSchema => ({
  type: 'object',
  properties,
  ...more,
})
const STRING = { type: 'string' }
const NUMBER = { type: 'number' }
const INTEGER = { type: 'integer' }

test('types fit where all of them are taken', () => {
  expectRows([
    [STRING, STRING, []],
    [STRING, {}, []],
    [STRING, true, []],
    [INTEGER, NUMBER, []],
    [NUMBER, INTEGER, ['bound . whole numbers']],
    [STRING, NUMBER, ['type . string']],
    [{ type: ['string', 'null'] }, STRING, ['values . null']],
    [{ type: ['string', 'object'] }, NUMBER, ['type . string, object']],
    [{ type: ['string', 'number'] }, { anyOf: [NUMBER, STRING] }, []],
    [STRING, false, ['type . string']],
    [{}, STRING, ['type . number, array, object', 'values . true, false, null']],
    [{}, { type: ['string', 'number', 'boolean', 'null', 'array', 'object'] }, []],
  ])
})

test('a file is no text, and its size and media type are bounds', () => {
  const file = { type: 'string', format: 'binary', contentEncoding: 'binary' }
  const png = { ...file, contentMediaType: 'image/png' }
  const pictures = { ...file, anyOf: [{ contentMediaType: 'image/png' }, { contentMediaType: 'image/gif' }] }
  expectRows([
    [file, STRING, ['type . file']],
    [STRING, file, ['type . string']],
    [file, { ...file, description: 'a picture' }, []],
    [file, {}, []],
    [file, { anyOf: [STRING, file] }, []],
    [{ type: 'array', items: file }, { type: 'array', items: STRING }, ['type /* file']],
    [{ const: 'a' }, file, ['values . "a"']],
    [{ ...file, maxLength: 2 }, file, []],
    [file, { ...file, maxLength: 2 }, ['bound . at most 2 bytes']],
    [png, pictures, []],
    [file, png, ['bound . image/png']],
    [pictures, png, ['bound . image/png']],
  ])
})

test('values fit one by one', () => {
  expectRows([
    [{ enum: ['a', 'b'] }, { enum: ['b', 'c', 'a'] }, []],
    [{ enum: ['a', 'b', 3] }, { enum: ['a'] }, ['values . "b", 3']],
    [{ const: 'a' }, STRING, []],
    [{ const: 'abc' }, { type: 'string', maxLength: 2 }, ['values . "abc"']],
    [{ const: 'abc' }, { type: 'string', pattern: '^a' }, ['values? . "abc"']],
    [{ enum: [1, 2, 9] }, { type: 'integer', maximum: 5 }, ['values . 9']],
    [{ enum: ['a', 1] }, { anyOf: [{ const: 'a' }, NUMBER] }, []],
    [STRING, { enum: ['a', 'b'] }, ['only . "a", "b"']],
    [{ type: 'boolean' }, { const: true }, ['values . false']],
    [{ type: 'boolean' }, { anyOf: [{ const: true }, { const: false }] }, []],
    [{ const: { a: 1, b: [2] } }, { enum: [{ b: [2], a: 1 }] }, []],
  ])
})

test('bounds fit within wider ones', () => {
  expectRows([
    [{ type: 'string', maxLength: 5 }, { type: 'string', maxLength: 5 }, []],
    [{ type: 'string', maxLength: 6 }, { type: 'string', maxLength: 5 }, ['bound . at most 5 characters']],
    [STRING, { type: 'string', maxLength: 1 }, ['bound . at most 1 character']],
    [STRING, { type: 'string', minLength: 0 }, []],
    [STRING, { type: 'string', minLength: 1 }, ['bound . at least 1 character']],
    [{ type: 'number', minimum: 0 }, { type: 'number', exclusiveMinimum: 0 }, ['bound . more than 0']],
    [{ type: 'number', exclusiveMinimum: 0 }, { type: 'number', minimum: 0 }, []],
    [{ type: 'number', minimum: 2, maximum: 3 }, { type: 'number', minimum: 1, maximum: 4 }, []],
    [NUMBER, { type: 'number', maximum: 4 }, ['bound . at most 4']],
    [{ type: 'number', multipleOf: 4 }, { type: 'number', multipleOf: 2 }, []],
    [{ type: 'number', multipleOf: 3 }, { type: 'number', multipleOf: 2 }, ['bound . multiples of 2']],
    [{ type: 'string', pattern: 'a' }, { type: 'string', pattern: 'a' }, []],
    [{ type: 'string', pattern: 'a' }, { type: 'string', pattern: 'b' }, ['bound? . what matches b']],
    [STRING, { type: 'string', format: 'email' }, ['bound . the format email']],
    [{ type: 'array', items: STRING }, { type: 'array', maxItems: 2 }, ['bound . at most 2 items']],
    [{ type: 'array' }, { type: 'array', uniqueItems: true }, ['bound . each item once']],
  ])
})

test('members fit where all that are required come, and none is refused', () => {
  const a = { a: STRING }
  expectRows([
    [object(a, { required: ['a'] }), object(a), []],
    [object(a), object(a, { required: ['a'] }), ['required /a a']],
    [object({}), object(a, { required: ['a'] }), ['gone /a a']],
    [object({ ...a, b: STRING }), object(a), ['unknown? /b b']],
    [object({ ...a, b: STRING }), object(a, { additionalProperties: false }), ['refused /b b', 'others .']],
    [object(a), object(a, { additionalProperties: false }), ['others .']],
    [object(a), object({ a: NUMBER }), ['type /a string']],
    [
      object(a, { additionalProperties: false }),
      object({}, { additionalProperties: NUMBER }),
      ['type /a string'],
    ],
    [
      object({}, { additionalProperties: STRING }),
      object({}, { additionalProperties: NUMBER }),
      ['type /* string'],
    ],
    [object({ o: object(a) }), object({ o: object(a, { required: ['a'] }) }), ['required /o/a a']],
  ])
})

test('where what nobody names does no harm, a closed object takes more', () => {
  const closed = { additionalProperties: false }
  expectRows(
    [
      [object({ a: STRING, b: STRING }, closed), object({ a: STRING }, closed), ['unknown? /b b']],
      [object({ a: STRING }), object({ a: STRING }, closed), []],
    ],
    true,
  )
})

test('items fit in turn, and those behind them', () => {
  expectRows([
    [{ type: 'array', items: STRING }, { type: 'array', items: STRING }, []],
    [{ type: 'array', items: STRING }, { type: 'array', items: NUMBER }, ['type /* string']],
    [{ type: 'array', prefixItems: [STRING], items: false }, { type: 'array', items: STRING }, []],
    [
      { type: 'array', prefixItems: [STRING, NUMBER], items: false },
      { type: 'array', prefixItems: [STRING, STRING], items: false },
      ['type /1 number'],
    ],
    [
      { type: 'array', items: STRING },
      { type: 'array', items: false, maxItems: 0 },
      ['bound . at most 0 items', 'type /* string'],
    ],
  ])
})

test('alternatives fit where each fits one', () => {
  const cat = object({ kind: { const: 'cat' }, purrs: { type: 'boolean' } }, { required: ['kind'] })
  const dog = object({ kind: { const: 'dog' }, name: STRING }, { required: ['kind'] })
  const strictDog = { ...dog, required: ['kind', 'name'] }
  expectRows([
    [{ anyOf: [STRING, NUMBER] }, { oneOf: [NUMBER, STRING] }, []],
    [{ oneOf: [cat, dog] }, { oneOf: [dog, cat] }, []],
    [{ oneOf: [cat, dog] }, { oneOf: [cat] }, ['values /kind "dog"', 'unknown? /name name']],
    // The one that its kind tells apart is the one that it has to fit.
    [{ oneOf: [cat, dog] }, { oneOf: [cat, strictDog] }, ['required /name name']],
    // It may be that each part fits another one.
    [
      STRING,
      {
        anyOf: [
          { type: 'string', maxLength: 3 },
          { type: 'string', minLength: 2 },
        ],
      },
      ['bound? . at most 3 characters'],
    ],
  ])
})

test('references, and what is composed, are looked through', () => {
  const note = { $ref: '#/$defs/N', $defs: { N: object({ a: STRING }, { required: ['a'] }) } }
  const both = { allOf: [object({ a: STRING }), object({}, { required: ['a'] })] }
  const tree: JsonSchema = object({ kids: { type: 'array', items: { $ref: '#' } } })
  const other = {
    $ref: '#/$defs/T',
    $defs: { T: object({ kids: { type: 'array', items: { $ref: '#/$defs/T' } } }) },
  }
  expectRows([
    [note, both, []],
    [both, note, []],
    [object({ a: STRING }), note, ['required /a a']],
    [tree, other, []],
    [other, tree, []],
    [tree, object({ kids: { type: 'array', items: NUMBER } }), ['type /kids/* object']],
    [{ $ref: '#' }, STRING, ['type . number, array, object', 'values . true, false, null']],
    [STRING, { allOf: [STRING, { maxLength: 3 }] }, ['bound . at most 3 characters']],
    [STRING, { allOf: [STRING, NUMBER] }, ['type . string']],
  ])
})

test('what cannot be decided is said to be so', () => {
  const many = { anyOf: Array.from({ length: 100 }, (_, at) => object({ a: { const: at } })) }
  expectRows([
    [STRING, { type: 'string', not: { const: 'a' } }, ['undecided? . not']],
    [object({}), object({}, { propertyNames: { pattern: 'a' } }), ['undecided? . propertyNames']],
    [
      STRING,
      { allOf: [{ type: 'string', pattern: 'a' }, { pattern: 'b' }] },
      ['bound . what matches a', 'undecided? . pattern'],
    ],
    [many, STRING, ['undecided? . alternatives']],
  ])
})

test('annotations say nothing of what fits', () => {
  expectRows([
    [STRING, { ...STRING, title: 'T', description: 'D', default: 'x', deprecated: true, 'x-y': 1 }, []],
  ])
})

const keyed = fc.constantFrom('a', 'b', 'kind')
const schemas = fc.letrec<{ schema: JsonSchema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom<JsonSchema>({}, STRING, NUMBER, INTEGER, { type: 'boolean' }, { type: 'null' }),
    fc.record(
      {
        type: fc.constant('string'),
        minLength: fc.nat(2),
        maxLength: fc.nat(3),
        pattern: fc.constantFrom('^a', 'b'),
      },
      { requiredKeys: ['type'] },
    ),
    fc.record(
      {
        type: fc.constantFrom('number', 'integer'),
        minimum: fc.integer({ min: -2, max: 2 }),
        exclusiveMaximum: fc.integer({ min: -1, max: 3 }),
        multipleOf: fc.constantFrom(1, 2),
      },
      { requiredKeys: ['type'] },
    ),
    fc.record({ enum: fc.uniqueArray(fc.constantFrom('a', 'b', 1, 2, null, true), { minLength: 1 }) }),
    fc.record(
      {
        type: fc.constant('object'),
        properties: fc.dictionary(keyed, tie('schema'), { maxKeys: 2 }),
        required: fc.uniqueArray(keyed, { maxLength: 2 }),
        additionalProperties: fc.oneof(fc.boolean(), tie('schema')),
      },
      { requiredKeys: ['type', 'properties'] },
    ),
    fc.record(
      { type: fc.constant('array'), items: tie('schema'), minItems: fc.nat(1), maxItems: fc.nat(2) },
      { requiredKeys: ['type'] },
    ),
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
    fc.record({ allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
  ),
})).schema

const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom('', 'a', 'ab', 'bbbb', -1, 0, 1, 2, 1.5, true, false, null),
    fc.dictionary(keyed, tie('value'), { maxKeys: 3 }),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
})).value

// A member that only the other side names is new to it, and nobody sends it.
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const parts = Object.entries(schema).map(([name, part]): [string, unknown] => [name, closed(part)])
  const whole: JsonSchema = Object.fromEntries(parts)
  const isOpen = whole['type'] === 'object' && typeof whole['additionalProperties'] !== 'object'
  return isOpen ? { ...whole, additionalProperties: false } : whole
}

test('no value that fitted and does not any more goes unsaid, as TypeBox sees it', () => {
  fc.assert(
    fc.property(schemas, schemas, fc.array(values, { minLength: 20, maxLength: 20 }), (sent, taken, some) => {
      fc.pre(found(sent, taken).length === 0)
      const [checkSent, checkTaken] = [Compile(closed(sent) as JsonSchema), Compile(taken)]
      for (const value of some) if (checkSent.Check(value)) expect(checkTaken.Check(value)).toBe(true)
    }),
    { numRuns: 500 },
  )
})

test('a schema fits itself, but for what cannot be decided', () => {
  fc.assert(
    fc.property(schemas, (schema) => {
      expect(found(schema, structuredClone(schema)).filter((one) => !one.includes('?'))).toEqual([])
    }),
  )
})

test('what other names may hold has to fit where a name is new', () => {
  const any: JsonSchema = { type: 'object', additionalProperties: {} }
  expect(found(any, { type: 'object', properties: { a: { type: 'string' } } })).not.toEqual([])
})
