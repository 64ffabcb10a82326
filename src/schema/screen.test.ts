import { type } from 'arktype'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { perform } from '../call/perform.ts'
import { service } from '../handler/service.ts'
import { verbs } from '../handler/verbs.ts'
import { bodyJson, request } from '../value/message.ts'
import { jsonSchema } from './from-json-schema.ts'
import { isLarge } from './screen/large.ts'
import { pathInProbe, probeOf } from './screen/probe.ts'
import { seemsWrong, wrongValues } from './screen.ts'
import type { AnySchema } from './standard.ts'

const MANY = 3_000
const { acts } = verbs({})

interface Answered {
  readonly status: number
  readonly issues: readonly { readonly pointer: string; readonly message: string }[]
}

async function asked(accepts: AnySchema, data: object): Promise<Answered> {
  const it = acts('/', { accepts, limit: '10mb' }, () => {})
  const answer = await perform(service({ it }), request('POST', '/', { json: data as never }))
  if (answer.status < 300) return { status: answer.status, issues: [] }
  const { data: told } = bodyJson(answer) as { data: { issues: Answered['issues'] } }
  return { status: answer.status, issues: told.issues }
}

const list = <T>(make: (at: number) => T): { list: T[] } => ({
  list: Array.from({ length: MANY }, (_, at) => make(at)),
})

interface Tree {
  readonly name: string
  readonly below: Tree[]
}
const Tree: z.ZodType<Tree> = z.lazy(() => z.object({ name: z.string(), below: z.array(Tree) }))
const Shape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('dot'), x: z.number() }),
  z.object({ kind: z.literal('line'), to: z.string().min(1) }),
])

/** Schemas, an item that fits and one that does not. */
const KINDS: Readonly<
  Record<string, readonly [AnySchema, good: (at: number) => unknown, bad: (at: number) => unknown]>
> = {
  numbers: [z.object({ list: z.array(z.number()) }), (at) => at, String],
  objects: [
    z.object({ list: z.array(z.object({ a: z.number(), b: z.string().optional() })) }),
    (at) => ({ a: at }),
    () => ({}),
  ],
  'a list or nothing': [z.object({ list: z.array(z.int()).nullable() }), (at) => at, () => 0.5],
  unions: [z.object({ list: z.array(Shape) }), () => ({ kind: 'dot', x: 1 }), () => ({ kind: 'dot' })],
  'what is no alternative': [
    z.object({ list: z.array(Shape) }),
    () => ({ kind: 'line', to: 'a' }),
    () => ({ kind: 'cube' }),
  ],
  trees: [
    z.object({ list: z.array(Tree) }),
    () => ({ name: 'a', below: [] }),
    () => ({ name: 'a', below: [{}] }),
  ],
  records: [
    z.object({ list: z.array(z.record(z.string(), z.number())) }),
    () => ({ a: 1 }),
    () => ({ a: 'b' }),
  ],
  strict: [
    z.object({ list: z.array(z.strictObject({ a: z.number() })) }),
    () => ({ a: 1 }),
    () => ({ a: 1, b: 2 }),
  ],
  'short texts': [z.object({ list: z.array(z.string().min(2)) }), () => 'ab', () => 'a'],
  words: [z.object({ list: z.array(z.enum(['a', 'b'])) }), () => 'a', () => 'c'],
  arktype: [type({ list: type({ a: 'number' }).array() }), (at) => ({ a: at }), () => ({ a: 'b' })],
}

test('many wrong values are refused as one is, a hundred of them are told, and what fits is let through', async () => {
  for (const [name, [accepts, good, bad]] of Object.entries(KINDS)) {
    expect(await asked(accepts, list(good)), name).toEqual({ status: 204, issues: [] })
    const one = await asked(
      accepts,
      list((at) => (at === 2_500 ? bad(at) : good(at))),
    )
    expect([one.status, one.issues.length > 0], name).toEqual([422, true])
    expect(one.issues[0]?.pointer, name).toMatch(/^\/list\/2500(\/|$)/)
    const all = await asked(accepts, list(bad))
    expect([all.status, all.issues.length], name).toEqual([422, 100])
    expect(all.issues[99]?.pointer, name).toMatch(/^\/list\/99(\/|$)/)
    expect(all.issues[0]?.message, name).toMatch(/./)
  }
})

test('the schema library is not asked of data that are wrong throughout', async () => {
  let most = 0
  const checking = (data: unknown): { pointer: string; message: string }[] => {
    const { list } = data as { list: unknown[] }
    most = Math.max(most, list.length)
    return list.flatMap((one, at) =>
      typeof one === 'number' ? [] : [{ pointer: `/list/${at}`, message: 'is wrong' }],
    )
  }
  const described = {
    type: 'object',
    properties: { list: { type: 'array', items: { type: 'number' } } },
    required: ['list'],
  }
  const accepts = jsonSchema<{ list: number[] }>(described, checking)
  expect((await asked(accepts, list(String))).status).toBe(422)
  expect(most).toBe(1)
  expect(
    (
      await asked(
        accepts,
        list((at) => at),
      )
    ).status,
  ).toBe(204)
  expect(most).toBe(MANY)
})

test('a schema that takes more than it says of itself has the last word', async () => {
  for (const accepts of [
    z.object({ list: z.array(z.coerce.number()) }),
    z.object({ list: z.array(z.preprocess(Number, z.number())) }),
  ])
    expect((await asked(accepts, list(String))).status).toBe(204)
})

test('what depends on other members is judged with all of them', async () => {
  const Graph = z
    .object({ nodes: z.array(z.number()), list: z.array(z.object({ to: z.number() })) })
    .refine(({ nodes, list }) => list.every(({ to }) => nodes.includes(to)))
  const nodes = Array.from({ length: MANY }, (_, at) => at)
  expect((await asked(Graph, { nodes, ...list((to) => ({ to })) })).status).toBe(204)
})

test('code of a schema that throws for what is not in the probe has its say of the whole', async () => {
  const nodes = Array.from({ length: MANY }, (_, at) => ({ at }))
  const Graph = (later: boolean): AnySchema => {
    const fits = ({ nodes, list }: { nodes: { at: number }[]; list: number[] }): boolean =>
      list.every((to) => nodes[to]!.at === to)
    const base = z.object({ nodes: z.array(z.object({ at: z.number() })), list: z.array(z.coerce.number()) })
    return later ? base.refine(async (all) => fits(all)) : base.refine(fits)
  }
  const data = { nodes, ...list((at) => String(MANY - 1 - at)) }
  for (const later of [false, true]) expect((await asked(Graph(later), data)).status, String(later)).toBe(204)
})

test('a body that is the whole input, and one beside other members, are screened as well', async () => {
  const whole = await asked(z.array(z.number()), Array.from({ length: MANY }, String))
  expect([whole.status, whole.issues.length, whole.issues[7]?.pointer]).toEqual([422, 100, '/7'])
  const it = acts('/{id}', { accepts: z.object({ id: z.string() }), body: z.array(z.number()) }, () => {})
  const body = Array.from({ length: MANY }, String)
  const answer = await perform(service({ it }), request('POST', '/a', { json: body }))
  expect((bodyJson(answer) as { data: Answered }).data.issues[7]?.pointer).toBe('/body/7')
})

test('a schema that is part of its own alternatives does not take forever', () => {
  const node = { $ref: '#/$defs/node' }
  const one = (kind: string): object => ({
    type: 'object',
    properties: { a: node, b: node, kind: { const: kind } },
    required: ['kind'],
  })
  const schema = { $ref: '#/$defs/node', $defs: { node: { anyOf: [one('x'), one('y'), one('z')] } } }
  let data: object = { kind: 'none' }
  for (let depth = 0; depth < 60; depth++) data = { a: data, b: { kind: 'none' }, kind: 'x' }
  expect(wrongValues(schema, data, 100).length).toBeGreaterThan(0)
})

test('a probe is the one value, in the place that it has there', () => {
  const data = { a: [{ b: [1, 2, 'x'] }, {}], c: Array.from({ length: 500 }, () => 0), d: 'd' }
  const path = ['a', 0, 'b', 2]
  expect(probeOf(data, path)).toEqual({ a: [{ b: ['x'] }], c: Array.from({ length: 100 }, () => 0), d: 'd' })
  expect(pathInProbe(path)).toEqual(['a', 0, 'b', 0])
})

test('how many values there are is found by looking at no more than so many', () => {
  expect(isLarge({ list: Array.from({ length: 1_990 }, () => 0) })).toBe(false)
  expect(isLarge({ list: Array.from({ length: 2_001 }, () => 0) })).toBe(true)
  expect(isLarge({ list: Array.from({ length: 500 }, () => [0, 0, 0, 0]) })).toBe(true)
  for (const small of [null, undefined, 'x'.repeat(5_000), new Uint8Array(5_000), [[[]]]])
    expect(isLarge(small)).toBe(false)
})

test('wrong values among many are found by a sample, however they are spread', () => {
  const described = { type: 'object', properties: { list: { type: 'array', items: { type: 'number' } } } }
  const spread = (wrong: (at: number) => boolean): object => ({
    list: Array.from({ length: 100_000 }, (_, at) => (wrong(at) ? 'x' : at)),
  })
  // Of one in ten, a sample of 512 misses all once in 10^23 times.
  for (const wrong of [
    (at: number) => at % 10 === 3,
    (at: number) => at % 195 < 20,
    (at: number) => at > 90_000,
    (at: number) => at % 2 === 1,
  ])
    expect(seemsWrong(described, spread(wrong)), String(wrong)).toBe(true)
  expect(
    seemsWrong(
      described,
      spread(() => false),
    ),
  ).toBe(false)
})
