import { expect, test } from 'vitest'
import { z } from 'zod'
import { memberForms } from './coerce.ts'
import { memberWords } from './form-words.ts'
import { jsonSchemaOf } from './standard.ts'

function words(schema: z.ZodType): unknown {
  return memberWords(memberForms(jsonSchemaOf(schema, 'input', 'it'))!)
}

test('each member is said in words', () => {
  for (const [schema, expected] of [
    [z.string(), 'string'],
    [z.number(), 'number'],
    [z.int(), 'number'],
    [z.union([z.int(), z.number(), z.boolean()]), 'number|boolean'],
    [z.number().nullable(), 'number|null'],
    [z.enum(['a', 'b']), 'string'],
    [z.literal(7), 'number'],
    [z.any(), ''],
    [z.object({}), 'object'],
    [z.array(z.string()).optional(), '[string]'],
    [z.array(z.number()), '[number]!'],
    [z.array(z.any()).optional(), '[]'],
    [z.array(z.string().nullable()).optional(), '[string|null]'],
    [z.tuple([z.number(), z.string()]).rest(z.boolean()).optional(), '[number,string,boolean]'],
    [z.union([z.string(), z.array(z.number())]), 'string[number]'],
  ] as const) {
    expect(words(z.object({ a: schema })), expected).toEqual({ members: { a: expected } })
  }
})

test('members under other names are spoken of, refused, or neither', () => {
  expect(words(z.object({}))).toEqual({ members: {} })
  expect(words(z.strictObject({}))).toEqual({ members: {}, closed: true })
  expect(words(z.looseObject({}))).toEqual({ members: {}, others: '' })
  expect(words(z.record(z.string(), z.number()))).toEqual({ members: {}, others: 'number' })
})
