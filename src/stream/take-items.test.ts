import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { perform } from '../call/perform.ts'
import { service } from '../handler/service.ts'
import { bodyJson, request } from '../value/message.ts'
import { utf8Bytes } from '../value/utf8.ts'
import { acts, items } from './stream.ts'

const Reading = z.object({
  at: z.codec(z.iso.datetime(), z.date(), {
    decode: (text) => new Date(text),
    encode: (date) => date.toISOString(),
  }),
  n: z.number(),
})
const took: number[] = []

const app = service({
  add: acts(
    '/{to}',
    {
      accepts: z.object({ to: z.string() }),
      takes: items(Reading, { limit: 64 }),
      limit: '1kb',
      returns: z.any(),
    },
    async ({ to, body }) => {
      took.length = 0
      for await (const { at, n } of body) took.push(at.getTime() + n)
      return { to, sum: took.reduce((sum, one) => sum + one, 0) }
    },
  ),
})

async function send(
  body: string | Uint8Array,
  headers: Record<string, string> = { 'content-type': 'application/jsonl' },
): Promise<unknown> {
  const bytes = typeof body === 'string' ? utf8Bytes(body) : body
  const answer = await perform(app, request('POST', '/a', { body: bytes, headers }))
  return answer.status === 200 ? bodyJson(answer) : [answer.status, bodyJson(answer)]
}

const line = (n: number | string): string => `{"at":"1970-01-01T00:00:00Z","n":${n}}\n`

test('each line is an item, as its schema gives it', async () => {
  expect(await send(line(1) + line(2))).toEqual({ to: 'a', sum: 3 })
  for (const type of ['application/x-ndjson', 'APPLICATION/jsonl; charset=UTF-8'])
    expect(await send(line(1), { 'content-type': type }), type).toEqual({ to: 'a', sum: 1 })
})

test('no lines, no items; empty ones are passed over', async () => {
  expect(await send('')).toEqual({ to: 'a', sum: 0 })
  expect(await send(`\n\r\n${line(1)}\n`)).toEqual({ to: 'a', sum: 1 })
  expect((await perform(app, request('POST', '/a'))).status).toBe(200)
})

test('lines may be coded', async () => {
  const headers = { 'content-type': 'application/jsonl', 'content-encoding': 'gzip' }
  expect(await send(gzipSync(line(1) + line(2)), headers)).toEqual({ to: 'a', sum: 3 })
})

test('an item that does not fit is told by its place, once those before it were taken', async () => {
  expect(await send(line(1) + line('"x"') + line(3))).toMatchObject([
    422,
    { code: 'input_invalid', data: { issues: [{ pointer: '/body/1/n' }] } },
  ])
  expect(took).toEqual([1])
})

test('a line that is no JSON is malformed, and says which', async () => {
  expect(await send(`${line(1)}{`)).toMatchObject([
    400,
    { code: 'body_malformed', detail: expect.stringMatching(/in item 1$/) },
  ])
})

test('a line over its limit, or lines over that of the whole, are too large', async () => {
  expect(await send(line('1'.repeat(40)))).toMatchObject([413, { data: { limit: 64 } }])
  expect(await send(line(1).repeat(40))).toMatchObject([413, { data: { limit: 1024 } }])
})

test('another type is refused, and so is none', async () => {
  for (const headers of [
    {},
    { 'content-type': 'application/json' },
    { 'content-type': 'application/jsonl; charset=latin1' },
  ])
    expect(await send(line(1), headers as Record<string, string>), JSON.stringify(headers)).toMatchObject([
      415,
      {},
    ])
})

test('by name items are what an iterable gives, checked as they come', async () => {
  const at = '1970-01-01T00:00:00Z'
  expect(await app.invoke('add', { to: 'a', body: [{ at, n: 1 }] })).toEqual({ to: 'a', sum: 1 })
  const unfit = app.invoke('add', {
    to: 'a',
    body: [
      { at, n: 1 },
      { at, n: 'x' as never },
    ],
  })
  await expect(unfit).rejects.toMatchObject({
    code: 'input_invalid',
    detail: { issues: [{ pointer: '/body/1/n' }] },
  })
  for (const body of [undefined, null, 1, 'text', {}]) {
    const none = app.invoke('add', { to: 'a', body: body as never })
    await expect(none, String(body)).rejects.toMatchObject({ detail: { issues: [{ pointer: '/body' }] } })
  }
})

test('the contract says of which schema items are, and how large', () => {
  expect(app.contract.handlers['add']).toMatchObject({
    limit: 1024,
    takes: {
      as: 'items',
      mediaTypes: ['application/jsonl', 'application/x-ndjson'],
      body: 'member',
      schema: { type: 'object' },
      limits: { item: 64 },
    },
  })
})
