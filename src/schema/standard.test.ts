import { expect, test } from 'vitest'
import { z } from 'zod'
import { Fault } from '../fault.ts'
import { type AnySchema, check, jsonSchemaOf, MAX_ISSUES, MAX_TOLD } from './standard.ts'

function refusal(run: () => unknown): Fault<'setup_faulty'>['detail'] {
  try {
    run()
  } catch (error) {
    if (error instanceof Fault && error.code === 'setup_faulty')
      return error.detail as Fault<'setup_faulty'>['detail']
    throw error
  }
  throw new Error('It was not refused')
}

test('an issue points at its member (RFC 6901), whatever the name holds', async () => {
  const schema = z.object({ list: z.array(z.object({ 'a/b~c': z.number() })) })
  const checked = await check(schema, { list: [{ 'a/b~c': 1 }, { 'a/b~c': 'x' }] })
  expect(checked).toMatchObject({ issues: [{ pointer: '/list/1/a~1b~0c' }] })
  expect(await check(z.string(), 1)).toMatchObject({ issues: [{ pointer: '' }] })
})

test('a path segment may be an object with a key (Standard Schema 1)', async () => {
  const issues = [{ message: 'bad', path: [{ key: 'a' }, 0, Symbol.for('s')] }]
  const schema = { '~standard': { version: 1, vendor: 'test', validate: () => ({ issues }) } } as AnySchema
  expect(await check(schema, {})).toEqual({ issues: [{ pointer: '/a/0/Symbol(s)', message: 'bad' }] })
})

test('a check is a promise only where the schema is asynchronous', async () => {
  expect(check(z.number(), 1)).toEqual({ value: 1 })
  const later = check(
    z.number().refine(async (one) => one > 1, 'too small'),
    1,
  )
  expect(later).toBeInstanceOf(Promise)
  expect(await later).toEqual({ issues: [{ pointer: '', message: 'too small' }] })
})

test('a million wrong items do not become a million issues', async () => {
  const wrong = Array.from({ length: 10_000 }, () => 1)
  const checked = await check(z.array(z.string()), wrong)
  expect('issues' in checked && checked.issues.length).toBe(MAX_ISSUES)
})

test('the JSON Schema is that of the side asked for', () => {
  const schema = z.object({ a: z.string().default('x') })
  expect(jsonSchemaOf(schema, 'input', 'it')['required']).toBeUndefined()
  expect(jsonSchemaOf(schema, 'output', 'it')['required']).toEqual(['a'])
})

test('data that JSON cannot hold are refused, with the fix for that side', () => {
  for (const schema of [
    z.date(),
    z.bigint(),
    z.undefined(),
    z.map(z.string(), z.string()),
    z.instanceof(Uint8Array),
  ]) {
    for (const direction of ['input', 'output'] as const) {
      const { what, reason, fix } = refusal(() =>
        jsonSchemaOf(z.object({ a: schema }), direction, 'accepts of "add"'),
      )
      expect(what).toBe('accepts of "add"')
      expect(reason).toMatch(/^its data leave what JSON holds: .+ cannot be represented/)
      expect(fix).toMatch(
        direction === 'input' ? /a codec whose input is JSON/ : /a codec whose output is JSON/,
      )
    }
  }
})

test('a codec whose outer side is JSON is taken', () => {
  const when = z.codec(z.iso.datetime(), z.date(), {
    decode: (text) => new Date(text),
    encode: (date) => date.toISOString(),
  })
  expect(jsonSchemaOf(z.object({ when }), 'input', 'it')).toMatchObject({
    properties: { when: { type: 'string' } },
  })
  expect(() => jsonSchemaOf(z.object({ when }), 'output', 'it')).toThrow(/Date cannot be represented/)
})

test('a library without JSON Schema is refused, with what to use', () => {
  const old = { '~standard': { version: 1, vendor: 'oldlib', validate: () => ({ value: 1 }) } } as AnySchema
  const { reason, fix } = refusal(() => jsonSchemaOf(old, 'input', 'it'))
  expect(reason).toMatch(/schemas of oldlib in this version do not give JSON Schema/)
  expect(fix).toMatch(/zod 4\.2/)
  expect(refusal(() => jsonSchemaOf({} as AnySchema, 'input', 'it')).reason).toMatch(/this library/)
})

test('a reference to nowhere is found at boot', () => {
  const props = {
    version: 1,
    vendor: 'test',
    validate: () => ({ value: 1 }),
    jsonSchema: { input: () => ({ $ref: '#/$defs/none' }) },
  }
  expect(
    refusal(() => jsonSchemaOf({ '~standard': props } as unknown as AnySchema, 'input', 'it')).reason,
  ).toMatch(/leads nowhere/)
})

test('what is told of a refusal is bounded, whatever the names that the sender chose', async () => {
  const name = 'n'.repeat(900_000)
  const wrong = Array.from({ length: 200 }, () => 'x')
  for (const [schema, data] of [
    [z.record(z.string(), z.array(z.number())), { [name]: wrong }],
    [z.strictObject({}), { [name]: 1 }],
    [z.record(z.string(), z.array(z.number())), { ['n'.repeat(200)]: wrong }],
  ] as const) {
    const checked = await check(schema, data)
    const issues = 'issues' in checked ? checked.issues : []
    expect(issues.length).toBeGreaterThan(0)
    expect(JSON.stringify(issues).length).toBeLessThan(2 * MAX_TOLD)
  }
  // A pointer leads to what holds a name that is too long to tell.
  const deep = await check(z.object({ a: z.record(z.string(), z.number()) }), { a: { [name]: 'x' } })
  expect('issues' in deep && deep.issues[0]?.pointer).toBe('/a')
})

test('a schema of zod that is known to be asynchronous is run once, and its refusals are heard', async () => {
  const asked: string[] = []
  const free = z.object({
    name: z.string().refine(async (name) => {
      asked.push(name)
      if (name === 'broken') throw new Error('the database is gone')
      return name !== 'taken'
    }),
  })
  expect(await check(free, { name: 'first' })).toEqual({ value: { name: 'first' } })
  asked.length = 0
  expect(await check(free, { name: 'free' })).toEqual({ value: { name: 'free' } })
  expect(await check(free, { name: 'taken' })).toMatchObject({ issues: [{ pointer: '/name' }] })
  await expect(check(free, { name: 'broken' })).rejects.toThrow('the database is gone')
  expect(asked).toEqual(['free', 'taken', 'broken'])
})

test('an async function in a schema of zod is seen before it is run: also the first time it is run once, and heard', async () => {
  interface Tree {
    readonly name: string
    readonly below?: Tree | undefined
  }
  const gone = (): Promise<never> => Promise.reject(new Error('the database is gone'))
  const make = (asked: () => void): readonly (readonly [AnySchema, unknown])[] => {
    const name = z.string().refine(async () => (asked(), gone()))
    const tree: z.ZodType<Tree> = z.lazy(() => z.object({ name, below: tree.optional() }))
    return [
      [name, 'a'],
      [z.object({ a: z.array(name.optional()) }), { a: ['a'] }],
      [z.union([z.number(), z.object({ name })]), { name: 'a' }],
      [z.string().transform(async () => (asked(), gone())), 'a'],
      [z.preprocess((one) => one, name), 'a'],
      [z.record(z.string(), name), { a: 'a' }],
      [z.object({ b: z.string() }).and(z.object({ name })), { b: 'b', name: 'a' }],
      [name.default('x'), 'a'],
      [tree, { name: 'a' }],
    ]
  }
  for (let at = 0; at < 9; at++) {
    let asked = 0
    const [schema, data] = make(() => void asked++)[at]!
    const checking = check(schema, data)
    expect(checking, String(at)).toBeInstanceOf(Promise)
    await expect(checking, String(at)).rejects.toThrow('the database is gone')
    expect(asked, String(at)).toBe(1)
  }
})
