/** Schemas of every library run the same tests: what fits, what does not and where, and what the contract says. */
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { type } from 'arktype'
import { bodyJson, failure, perform, raise, request, service, verbs } from 'hagaki'
import { local } from 'hagaki/client'
import { type AnySchema, jsonSchema } from 'hagaki/schema'
import type { Static, TSchema } from 'typebox'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

/** TypeBox is JSON Schema: what wraps it is this. */
function typebox<S extends TSchema>(schema: S): ReturnType<typeof jsonSchema<Static<S>>> {
  const compiled = Compile(schema)
  return jsonSchema<Static<S>>(schema as never, (value) =>
    compiled.Check(value)
      ? []
      : [...compiled.Errors(value)].map(({ instancePath, message }) => ({ pointer: instancePath, message })),
  )
}

interface Library {
  readonly change: AnySchema
  readonly find: AnySchema
  readonly note: AnySchema
}

const LIBRARIES: { readonly [name: string]: Library } = {
  zod: {
    change: z.object({ id: z.int(), text: z.string().min(1), tags: z.array(z.string()).optional() }),
    find: z.object({ id: z.int(), deep: z.boolean().optional(), tag: z.array(z.string()).optional() }),
    note: z.object({ id: z.int(), text: z.string() }),
  },
  valibot: {
    change: toStandardJsonSchema(
      v.object({
        id: v.pipe(v.number(), v.integer()),
        text: v.pipe(v.string(), v.minLength(1)),
        tags: v.optional(v.array(v.string())),
      }),
    ),
    find: toStandardJsonSchema(
      v.object({
        id: v.pipe(v.number(), v.integer()),
        deep: v.optional(v.boolean()),
        tag: v.optional(v.array(v.string())),
      }),
    ),
    note: toStandardJsonSchema(v.object({ id: v.pipe(v.number(), v.integer()), text: v.string() })),
  },
  arktype: {
    change: type({ id: 'number.integer', text: 'string > 0', 'tags?': 'string[]' }),
    find: type({ id: 'number.integer', 'deep?': 'boolean', 'tag?': 'string[]' }),
    note: type({ id: 'number.integer', text: 'string' }),
  },
  'typebox, wrapped': {
    change: typebox(
      Type.Object({
        id: Type.Integer(),
        text: Type.String({ minLength: 1 }),
        tags: Type.Optional(Type.Array(Type.String())),
      }),
    ),
    find: typebox(
      Type.Object({
        id: Type.Integer(),
        deep: Type.Optional(Type.Boolean()),
        tag: Type.Optional(Type.Array(Type.String())),
      }),
    ),
    note: typebox(Type.Object({ id: Type.Integer(), text: Type.String() })),
  },
}

describe.each(Object.entries(LIBRARIES))('%s', (_name, { change, find, note }) => {
  const { reads, updates } = verbs({})
  const Gone = failure('note_gone', 'gone', note)
  let got: unknown
  const app = service({
    change: updates('/notes/{id}', { accepts: change, returns: note }, (data: unknown) => {
      got = data
      return data as never
    }),
    find: reads('/notes/{id}', { accepts: find, returns: note }, (data: unknown) => {
      got = data
      return { id: 1, text: 'x' }
    }),
    gone: reads('/gone', { errors: [Gone] }, () => raise(Gone({ id: 7, text: 'was here' }))),
    broken: reads('/broken', { returns: note }, () => ({ id: 'one' }) as never),
  } as const)

  test('what fits reaches the function, with a path and a query turned into data', async () => {
    const sent = request('PATCH', '/notes/7', { json: { text: 'hi', tags: ['a'] } })
    expect((await perform(app, sent)).status).toBe(200)
    expect(got).toEqual({ id: 7, text: 'hi', tags: ['a'] })
    expect((await perform(app, request('GET', '/notes/7?deep=true&tag=a'))).status).toBe(200)
    expect(got).toEqual({ id: 7, deep: true, tag: ['a'] })
  })

  test('what does not fit is 422, with a pointer to it', async () => {
    for (const [method, target, json, pointer] of [
      ['PATCH', '/notes/7', { text: '' }, '/text'],
      ['PATCH', '/notes/7', { text: 'a', tags: ['b', 1] }, '/tags/1'],
      ['PATCH', '/notes/x', { text: 'a' }, '/id'],
      ['GET', '/notes/1.5', undefined, '/id'],
      ['GET', '/notes/1?deep=yes', undefined, '/deep'],
    ] as const) {
      const answer = await perform(app, request(method, target, json === undefined ? {} : { json }))
      expect(bodyJson(answer), target).toMatchObject({
        status: 422,
        code: 'input_invalid',
        data: { issues: [expect.objectContaining({ pointer })] },
      })
    }
  })

  test('what a function returns is checked', async () => {
    expect(bodyJson(await perform(app, request('GET', '/broken')))).toMatchObject({
      status: 500,
      code: 'output_invalid',
    })
  })

  test('a failure has data of any library, and a client knows it', async () => {
    expect(() => Gone({ id: 'x' })).toThrow(TypeError)
    const thrown: unknown = await local(app)
      .gone()
      .catch((error: unknown) => error)
    expect(Gone.is(thrown) && thrown.data).toEqual({ id: 7, text: 'was here' })
    expect(app.contract.handlers['gone']?.errors['note_gone']?.data).toMatchObject({ type: 'object' })
  })

  test('the contract says what is taken and given', () => {
    const { accepts, returns } = app.contract.handlers['change']!
    expect(accepts).toMatchObject({
      type: 'object',
      properties: { id: { type: 'integer' }, text: { type: 'string', minLength: 1 } },
      required: expect.arrayContaining(['id', 'text']),
    })
    expect(returns).toMatchObject({
      type: 'object',
      properties: { id: { type: 'integer' }, text: { type: 'string' } },
    })
  })
})
