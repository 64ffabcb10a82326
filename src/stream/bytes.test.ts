import { expect, test } from 'vitest'
import { z } from 'zod'
import { perform } from '../call/perform.ts'
import type { Log } from '../contract.ts'
import { reply } from '../handler/reply.ts'
import { service } from '../handler/service.ts'
import { bodyJson, bodyText, type RequestParts, type ResponseValue, request } from '../value/message.ts'
import { utf8Bytes } from '../value/utf8.ts'
import { acts, bytes, creates, reads } from './stream.ts'

/** How many octets came, and in how many pieces. */
async function count(body: AsyncIterable<Uint8Array>): Promise<number> {
  let octets = 0
  for await (const piece of body) octets += piece.byteLength
  return octets
}

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield utf8Bytes(text)
}

const upload = service({
  it: creates(
    '/{name}',
    {
      accepts: z.object({ name: z.string(), n: z.number().optional() }),
      takes: bytes('image/*'),
      limit: 8,
      returns: z.any(),
    },
    async ({ name, n, body }) => [name, n, await count(body)],
  ),
})

function send(parts: RequestParts, target = '/a'): Promise<ResponseValue> {
  return perform(upload, request('POST', target, parts))
}

test('a body of bytes is the member `body`, beside those of the path and the query', async () => {
  const answer = await send(
    { body: utf8Bytes('12345678'), headers: { 'content-type': 'image/png' } },
    '/a?n=1',
  )
  expect([answer.status, bodyText(answer)]).toEqual([201, '["a",1,8]'])
})

test('no body at all is one of zero bytes', async () => {
  expect(bodyText(await send({}))).toBe('["a",null,0]')
})

test('a body of another type, in a coding or over the limit is refused before the function runs', async () => {
  const body = utf8Bytes('123456789')
  for (const [headers, status, code] of [
    [{ 'content-type': 'text/plain' }, 415, 'media_type_unsupported'],
    [{}, 415, 'media_type_unsupported'],
    [{ 'content-type': 'image/png', 'content-encoding': 'x-odd' }, 415, 'content_coding_unsupported'],
    [{ 'content-type': 'image/png', 'content-encoding': 'gzip, br' }, 415, 'content_coding_unsupported'],
    [{ 'content-type': 'image/png' }, 413, 'body_too_large'],
  ] as const) {
    const answer = await send({ body, headers })
    expect([answer.status, (bodyJson(answer) as { code: string }).code], JSON.stringify(headers)).toEqual([
      status,
      code,
    ])
  }
})

test('members are checked before anything of the body is read', async () => {
  const answer = await send({ body: utf8Bytes('1'), headers: { 'content-type': 'image/png' } }, '/a?n=x')
  expect(answer.status).toBe(422)
})

test('a body is taken once', async () => {
  const twice = service({
    it: acts('/', { takes: bytes(), limit: '1kb', returns: z.any() }, async ({ body }) => {
      for await (const _ of body) break
      return count(body).catch((error: { code: string }) => error.code)
    }),
  })
  expect(bodyText(await perform(twice, request('POST', '/', { body: utf8Bytes('abc') })))).toBe(
    '"input_taken"',
  )
})

test('by name a body is bytes, or what gives them', async () => {
  const invoke = async (body: unknown): Promise<unknown> =>
    (await upload.invoke('it', { name: 'a', body } as never)).at(-1)
  expect(await invoke(utf8Bytes('abc'))).toBe(3)
  expect(await invoke(pieces('ab', 'c'))).toBe(3)
  expect(await invoke([utf8Bytes('ab'), utf8Bytes('c')])).toBe(3)
  expect(await invoke(new Blob(['abc']))).toBe(3)
  expect(await invoke(new Blob(['abc']).stream())).toBe(3)
  for (const body of [undefined, null, 'abc', 3])
    await expect(invoke(body), String(body)).rejects.toMatchObject({
      code: 'input_invalid',
      detail: { issues: [{ pointer: '/body' }] },
    })
})

test('bytes are given as they come, as one of the media types that the contract has', async () => {
  const app = service({
    it: reads('/', { gives: bytes('image/png', 'image/gif') }, () => pieces('ab', 'c')),
    gif: reads('/gif', { gives: bytes('image/png', 'image/gif') }, () =>
      reply(pieces('ab', 'c'), { mediaType: 'image/gif', length: 3, fields: { 'x-a': 'b' } }),
    ),
    any: reads('/any', { gives: bytes() }, () => pieces()),
  })
  const get = (path: string, headers = {}): Promise<ResponseValue> =>
    perform(app, request('GET', path, { headers }))
  expect(await get('/')).toMatchObject({ status: 200, contentType: 'image/png', body: utf8Bytes('abc') })
  expect(await get('/', { accept: 'image/gif' })).toMatchObject({ contentType: 'image/gif' })
  expect((await get('/', { accept: 'text/html' })).status).toBe(406)
  expect(await get('/gif')).toMatchObject({
    contentType: 'image/gif',
    headers: { 'content-length': '3', 'x-a': 'b' },
  })
  expect(await get('/any')).toMatchObject({
    contentType: 'application/octet-stream',
    body: new Uint8Array(0),
  })
  expect(app.contract.handlers['it']).toMatchObject({ gives: 'chunks', offers: ['image/png', 'image/gif'] })
})

test('a stream of bytes that fails is no whole answer, and neither is one that gives no bytes', async () => {
  for (const piece of ['text', null, 1, [1]]) {
    const app = service({
      it: reads('/', { gives: bytes() }, async function* () {
        yield utf8Bytes('a')
        yield piece as never
      }),
    })
    await expect(perform(app, request('GET', '/')), String(piece)).rejects.toMatchObject({
      code: 'output_invalid',
    })
  }
})

test('a function that gives no stream, or another type than its contract has, is a mistake told before the head', async () => {
  const errors: object[] = []
  const log = { debug() {}, info() {}, warn() {}, error: (fields: object) => void errors.push(fields) } as Log
  const app = service({
    none: reads('/none', { gives: bytes() }, () => utf8Bytes('a') as never),
    other: reads('/other', { gives: bytes('image/png') }, () =>
      reply(pieces('a'), { mediaType: 'text/html' }),
    ),
  })
  for (const path of ['/none', '/other'])
    expect((await perform(app, request('GET', path), { log })).status, path).toBe(500)
  expect(errors).toHaveLength(2)
})

test('what comes may go out again as it comes', async () => {
  const app = service({
    it: acts('/', { takes: bytes(), gives: bytes(), limit: '1kb' }, ({ body }) => body),
  })
  expect(bodyText(await perform(app, request('POST', '/', { body: utf8Bytes('abc') })))).toBe('abc')
})

test('the contract says what flows, and how much of it', () => {
  expect(upload.contract.handlers['it']).toMatchObject({
    gives: 'data',
    takes: { as: 'chunks', mediaTypes: ['image/*'], body: 'member' },
    limit: 8,
  })
})
