import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { JsonSchema } from './json-schema.ts'
import { stripperOf } from './strip.ts'

const strip = (schema: z.ZodType, data: unknown): unknown => {
  const cut = stripperOf(z.toJSONSchema(schema) as JsonSchema)
  return cut === null ? data : cut(data)
}

test('members that the schema does not name are cut off, at any depth', () => {
  const Tree = z.object({
    v: z.number(),
    get kids() {
      return z.array(Tree)
    },
  })
  expect(strip(Tree, { v: 1, x: 1, kids: [{ v: 2, x: 2, kids: [] }] })).toEqual({
    v: 1,
    kids: [{ v: 2, kids: [] }],
  })
  expect(strip(z.tuple([z.object({ a: z.string() }), z.string()]), [{ a: 'a', b: 1 }, 'x'])).toEqual([
    { a: 'a' },
    'x',
  ])
  expect(strip(z.object({ a: z.string() }).nullable(), null)).toBe(null)
  expect(strip(z.object({ a: z.string().optional() }), { b: 1 })).toEqual({})
})

test('of alternatives the members of all are kept, since nobody asks which one it is', () => {
  const either = z.union([z.object({ a: z.string() }), z.object({ b: z.string() })])
  expect(strip(either, { a: 'a', c: 1 })).toEqual({ a: 'a' })
  expect(strip(either, { b: 'b', c: 1 })).toEqual({ b: 'b' })
})

test('where a schema speaks of other members they stay', () => {
  expect(strip(z.record(z.string(), z.number()), { a: 1 })).toEqual({ a: 1 })
  expect(strip(z.looseObject({ a: z.number() }), { a: 1, b: 2 })).toEqual({ a: 1, b: 2 })
})

test('data that fit are those that the schema itself gives', () => {
  const Note = z.object({
    id: z.number(),
    tags: z.array(z.string()),
    by: z.object({ name: z.string() }).nullable(),
  })
  const data = fc.record(
    {
      id: fc.integer(),
      tags: fc.array(fc.string()),
      by: fc.option(fc.record({ name: fc.string(), more: fc.jsonValue() }, { requiredKeys: ['name'] })),
      extra: fc.jsonValue(),
    },
    { requiredKeys: ['id', 'tags', 'by'] },
  )
  fc.assert(
    fc.property(data, (one) => {
      expect(strip(Note, one)).toEqual(Note.parse(one))
    }),
  )
})
