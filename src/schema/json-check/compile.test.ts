/** JSON Schema as a check: what is refused at boot, and what is wrong with data, by pointer. */
import { expect, test } from 'vitest'
import type { JsonSchema } from '../json-schema.ts'
import { MAX_ISSUES } from '../standard.ts'
import { compileJsonSchema } from './compile.ts'

const A: JsonSchema = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] }

type Row = [schema: JsonSchema, fitting: unknown[], faulty: [value: unknown, pointer: string][]]
const TABLE: Row[] = [
  [
    { type: 'string' },
    ['', 'a'],
    [
      [1, ''],
      [null, ''],
      [true, ''],
    ],
  ],
  [
    { type: 'integer' },
    [1, 1.0, -0],
    [
      [1.5, ''],
      [true, ''],
      ['1', ''],
      [Number.POSITIVE_INFINITY, ''],
    ],
  ],
  [
    { type: 'number' },
    [1, 1.5],
    [
      [false, ''],
      ['1', ''],
    ],
  ],
  [
    { type: ['null', 'boolean'] },
    [null, true],
    [
      [0, ''],
      ['', ''],
    ],
  ],
  [
    { enum: [1, 'a', null] },
    [1, 'a', null],
    [
      [true, ''],
      ['1', ''],
    ],
  ],
  [
    { const: { a: [1], b: 2 } },
    [{ b: 2, a: [1] }],
    [
      [{ a: [true], b: 2 }, ''],
      [{}, ''],
    ],
  ],
  [
    { minLength: 1, maxLength: 2 },
    ['a', '\u{1f600}\u{1f600}', 5],
    [
      ['', ''],
      ['abc', ''],
    ],
  ],
  [{ pattern: '^\\p{Ll}+$' }, ['abc', 'é'], [['A', '']]],
  [
    { minimum: 1, exclusiveMaximum: 3 },
    [1, 2.9, 'x'],
    [
      [0, ''],
      [3, ''],
    ],
  ],
  [
    { exclusiveMinimum: 1, maximum: 3 },
    [1.1, 3],
    [
      [1, ''],
      [3.1, ''],
    ],
  ],
  [{ multipleOf: 0.5 }, [1, 1.5], [[1.2, '']]],
  [{ items: { type: 'number' } }, [[], [1]], [[[1, 'x'], '/1']]],
  [
    { prefixItems: [{ type: 'string' }], items: false },
    [['a']],
    [
      [[1], '/0'],
      [['a', 2], '/1'],
    ],
  ],
  [
    { minItems: 1, maxItems: 2, uniqueItems: true },
    [[1], [1, true]],
    [
      [[], ''],
      [[1, 1], ''],
      [[{ a: 1 }, { a: 1 }], ''],
    ],
  ],
  [
    A,
    [{ a: 1 }, { a: 1, b: 2 }],
    [
      [{}, '/a'],
      [{ a: 'x' }, '/a'],
      [[], ''],
      [new Uint8Array(1), ''],
    ],
  ],
  [{ ...A, additionalProperties: false }, [{ a: 1 }], [[{ a: 1, 'b/c~': 2 }, '/b~1c~0']]],
  [{ additionalProperties: { type: 'string' } }, [{ x: 'y' }], [[{ x: 1 }, '/x']]],
  [{ propertyNames: { maxLength: 1 } }, [{ x: 1 }], [[{ xx: 1 }, '/xx']]],
  [
    { minProperties: 1, maxProperties: 1 },
    [{ a: 1 }],
    [
      [{}, ''],
      [{ a: 1, b: 1 }, ''],
    ],
  ],
  [{ allOf: [A, { required: ['b'] }] }, [{ a: 1, b: 1 }], [[{ a: 1 }, '/b']]],
  [
    { anyOf: [A, { type: 'null' }] },
    [null, { a: 1 }],
    [
      [{ a: 'x' }, '/a'],
      [5, ''],
    ],
  ],
  [{ oneOf: [{ minimum: 5 }, { maximum: 9 }] }, [1, 10], [[7, '']]],
  [{ not: { type: 'null' } }, [1], [[null, '']]],
  [{ $ref: '#/$defs/n', $defs: { n: A } }, [{ a: 1 }], [[{}, '/a']]],
  [{ format: 'email', title: 'T', default: 1 }, ['x', 1], [[undefined, '']]],
  [{ required: ['toString'] }, [{ toString: 1 }], [[{}, '/toString']]],
]

test('data fit, or are told where they do not', () => {
  for (const [schema, fitting, faulty] of TABLE) {
    const check = compileJsonSchema(schema)
    for (const value of fitting) expect(check(value), JSON.stringify([schema, value])).toEqual([])
    for (const [value, pointer] of faulty)
      expect(check(value)[0]?.pointer, JSON.stringify([schema, value])).toBe(pointer)
  }
})

test('what nobody would look at is refused', () => {
  const table: [schema: unknown, reason: string][] = [
    [{ patern: 'a' }, '/patern is a keyword that is not known'],
    [{ properties: { a: { tpye: 'string' } } }, '/properties/a/tpye is a keyword'],
    [{ $defs: { a: { tpye: 'string' } } }, '/$defs/a/tpye is a keyword'],
    [{ type: 'text' }, '/type is not one of string'],
    [{ minLength: -1 }, '/minLength is not a count'],
    [{ required: 'a' }, '/required is not a list of names'],
    [{ anyOf: [] }, '/anyOf is not a list of schemas'],
    [{ pattern: '(' }, '/pattern is not a pattern'],
    [{ $ref: '#/$defs/x' }, 'leads nowhere'],
    [{ $ref: '#/constructor' }, 'leads nowhere'],
    [{ $ref: 'https://example.com/a' }, 'leaves its document'],
    [{ items: 5 }, '/items is no schema'],
  ]
  for (const [schema, reason] of table)
    expect(() => compileJsonSchema(schema as JsonSchema), reason).toThrow(reason)
})

test('what Zod and OpenAPI write for a file is a file, and nothing else of it is looked at', () => {
  const file = { type: 'string', format: 'binary', contentEncoding: 'binary' }
  const check = compileJsonSchema({ properties: { one: file, more: { type: 'array', items: file } } })
  const made = new File(['x'], 'x')
  expect(check({ one: made, more: [made] })).toEqual([])
  expect(check({ one: 'x', more: [made, new Blob([])] })).toEqual([
    { pointer: '/one', message: 'must be a file' },
    { pointer: '/more/1', message: 'must be a file' },
  ])
  expect(compileJsonSchema({ type: 'string', format: 'binary' })(made)).not.toEqual([])
  expect(() => compileJsonSchema({ ...file, maxLength: 9 })).toThrow('/maxLength says nothing of a file')
})

test('issues are bounded, and a schema that leads back to itself ends', () => {
  expect(compileJsonSchema({ items: { type: 'string' } })(Array(10_000).fill(1)).length).toBe(MAX_ISSUES)
  const endless = compileJsonSchema({ $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } })
  expect(endless(1)[0]!.message).toBe('is checked by a schema that has no end')
  const tree = compileJsonSchema({ properties: { next: { $ref: '#' }, n: { type: 'number' } } })
  expect(tree({ next: { next: { n: 'x' } } })[0]!.pointer).toBe('/next/next/n')
})

test('alternatives that lead back to themselves take no power of the depth', () => {
  const branch = (name: string): JsonSchema => ({ properties: { next: { $ref: '#' } }, required: [name] })
  const check = compileJsonSchema({ anyOf: [branch('a'), branch('b')] })
  let data: object = {}
  for (let depth = 0; depth < 60; depth++) data = { a: 1, b: 1, next: data }
  expect(check(data)).not.toEqual([])
})
