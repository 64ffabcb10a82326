import { expect, test } from 'vitest'
import { checkReferences, itemsOf, type JsonSchema, membersOf, typesOf } from './json-schema.ts'

const OBJECT: JsonSchema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] }

function names(schema: JsonSchema): string[] | null {
  const members = membersOf(schema)
  return members === null ? null : [...members.named.keys()]
}

test('members are those of the object and of everything it is composed of', () => {
  const other = { type: 'object', properties: { b: { type: 'number' } }, required: ['b'] }
  for (const [schema, expected] of [
    [OBJECT, ['a']],
    [{ type: 'object' }, []],
    [{ properties: { a: {} } }, ['a']],
    [{ allOf: [OBJECT, other] }, ['a', 'b']],
    [{ ...OBJECT, allOf: [other] }, ['a', 'b']],
    [{ oneOf: [OBJECT, other] }, ['a', 'b']],
    [{ anyOf: [OBJECT, { allOf: [other] }] }, ['a', 'b']],
    [{ $ref: '#/$defs/o', $defs: { o: OBJECT } }, ['a']],
    [{ $ref: '#/$defs/x~1y%25', $defs: { 'x/y%': OBJECT } }, ['a']],
  ] as const) {
    expect(names(schema), JSON.stringify(schema)).toEqual(expected)
  }
})

test('what may be something other than an object has no members', () => {
  for (const schema of [
    {},
    { type: 'string' },
    { type: ['object', 'null'] },
    { anyOf: [OBJECT, { type: 'null' }] },
    { oneOf: [] },
    { $ref: '#' },
  ]) {
    expect(names(schema), JSON.stringify(schema)).toBeNull()
  }
})

test('a member of several parts may be what any of them says', () => {
  const members = membersOf({
    oneOf: [
      { type: 'object', properties: { n: { type: 'number' } } },
      { type: 'object', properties: { n: { type: 'boolean' } } },
    ],
  })
  expect([...typesOf(members!.named.get('n')!, {})].sort()).toEqual(['boolean', 'number'])
})

test('a member is required when every object has it', () => {
  const both = { type: 'object', properties: { a: {}, b: {} }, required: ['a', 'b'] }
  expect(membersOf({ allOf: [OBJECT, both] })!.required).toEqual(new Set(['a', 'b']))
  expect(membersOf({ anyOf: [OBJECT, both] })!.required).toEqual(new Set(['a']))
})

test('members under other names have a schema, or are refused, or are not spoken of', () => {
  for (const [additionalProperties, others, closed] of [
    [undefined, null, false],
    [false, null, true],
    [true, {}, false],
    [{ type: 'number' }, { type: 'number' }, false],
  ] as const) {
    expect(membersOf({ ...OBJECT, additionalProperties })).toMatchObject({ others, closed })
  }
})

test('types are those of type, enum, const and of every part', () => {
  for (const [schema, types] of [
    [{}, []],
    [{ type: 'integer' }, ['integer']],
    [{ type: ['string', 'null'] }, ['null', 'string']],
    [{ enum: [1, 'a', null, true] }, ['boolean', 'null', 'number', 'string']],
    [{ const: null }, ['null']],
    [{ anyOf: [{ type: 'number' }, { $ref: '#/$defs/b' }] }, ['boolean', 'number']],
  ] as const) {
    const root = { $defs: { b: { type: 'boolean' } } }
    expect([...typesOf(schema, root)].sort(), JSON.stringify(schema)).toEqual(types)
  }
})

test('a schema may be part of itself', () => {
  const root: JsonSchema = {
    $defs: {
      tree: { anyOf: [{ type: 'number' }, { $ref: '#/$defs/tree' }, { $ref: '#/$defs/list' }] },
      list: { type: 'array', items: { $ref: '#/$defs/list' } },
    },
  }
  expect([...typesOf({ $ref: '#/$defs/tree' }, root)].sort()).toEqual(['array', 'number'])
  expect(itemsOf({ $ref: '#/$defs/list' }, root).rest).toEqual({ $ref: '#/$defs/list' })
  expect(membersOf({ $ref: '#/$defs/tree' }, root)).toBeNull()
})

test('items are the first ones in turn, and all behind them', () => {
  const [text, number] = [{ type: 'string' }, { type: 'number' }]
  expect(itemsOf({ type: 'array', items: text }, {})).toEqual({ first: [], rest: text })
  expect(itemsOf({ prefixItems: [text, number], items: false }, {})).toEqual({
    first: [text, number],
    rest: {},
  })
  expect(itemsOf({ anyOf: [{ type: 'null' }, { items: number }] }, {})).toEqual({ first: [], rest: number })
  expect(itemsOf({ type: 'array' }, {})).toEqual({ first: [], rest: {} })
})

test('a reference that leads nowhere, or out of the document, is found wherever it is', () => {
  for (const $ref of ['#/$defs/none', 'https://example.com/schema', '#/properties/__proto__', '#/%E0']) {
    expect(() => checkReferences({ type: 'object', properties: { a: { items: { $ref } } } }), $ref).toThrow()
  }
  const fine = { $ref: '#/$defs/a', $defs: { a: { properties: { $ref: { type: 'string' } } } } }
  expect(() => checkReferences(fine)).not.toThrow()
})
