import { expect, test } from 'vitest'
import { z } from 'zod'
import { perform } from '../call/perform.ts'
import type { AnySchema } from '../schema/standard.ts'
import { bodyJson, type RequestParts, request } from '../value/message.ts'
import { failure } from './failure.ts'
import type { AnyHandler } from './handler.ts'
import { service } from './service.ts'
import { VERBS, type Verb } from './verb.ts'
import { verbs } from './verbs.ts'

const made = verbs({}) as { readonly [V in Verb]: (path: string, spec: object, run: unknown) => AnyHandler }

/** Asks a handler of that verb, path and schema; gives its data, or status and code of the refusal. */
async function ask(
  [verb, path, accepts]: readonly [Verb, string, AnySchema?],
  target: string,
  parts: RequestParts = {},
): Promise<unknown> {
  let got: unknown = 'nothing'
  const handler = made[verb](path, { accepts }, (data: unknown) => {
    got = data
  })
  const { method } = VERBS[verb]
  const answer = await perform(service({ handler }), request(method, target, parts))
  if (answer.status === 204) return got
  const { code, data } = bodyJson(answer) as { code: string; data?: { issues?: { pointer: string }[] } }
  return [answer.status, code, ...(data?.issues?.map(({ pointer }) => pointer) ?? [])]
}

const Rename = z.object({ id: z.number(), text: z.string() })
const Find = z.object({ id: z.number(), text: z.string().optional() })

test('names in the path come from there; the rest from the query for reads and deletes, else from the body', async () => {
  for (const [verb, target, parts] of [
    ['reads', '/notes/7?text=hi', {}],
    ['deletes', '/notes/7?text=hi', {}],
    ['creates', '/notes/7', { json: { text: 'hi' } }],
    ['updates', '/notes/7', { json: { text: 'hi' } }],
  ] as const) {
    expect(await ask([verb, '/notes/{id}', Rename], target, parts), verb).toEqual({ id: 7, text: 'hi' })
  }
})

test('a member in another place is refused, also when it says the same', async () => {
  const transfer = ['creates', '/transfer', z.object({ to: z.string(), sum: z.number() })] as const
  const misplaced = [400, 'input_misplaced']
  expect(await ask(transfer, '/transfer?to=eve', { json: { to: 'bob', sum: 1 } })).toEqual(misplaced)
  expect(await ask(transfer, '/transfer?to=bob', { json: { to: 'bob', sum: 1 } })).toEqual(misplaced)
  expect(await ask(transfer, '/transfer?%74o=eve', { json: { to: 'bob', sum: 1 } })).toEqual(misplaced)
  for (const id of [7, 8, '7', null]) {
    expect(await ask(['updates', '/notes/{id}', Rename], '/notes/7', { json: { id, text: 'hi' } })).toEqual(
      misplaced,
    )
  }
  for (const verb of ['reads', 'deletes'] as const) {
    for (const query of ['id=7', 'id=8', 'id', 'text=a&id=8', '%69d=8']) {
      expect(await ask([verb, '/notes/{id}', Find], `/notes/7?${query}`), query).toEqual(misplaced)
    }
  }
  expect(await ask(['updates', '/notes/{id}', Rename], '/notes/7?id=8', { json: { text: 'hi' } })).toEqual(
    misplaced,
  )
})

test('a body where none is taken is refused', async () => {
  for (const handler of [
    ['reads', '/notes/{id}', Find],
    ['deletes', '/notes/{id}', Find],
    ['creates', '/notes/{id}', z.object({ id: z.number() })],
    ['creates', '/notes/7'],
  ] as const) {
    expect(await ask(handler, '/notes/7', { json: { text: 'hi' } })).toEqual([400, 'input_misplaced'])
    expect(await ask(handler, '/notes/7', { body: '' })).not.toEqual([400, 'input_misplaced'])
  }
})

test('texts are turned as the schema says, and stay texts where they do not read so', async () => {
  const one = (schema: AnySchema): readonly [Verb, string, AnySchema] => [
    'reads',
    '/x',
    z.object({ a: schema as z.ZodType }),
  ]
  for (const [schema, text, value] of [
    [z.number(), '1.5', 1.5],
    [z.int(), '7', 7],
    [z.boolean(), 'false', false],
    [z.null(), 'null', null],
    [z.string(), '7', '7'],
    [z.string(), 'null', 'null'],
    [z.number().nullable(), 'null', null],
    [z.literal([1, 2]), '2', 2],
    [z.enum(['1', '2']), '2', '2'],
    [z.union([z.number(), z.boolean()]), 'true', true],
    [z.union([z.number(), z.string()]), '7', '7'],
    [z.stringbool(), 'yes', true],
    [z.coerce.number(), '7', 7],
    [z.any(), '7', '7'],
    [z.string().transform((text) => text.length), 'four', 4],
    [
      z.codec(z.iso.date(), z.date(), {
        decode: (text) => new Date(text),
        encode: (date) => date.toISOString(),
      }),
      '2020-01-01',
      new Date('2020-01-01'),
    ],
  ] as const) {
    expect(await ask(one(schema), `/x?a=${text}`), text).toEqual({ a: value })
  }
  for (const [schema, text] of [
    [z.number(), ''],
    [z.number(), '0x10'],
    [z.number(), '1e400'],
    [z.int(), '1.5'],
    [z.int(), '9007199254740993'],
    [z.number(), '9007199254740993'],
    [z.boolean(), '1'],
    [z.boolean(), ''],
    [z.literal([1, 2]), '3'],
    [z.null(), ''],
  ] as const) {
    expect(await ask(one(schema), `/x?a=${text}`), text).toEqual([422, 'input_invalid', '/a'])
  }
})

test('a name in the path is turned as one in the query', async () => {
  expect(await ask(['reads', '/n/{id}', z.object({ id: z.number() })], '/n/01')).toEqual([
    422,
    'input_invalid',
    '/id',
  ])
  expect(await ask(['reads', '/n/{id}', z.object({ id: z.string() })], '/n/%C3%A9%2B+')).toEqual({
    id: 'é++',
  })
})

test('a list is a name that comes again', async () => {
  const handler = [
    'reads',
    '/x',
    z.object({ n: z.array(z.number()), t: z.array(z.string()).optional() }),
  ] as const
  expect(await ask(handler, '/x?n=1&t=a&n=2')).toEqual({ n: [1, 2], t: ['a'] })
  expect(await ask(handler, '/x?n=1&n=b')).toEqual([422, 'input_invalid', '/n/1'])
  expect(
    await ask(['reads', '/x', z.object({ at: z.tuple([z.number(), z.string()]) })], '/x?at=1&at=2'),
  ).toEqual({ at: [1, '2'] })
})

test('a list that is asked for and not given is empty: a query cannot say so otherwise', async () => {
  const handler = [
    'reads',
    '/x',
    z.object({ n: z.array(z.number()), o: z.array(z.number()).optional() }),
  ] as const
  expect(await ask(handler, '/x')).toEqual({ n: [] })
  expect(await ask(['reads', '/x', z.object({ n: z.array(z.number()).min(1) })], '/x')).toEqual([
    422,
    'input_invalid',
    '/n',
  ])
  expect(await ask(['creates', '/x', z.object({ n: z.array(z.number()) })], '/x', { json: {} })).toEqual([
    422,
    'input_invalid',
    '/n',
  ])
})

test('any other name that comes again is refused', async () => {
  for (const query of ['a=1&a=1', 'a=1&a=2', 'a&b&a']) {
    expect(await ask(['reads', '/x', z.object({ a: z.string() })], `/x?${query}`), query).toEqual([
      422,
      'input_invalid',
      '/a',
    ])
  }
})

test('names that a reading handler does not know go to its schema', async () => {
  const [plain, strict, loose] = [
    z.object({ a: z.string() }),
    z.strictObject({ a: z.string() }),
    z.looseObject({ a: z.string() }),
  ]
  const query = '/x?a=1&b=2&c=3&c=4'
  expect(await ask(['reads', '/x', plain], query)).toEqual({ a: '1' })
  expect(await ask(['reads', '/x', strict], query)).toEqual([422, 'input_invalid', ''])
  expect(await ask(['reads', '/x', loose], query)).toEqual({ a: '1', b: '2', c: ['3', '4'] })
  const record = z.record(z.string(), z.number())
  expect(await ask(['deletes', '/x', record], '/x?a=1&b=2')).toEqual({ a: 1, b: 2 })
  expect(await ask(['deletes', '/x', record], '/x?a=1&a=2')).toEqual([422, 'input_invalid', '/a'])
})

test('names in the query that are no members of a handler with a body are not its own', async () => {
  const handler = ['creates', '/x', z.strictObject({ a: z.string() })] as const
  expect(await ask(handler, '/x?utm=1&constructor=2', { json: { a: 'b' } })).toEqual({ a: 'b' })
  expect(await ask(['reads', '/x'], '/x?utm=1')).toBeUndefined()
})

test('__proto__ is refused in a query as well, and other names of Object.prototype are data', async () => {
  const query = '/x?constructor=c&toString=d&hasOwnProperty=e'
  const got = (await ask(['reads', '/x', z.looseObject({})], query)) as object
  expect(got).toMatchObject({ constructor: 'c', toString: 'd', hasOwnProperty: 'e' })
  expect(Object.getPrototypeOf(got)).toBe(Object.prototype)
  for (const name of ['__proto__', '%5f_proto__'])
    expect(await ask(['reads', '/x', z.looseObject({})], `/x?a=1&${name}=a`), name).toEqual([
      400,
      'target_faulty',
    ])
  expect(await ask(['reads', '/x', z.object({ constructor: z.string() })], '/x?constructor=c')).toEqual({
    constructor: 'c',
  })
  expect(await ask(['reads', '/x', z.object({ constructor: z.string() })], '/x')).toEqual([
    422,
    'input_invalid',
    '/constructor',
  ])
})

test('__proto__ is refused in a JSON body, and other names are data there', async () => {
  const loose = ['creates', '/x', z.looseObject({})] as const
  const body = (text: string): RequestParts => ({
    body: text,
    headers: { 'content-type': 'application/json' },
  })
  expect(await ask(loose, '/x', body('{"__proto__":{"admin":true}}'))).toEqual([400, 'body_malformed'])
  expect(await ask(loose, '/x', body('{"a":[{"_\\u005fproto__":1}]}'))).toEqual([400, 'body_malformed'])
  expect(await ask(loose, '/x', body('{"constructor":{"prototype":1}}'))).toEqual({
    constructor: { prototype: 1 },
  })
})

test('a stray percent sign in a query is refused', async () => {
  for (const query of ['a=%', 'a=%zz', '%=1', 'a=%ff', 'a=1&x=%']) {
    expect(await ask(['reads', '/x', z.object({ a: z.string() })], `/x?${query}`), query).toEqual([
      400,
      'target_faulty',
    ])
  }
})

test('no body is the same as one without members', async () => {
  const optional = ['creates', '/x', z.object({ a: z.string().optional() })] as const
  expect(await ask(optional, '/x')).toEqual({})
  expect(await ask(optional, '/x', { json: {} })).toEqual({})
  expect(await ask(['creates', '/x', z.object({ a: z.string() })], '/x')).toEqual([
    422,
    'input_invalid',
    '/a',
  ])
  expect(
    await ask(['updates', '/x/{id}', z.object({ id: z.number(), a: z.string().default('d') })], '/x/1'),
  ).toEqual({ id: 1, a: 'd' })
})

test('a body is an object', async () => {
  for (const json of [null, [], [{ a: '1' }], 'a', 1, true]) {
    expect(
      await ask(['creates', '/x', z.object({ a: z.string().optional() })], '/x', { json }),
      JSON.stringify(json),
    ).toEqual([422, 'input_invalid', ''])
  }
})

test('a union of objects binds the members of each', async () => {
  const Shape = z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('circle'), r: z.number() }),
    z.object({ kind: z.literal('text'), r: z.string() }),
    z.object({ kind: z.literal('square'), side: z.number() }),
  ])
  expect(await ask(['reads', '/{kind}', Shape], '/square?side=2')).toEqual({ kind: 'square', side: 2 })
  expect(await ask(['reads', '/{kind}', Shape], '/text?r=2')).toEqual({ kind: 'text', r: '2' })
  expect(await ask(['creates', '/{kind}', Shape], '/circle', { json: { r: 2 } })).toEqual({
    kind: 'circle',
    r: 2,
  })
})

test('a binding that cannot be is refused at boot, with the handler and what to change', () => {
  const deep = z.object({ id: z.number(), where: z.object({ x: z.number() }) })
  for (const [verb, path, accepts, message] of [
    ['reads', '/n/{id}', undefined, /\{id\} in its path is no member of accepts\. Add id to accepts/],
    ['reads', '/n/{id}', z.object({ name: z.string() }), /Add id to accepts/],
    ['reads', '/n', z.array(z.string()), /accepts is no object\. Accept an object/],
    ['creates', '/n/{id}', z.array(z.string()), /accepts is no object.*say what the body is by `body`/],
    [
      'reads',
      '/n/{id}',
      deep,
      /member where is an object.* from the query\. Take it apart, or use a verb with a body/,
    ],
    ['deletes', '/n/{id}', deep, /member where/],
    [
      'reads',
      '/n',
      z.object({ a: z.array(z.array(z.string())) }),
      /member a is an object, or a list of more/,
    ],
    ['reads', '/n', z.object({ a: z.array(z.object({})) }), /member a/],
    ['reads', '/n', z.record(z.string(), z.object({})), /a member under another name/],
    ['updates', '/n/{where}', deep, /member where is no simple value and comes from the path/],
    ['reads', '/n/{a}', z.object({ a: z.array(z.string()) }), /member a is no simple value.*Take a text/],
    [
      'creates',
      '/n',
      z.object({ at: z.date() }),
      /accepts of "it".*Date cannot be represented.*z\.iso\.datetime\(\)/,
    ],
    ['creates', '/n', z.object({ n: z.bigint() }), /BigInt cannot be represented.*a bigint as a string/],
  ] as const) {
    const handler = made[verb](path, { accepts }, () => {})
    expect(() => service({ it: handler }), String(message)).toThrow(
      expect.objectContaining({ code: 'setup_faulty', message: expect.stringMatching(message) }),
    )
    expect(() => service({ it: handler })).toThrow(/"it"/)
  }
  expect(() => service({ it: made.creates('/n/{id}', { accepts: deep }, () => {}) })).not.toThrow()
})

test('what is returned, and what failures hold, has to be JSON as well', () => {
  const { reads } = verbs({})
  const when = z.object({ at: z.date() })
  const returning = reads('/n', { returns: when }, () => ({ at: new Date() }))
  expect(() => service({ it: returning })).toThrow(/returns of "it".*Give a date as z\.iso\.datetime\(\)/)
  const failing = reads('/n', { errors: [failure('too_late', 'gone', when)] }, () => {})
  expect(() => service({ it: failing })).toThrow(/failure "too_late" of "it".*Give a date/)
})

test('a body that is one value is not given in the query, whether there are members beside it or not', async () => {
  for (const accepts of [undefined, z.object({ a: z.string().optional() })]) {
    const it = made.acts('/', { accepts, body: z.string() }, () => {})
    const at = async (target: string): Promise<number> =>
      (await perform(service({ it }), request('POST', target, { json: 'text' }))).status
    expect(await at('/?body=eve')).toBe(400)
    expect(await at('/?b%6fdy=eve')).toBe(400)
    expect(await at('/?other=eve')).toBe(204)
  }
})
