import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { perform } from '../call/perform.ts'
import type { Fault } from '../fault.ts'
import type { HandlerContract } from '../handler/contract.ts'
import type { AnyHandler } from '../handler/handler.ts'
import { service } from '../handler/service.ts'
import type { Verb } from '../handler/verb.ts'
import { verbs } from '../handler/verbs.ts'
import { bodyText, type RequestValue } from '../value/message.ts'
import { composerOf } from './compose.ts'

/** The verbs as functions of any schema. */
const made = verbs({}) as {
  readonly [V in Verb]: (path: string, spec: object, run: unknown) => AnyHandler
}

/** Composes a call for a handler of that verb, path and schema. */
function compose(
  [verb, path, accepts]: readonly [Verb, string, z.ZodType?],
  data?: unknown,
  headers = {},
): Promise<RequestValue> {
  const { contract } = service({ it: made[verb](path, { accepts }, () => {}) })
  return composerOf(contract.handlers['it']!, [])(data, headers) as Promise<RequestValue>
}

/** Method, target and body of a composed call. */
async function line(...call: Parameters<typeof compose>): Promise<unknown[]> {
  const request = await compose(...call)
  const target = request.path + (request.query === null ? '' : `?${request.query}`)
  return request.body === null ? [request.method, target] : [request.method, target, bodyText(request)]
}

/** Pointer and message of the only issue. */
async function refusal(...call: Parameters<typeof compose>): Promise<string> {
  try {
    await compose(...call)
  } catch (error) {
    expect(error).toMatchObject({ code: 'input_invalid' })
    const [issue] = (error as Fault<'input_invalid'>).detail.issues
    return `${issue!.pointer} ${issue!.message}`
  }
  throw new Error('It was not refused')
}

const Note = z.object({ id: z.number(), text: z.string() })

test('each member is written where the handler takes it from', async () => {
  const data = { id: 7, text: 'a&b' }
  for (const [verb, expected] of [
    ['reads', ['GET', '/notes/7?text=a%26b']],
    ['deletes', ['DELETE', '/notes/7?text=a%26b']],
    ['creates', ['POST', '/notes/7', '{"text":"a&b"}']],
    ['updates', ['PATCH', '/notes/7', '{"text":"a&b"}']],
  ] as const) {
    expect(await line([verb, '/notes/{id}', Note], data), verb).toEqual(expected)
  }
})

test('a handler that takes no body is sent none', async () => {
  expect(await line(['creates', '/notes/{id}', z.object({ id: z.number() })], { id: 7 })).toEqual([
    'POST',
    '/notes/7',
  ])
  expect(await line(['creates', '/notes'])).toEqual(['POST', '/notes'])
  expect(await line(['creates', '/notes', z.object({ a: z.string().optional() })])).toEqual([
    'POST',
    '/notes',
    '{}',
  ])
})

test('a text in a path is one segment, whatever it holds', async () => {
  const one = ['reads', '/n/{id}/x', z.object({ id: z.string() })] as const
  for (const [id, path] of [
    ['é', '/n/%C3%A9/x'],
    ['a b', '/n/a%20b/x'],
    ['%2F', '/n/%252F/x'],
    ['a?b#c', '/n/a%3Fb%23c/x'],
    ['...', '/n/.../x'],
    ['{id}', '/n/%7Bid%7D/x'],
    ['$&', '/n/%24%26/x'],
    ['🎴', '/n/%F0%9F%8E%B4/x'],
  ] as const) {
    expect(await line(one, { id }), id).toEqual(['GET', path])
  }
})

test('a text that no path can hold as one segment is refused before it is sent', async () => {
  const one = ['reads', '/n/{id}', z.object({ id: z.string() })] as const
  for (const id of ['', '.', '..', 'a/b', '/', 'a\\b', 'a\0b']) {
    expect(await refusal(one, { id }), id).toBe('/id cannot stand in a path')
  }
  expect(await refusal(one, { id: '\ud800' })).toMatch(/^\/id cannot be written/)
  expect(await refusal(one, {})).toBe('/id is missing')
  expect(await refusal(one)).toBe('/id is missing')
  expect(await refusal(one, { id: undefined })).toBe('/id is missing')
})

test('literals of a path are written as they are, or percent-encoded', async () => {
  expect(await line(['reads', '/a b/café/x:y@z', z.object({})], {})).toEqual([
    'GET',
    '/a%20b/caf%C3%A9/x:y@z',
  ])
})

test('a list is its name again and again, and a member that is undefined is left out', async () => {
  const Find = z.object({
    tag: z.array(z.string()).optional(),
    n: z.number().optional(),
    by: z.string().optional(),
  })
  const find = ['reads', '/x', Find] as const
  expect(await line(find, { tag: ['a', 'b&c'], n: 1, by: undefined })).toEqual([
    'GET',
    '/x?tag=a&tag=b%26c&n=1',
  ])
  expect(await line(find, {})).toEqual(['GET', '/x'])
  expect(await line(['creates', '/x', Find], { n: undefined, by: 'a' })).toEqual(['POST', '/x', '{"by":"a"}'])
})

test('an empty list is written by leaving it out, where the handler has to take that for one', async () => {
  expect(await line(['reads', '/x', z.object({ ids: z.array(z.number()) })], { ids: [] })).toEqual([
    'GET',
    '/x',
  ])
  expect(await refusal(['reads', '/x', z.object({ ids: z.array(z.number()).optional() })], { ids: [] })).toBe(
    '/ids cannot be an empty list there: leave it out',
  )
})

test('what would be read as something else there is refused', async () => {
  const one = (schema: z.ZodType): readonly [Verb, string, z.ZodType] => [
    'reads',
    '/x',
    z.object({ a: schema }),
  ]
  for (const [schema, value] of [
    [z.string().nullable(), null],
    [z.union([z.string(), z.number()]), 1],
    [z.any(), 1],
    [z.any(), true],
    [z.number(), Number.NaN],
    [z.number(), Number.POSITIVE_INFINITY],
    [z.array(z.number()), [1, Number.NaN]],
    [z.array(z.string().nullable()), [null]],
    [z.union([z.string(), z.array(z.string())]), ['a']],
  ] as const) {
    expect(await refusal(one(schema), { a: value }), String(value)).toBe(
      '/a would be read as something else there',
    )
  }
  for (const value of [{}, { b: 1 }, [['a']], 1n, Symbol('a'), () => 1, new Date(0)]) {
    expect(await refusal(one(z.any()), { a: value }), String(value)).toBe('/a cannot be written there')
  }
  expect(await line(one(z.number()), { a: -0 })).toEqual(['GET', '/x?a=0'])
  expect(await line(one(z.number().nullable()), { a: null })).toEqual(['GET', '/x?a=null'])
})

test('what JSON would change is refused, with a pointer to it', async () => {
  const any = ['creates', '/x', z.object({ a: z.any() })] as const
  for (const [value, refused] of [
    [Number.NaN, '/a is NaN, which JSON has not'],
    [{ b: [1, Number.NEGATIVE_INFINITY] }, '/a/b/1 is -Infinity, which JSON has not'],
    [{ 'b/c': 1n }, '/a/b~1c is BigInt, which JSON has not'],
    [[undefined], '/a/0 is Undefined, which JSON has not'],
    [{ b: () => 1 }, '/a/b is Function, which JSON has not'],
  ] as const) {
    expect(await refusal(any, { a: value }), refused).toBe(refused)
  }
  const circle: { self?: unknown } = {}
  circle.self = circle
  expect(await refusal(any, { a: circle })).toBe('/a nests deeper than 64')
  expect(await line(any, { a: { b: undefined, at: new Date(0) } })).toEqual([
    'POST',
    '/x',
    '{"a":{"at":"1970-01-01T00:00:00.000Z"}}',
  ])
})

test('members that the contract does not name are not sent, unless its schema speaks of others', async () => {
  const more = { id: 7, text: 'a', secret: { deep: true } }
  expect(await line(['deletes', '/n/{id}', z.object({ id: z.number() })], more)).toEqual(['DELETE', '/n/7'])
  expect(await line(['creates', '/n/{id}', z.object({ id: z.number() })], more)).toEqual(['POST', '/n/7'])
  expect(await line(['creates', '/n', z.object({ text: z.string() })], more)).toEqual([
    'POST',
    '/n',
    '{"text":"a"}',
  ])
  expect(await line(['creates', '/n', z.looseObject({ text: z.string() })], more)).toEqual([
    'POST',
    '/n',
    JSON.stringify(more),
  ])
  expect(await line(['creates', '/n', z.strictObject({ text: z.string() })], more)).toEqual([
    'POST',
    '/n',
    JSON.stringify(more),
  ])
  expect(await line(['reads', '/n', z.strictObject({ a: z.string() })], { a: 'b', typo: 'c' })).toEqual([
    'GET',
    '/n?a=b&typo=c',
  ])
  expect(await line(['reads', '/n', z.record(z.string(), z.number())], { a: 1, b: 2 })).toEqual([
    'GET',
    '/n?a=1&b=2',
  ])
  expect(await line(['reads', '/n'], more)).toEqual(['GET', '/n'])
})

test('data are an object, of a class as well', async () => {
  class Draft {
    readonly text = 'a'
  }
  expect(await line(['creates', '/n', z.object({ text: z.string() })], new Draft())).toEqual([
    'POST',
    '/n',
    '{"text":"a"}',
  ])
  for (const data of [null, 'a', 1, ['a'], true]) {
    expect(await refusal(['creates', '/n', z.object({ text: z.string() })], data)).toBe(' must be an object')
  }
})

test('a call says what it takes, and its own headers hold before that', async () => {
  expect((await compose(['creates', '/n', z.object({ a: z.string() })], { a: 'b' })).headers).toEqual({
    host: 'localhost',
    accept: 'application/json',
    'content-type': 'application/json',
  })
  expect((await compose(['reads', '/n'], undefined, { accept: '*/*', authorization: 'me' })).headers).toEqual(
    {
      host: 'localhost',
      accept: '*/*',
      authorization: 'me',
    },
  )
  for (const headers of [{ 'x-a': 'b\r\nx-c: d' }, { 'x a': 'b' }, { 'x-a': 'Ċ' }]) {
    await expect(compose(['reads', '/n'], undefined, headers)).rejects.toMatchObject({ code: 'field_faulty' })
  }
})

test('a contract of a later version is refused', async () => {
  const contract = {
    verb: 'teleports',
    path: '/x',
    gives: 'data',
    errors: {},
    guards: [],
  } as unknown as HandlerContract
  expect(() => composerOf(contract, [])).toThrow(/it teleports, which is unknown here\. Update hagaki/)
})

/** Texts with everything that has a meaning somewhere on the way. */
const text = fc.oneof(
  fc.string({
    unit: fc.constantFrom(
      'a',
      '%',
      '2',
      'F',
      '/',
      '\\',
      '.',
      '?',
      '#',
      '&',
      '=',
      '+',
      ' ',
      '"',
      "'",
      '\0',
      '\n',
      'é',
      '🎴',
    ),
  }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('null', 'true', '1', '__proto__', '{a}'),
)
const number = fc.oneof(fc.maxSafeInteger(), fc.double({ noNaN: true }), fc.constantFrom(-0, 1e21))
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined })

const Everything = z.object({
  id: z.string(),
  n: z.number(),
  text: z.string().optional(),
  flag: z.boolean().nullable().optional(),
  side: z.enum(['left', 'right']).optional(),
  tags: z.array(z.string()).optional(),
  counts: z.array(z.number()),
  either: z.union([z.string(), z.array(z.number())]).optional(),
})

const everything = fc.record({
  id: text,
  n: number,
  text: optional(text),
  flag: optional(fc.option(fc.boolean())),
  side: optional(fc.constantFrom('left', 'right')),
  tags: optional(fc.array(text, { maxLength: 3 })),
  counts: fc.array(number, { maxLength: 3 }),
  either: optional(fc.oneof(text, fc.array(number, { maxLength: 3 }))),
})

test('what the handler receives is what was sent, or nothing was sent', async () => {
  for (const verb of ['reads', 'creates'] as const) {
    let got: unknown
    let sent = 0
    const app = service({
      it: made[verb]('/x/{id}/{n}', { accepts: Everything }, (data: unknown) => void (got = data)),
    })
    const write = composerOf(app.contract.handlers['it']!, [])
    await fc.assert(
      fc.asyncProperty(everything, async (data) => {
        let request: RequestValue
        try {
          request = (await write(data, {})) as RequestValue
        } catch (error) {
          expect(error).toMatchObject({ code: 'input_invalid' })
          return
        }
        sent++
        const { status } = await perform(app, request)
        expect(status).toBe(204)
        // JSON knows neither undefined nor a negative zero.
        expect(got).toEqual(JSON.parse(JSON.stringify(data)))
      }),
    )
    expect(sent).toBeGreaterThan(10)
  }
})

test('whatever JSON a body holds, the handler receives it', async () => {
  let got: unknown
  const app = service({
    it: made.creates('/x', { accepts: z.looseObject({}) }, (data: unknown) => void (got = data)),
  })
  const write = composerOf(app.contract.handlers['it']!, [])
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })), async (data) => {
      fc.pre(!JSON.stringify(data).includes('"__proto__":'))
      await perform(app, (await write(data, {})) as RequestValue)
      expect(got).toEqual(JSON.parse(JSON.stringify(data)))
    }),
  )
})
