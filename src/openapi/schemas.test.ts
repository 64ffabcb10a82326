import { expect, test } from 'vitest'
import { type Origin, Schemas } from './schemas.ts'
import { without } from './without.ts'

const OUT: Origin = { of: 'notes.list', role: 'Output' }
const IN: Origin = { of: 'notes.add', role: 'Input' }
const note = (extra: object): object => ({
  $defs: { Note: { type: 'object', ...extra } },
  $ref: '#/$defs/Note',
})

test('a definition becomes a component, once, however many schemas define it', () => {
  const schemas = new Schemas()
  expect(schemas.inline({ ...note({}) }, OUT)).toEqual({ $ref: '#/components/schemas/Note' })
  expect(
    schemas.inline(
      { type: 'array', items: { $ref: '#/$defs/Note' }, $defs: { Note: { type: 'object' } } },
      IN,
    ),
  ).toEqual({ type: 'array', items: { $ref: '#/components/schemas/Note' } })
  expect(schemas.components).toEqual({ Note: { type: 'object' } })
})

test('another schema of the same name gets one that says which side it is of, or whose', () => {
  const schemas = new Schemas()
  schemas.inline({ ...note({}) }, OUT)
  const refs = [
    schemas.inline({ ...note({ a: 1 }) }, IN),
    schemas.inline({ ...note({ a: 2 }) }, IN),
    schemas.inline({ ...note({ a: 3 }) }, IN),
    schemas.inline({ ...note({ a: 1 }) }, { of: 'other', role: 'Body' }),
  ].map(({ $ref }) => $ref)
  const named = ['NoteInput', 'NotesAddNote', 'Note2', 'NoteInput']
  expect(refs).toEqual(named.map((name) => `#/components/schemas/${name}`))
})

test('a schema that refers to itself is a component, named by where it stands', () => {
  const tree = { type: 'object', properties: { kids: { type: 'array', items: { $ref: '#' } } } }
  const schemas = new Schemas()
  const ref = { $ref: '#/components/schemas/NotesListOutput' }
  expect(schemas.inline(tree, OUT)).toEqual(ref)
  expect(schemas.inline(structuredClone(tree), IN), 'the same').toEqual(ref)
  expect(schemas.components['NotesListOutput']).toEqual({
    type: 'object',
    properties: { kids: { type: 'array', items: ref } },
  })
})

test('a reference into a definition, or into the root, leads to the same place', () => {
  const schemas = new Schemas()
  const root = {
    type: 'object',
    properties: {
      a: { $ref: '#/$defs/A/properties/x' },
      b: { $ref: '#/properties/c' },
      c: { type: 'string' },
    },
    $defs: { A: { properties: { x: { type: 'number' } } } },
  }
  schemas.inline(root, OUT)
  expect(schemas.components['NotesListOutput']).toMatchObject({
    properties: {
      a: { $ref: '#/components/schemas/A/properties/x' },
      b: { $ref: '#/components/schemas/NotesListOutput/properties/c' },
    },
  })
})

test('what only looks like a reference or a definition is left alone', () => {
  const schemas = new Schemas()
  const root = {
    type: 'object',
    properties: { $ref: { const: { $ref: '#/$defs/None' } }, $defs: { type: 'string' } },
    default: { $ref: '#/$defs/None' },
  }
  expect(schemas.inline(root, OUT)).toEqual(root)
  expect(schemas.components).toEqual({})
})

test('what a schema says of its own address goes, and names are those of components', () => {
  const schemas = new Schemas()
  const root = {
    $id: 'https://a.example/',
    $schema: 'x',
    $ref: '#/$defs/A%20b',
    $defs: { 'A b': { $id: 'b', type: 'null' } },
  }
  expect(schemas.inline(root, OUT)).toEqual({ $ref: '#/components/schemas/A_b' })
  expect(schemas.components).toEqual({ A_b: { type: 'null' } })
})

test('members are cut from an object, its alternatives and what it refers to', () => {
  const table: [schema: object, names: string[], left: object][] = [
    [
      { type: 'object', properties: { a: {}, b: {} }, required: ['a', 'b'] },
      ['a'],
      { type: 'object', properties: { b: {} }, required: ['b'] },
    ],
    [
      { type: 'object', properties: { a: {} }, required: ['a'], additionalProperties: false },
      ['a'],
      { type: 'object', properties: {}, additionalProperties: false },
    ],
    [{ anyOf: [{ properties: { a: {}, b: {} } }] }, ['a'], { anyOf: [{ properties: { b: {} } }] }],
    [{ $ref: '#/$defs/A', $defs: { A: { properties: { a: {} } } } }, ['a'], { properties: {} }],
    [
      { $ref: '#/$defs/A', properties: { a: {} }, $defs: { A: { properties: { a: {}, b: {} } } } },
      ['a'],
      { allOf: [{ properties: { b: {} } }, { properties: {} }] },
    ],
    [{ anyOf: [{ $ref: '#' }, { properties: { a: {} } }] }, ['a'], { anyOf: [{}, { properties: {} }] }],
  ]
  for (const [schema, names, left] of table) expect(without({ ...schema }, new Set(names))).toEqual(left)
})
