import { expect, test } from 'vitest'
import { z } from 'zod'
import { perform } from '../call/perform.ts'
import { bytes, text } from '../schema/whole.ts'
import { bodyJson, bodyText, type RequestParts, type ResponseValue, request } from '../value/message.ts'
import { utf8Bytes } from '../value/utf8.ts'
import { reply } from './reply.ts'
import { service } from './service.ts'
import { verbs } from './verbs.ts'

const { reads, creates, replaces, acts } = verbs({})
const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0xff])

let got: unknown
const app = service({
  setPicture: replaces(
    '/pictures/{id}',
    {
      accepts: z.object({ id: z.number(), alt: z.string().optional() }),
      body: bytes('image/png', 'image/jpeg'),
    },
    (data) => void (got = data),
  ),
  picture: reads(
    '/pictures/{id}',
    { accepts: z.object({ id: z.number() }), returns: bytes('image/png') },
    () => PNG,
  ),
  any: acts('/any', { accepts: bytes(), returns: bytes('image/*') }, (body) =>
    reply(body, { mediaType: 'image/gif' }),
  ),
  shout: acts('/shout', { accepts: text(), returns: text() }, (said) => said.toUpperCase()),
  sum: acts('/sum', { accepts: z.array(z.number()), returns: z.number() }, (numbers) =>
    numbers.reduce((a, b) => a + b, 0),
  ),
  batch: creates(
    '/batches/{id}',
    { accepts: z.object({ id: z.number() }), body: z.array(z.object({ n: z.number() })), limit: 100 },
    (data) => void (got = data),
  ),
})

const ask = (method: string, target: string, parts: RequestParts = {}): Promise<ResponseValue> =>
  perform(app, request(method, target, parts))
const typed = (type: string): RequestParts => ({ headers: { 'content-type': type } })

test('a body of bytes is a member beside those of the path and the query, octet for octet', async () => {
  const answer = await ask('PUT', '/pictures/7?alt=a', { ...typed('image/png'), body: PNG })
  expect(answer.status).toBe(204)
  expect(got).toEqual({ id: 7, alt: 'a', body: PNG })
})

test('a media type that is not among those named is 415, with those that are (RFC 9110 15.5.16)', async () => {
  for (const type of ['image/gif', 'application/json', 'image', 'image/*']) {
    const answer = await ask('PUT', '/pictures/7', { ...typed(type), body: PNG })
    expect([answer.status, answer.headers['accept']], type).toEqual([415, 'image/png, image/jpeg'])
  }
  for (const type of ['IMAGE/PNG', 'image/jpeg ;q=1'])
    expect((await ask('PUT', '/pictures/7', { ...typed(type), body: PNG })).status, type).toBe(204)
})

test('a body that is asked for and not there does not fit, and neither does one in the query', async () => {
  expect(bodyJson(await ask('PUT', '/pictures/7'))).toMatchObject({
    code: 'input_invalid',
    data: { issues: [{ pointer: '/body', message: 'must be bytes, as a Uint8Array' }] },
  })
  expect(
    bodyJson(await ask('PUT', '/pictures/7?body=x', { ...typed('image/png'), body: PNG })),
  ).toMatchObject({
    code: 'input_misplaced',
    data: { member: 'body', given: 'query', place: 'body' },
  })
})

test('bytes and text are given with their media type', async () => {
  expect(await ask('GET', '/pictures/1')).toMatchObject({ status: 200, contentType: 'image/png', body: PNG })
  const said = await ask('POST', '/shout', { ...typed('text/plain'), body: utf8Bytes('grüß') })
  expect([said.contentType, bodyText(said)]).toEqual(['text/plain; charset=utf-8', 'GRÜSS'])
  expect(await ask('POST', '/any', { body: PNG })).toMatchObject({ contentType: 'image/gif', body: PNG })
})

test('an answer that is offered in one media type is 406 for who wants another (RFC 9110 15.5.7)', async () => {
  expect((await ask('GET', '/pictures/1', { headers: { accept: 'image/png' } })).status).toBe(200)
  expect((await ask('GET', '/pictures/1', { headers: { accept: 'application/json' } })).status).toBe(406)
})

test('text is UTF-8, and nothing else', async () => {
  const latin = await ask('POST', '/shout', { ...typed('text/plain'), body: new Uint8Array([0xe4]) })
  expect(bodyJson(latin)).toMatchObject({ status: 400, code: 'body_malformed' })
  const declared = await ask('POST', '/shout', {
    ...typed('text/plain; charset=latin1'),
    body: utf8Bytes('a'),
  })
  expect(declared.status).toBe(415)
})

test('data that are no object are the whole input, or the member body beside others', async () => {
  expect(bodyJson(await ask('POST', '/sum', { json: [1, 2, 3] }))).toBe(6)
  expect(bodyJson(await ask('POST', '/sum', { json: { 0: 1 } }))).toMatchObject({ code: 'input_invalid' })
  expect((await ask('POST', '/sum')).status).toBe(422)
  expect((await ask('POST', '/batches/3', { json: [{ n: 1 }] })).status).toBe(204)
  expect(got).toEqual({ id: 3, body: [{ n: 1 }] })
  expect(bodyJson(await ask('POST', '/batches/3', { json: [{ n: 1 }, { n: 'x' }] }))).toMatchObject({
    data: { issues: [{ pointer: '/body/1/n' }] },
  })
})

test('the limit of a handler holds for bodies of every kind', async () => {
  expect(
    (await ask('POST', '/batches/3', { json: Array.from({ length: 60 }, () => ({ n: 1 })) })).status,
  ).toBe(413)
})

test('the contract says what a body is', () => {
  const { handlers } = app.contract
  expect(handlers['setPicture']?.takes).toEqual({
    as: 'bytes',
    mediaTypes: ['image/png', 'image/jpeg'],
    body: 'member',
  })
  expect(handlers['any']).toMatchObject({
    takes: { as: 'bytes', mediaTypes: ['*/*'], body: 'whole' },
    gives: 'bytes',
    offers: ['image/*'],
  })
  expect(handlers['sum']).not.toHaveProperty('accepts')
  expect(handlers['sum']?.takes).toMatchObject({ as: 'data', body: 'whole', schema: { type: 'array' } })
  expect(handlers['batch']?.takes).toMatchObject({ body: 'member', schema: { type: 'array' } })
  expect(JSON.parse(JSON.stringify(app.contract))).toEqual(app.contract)
})

test('a body that cannot be is refused at boot, with what to change', () => {
  const Id = z.object({ id: z.number() })
  for (const [handler, message] of [
    [() => reads('/x', { body: bytes() }, () => {}), /it reads, which carries no body/],
    [
      () => acts('/x/{id}', { accepts: z.array(z.string()) } as never, () => {}),
      /say what the body is by `body`/,
    ],
    [
      () => acts('/x', { accepts: z.object({ body: z.string() }), body: text() }, () => {}),
      /has a member body as well/,
    ],
    [() => acts('/{id}', { accepts: Id, body: bytes('png') }, () => {}), /media type "png": it is none/],
    [() => reads('/x', { accepts: text() }, () => {}), /accepts is no object/],
  ] as const) {
    expect(() => service({ it: handler() }), String(message)).toThrow(
      expect.objectContaining({ code: 'setup_faulty', message: expect.stringMatching(message) }),
    )
  }
})

test('a reply of another media type than the contract says is a failure of the app', async () => {
  const odd = service({
    it: reads('/', { returns: bytes('image/png', 'image/gif') }, () =>
      reply(PNG, { mediaType: 'text/html' }),
    ),
    ok: reads('/ok', { returns: bytes('image/png', 'image/gif') }, () =>
      reply(PNG, { mediaType: 'image/gif' }),
    ),
  })
  expect((await perform(odd, request('GET', '/'))).status).toBe(500)
  expect(await perform(odd, request('GET', '/ok'))).toMatchObject({ contentType: 'image/gif', body: PNG })
})

test('called by name, bytes and text are what they are', async () => {
  expect(await app.invoke('shout', 'a')).toBe('A')
  expect(await app.invoke('picture', { id: 1 })).toEqual(PNG)
  await app.invoke('setPicture', { id: 1, body: PNG })
  expect(got).toEqual({ id: 1, body: PNG })
  await expect(app.invoke('setPicture', { id: 1, body: 'x' as never })).rejects.toMatchObject({
    code: 'input_invalid',
  })
})

test('a body of no bytes is one, however the client says so', async () => {
  const empty = new Uint8Array(0)
  expect((await ask('PUT', '/pictures/7', { ...typed('image/png'), body: empty })).status).toBe(204)
  expect(got).toMatchObject({ body: empty })
  // Only its type is there: "content-length: 0" is all that many a client says of an empty file.
  expect((await ask('PUT', '/pictures/7', typed('image/png'))).status).toBe(204)
  expect(got).toMatchObject({ body: empty })
  expect(bodyText(await ask('POST', '/shout', typed('text/plain')))).toBe('')
  expect((await ask('POST', '/any')).status).toBe(200)
  // Nothing says that it would be one of these.
  expect((await ask('PUT', '/pictures/7')).status).toBe(422)
  expect((await ask('PUT', '/pictures/7', typed('image/gif'))).status).toBe(415)
})

test('who takes a type that a range has is not refused, and what is no range is what answers have', async () => {
  const accept = (accept: string): RequestParts => ({ headers: { accept, 'content-type': 'image/gif' } })
  expect((await ask('POST', '/any', { ...accept('image/gif'), body: PNG })).contentType).toBe('image/gif')
  const usual = service({
    mixed: reads('/mixed', { returns: bytes('image/*', 'image/png') }, () => PNG),
    said: reads('/said', { returns: text('text/*') }, () => 'a'),
  })
  expect((await perform(usual, request('GET', '/mixed'))).contentType).toBe('image/png')
  expect((await perform(usual, request('GET', '/said'))).contentType).toBe('text/plain; charset=utf-8')
})

test('text says its charset once', async () => {
  for (const [mediaType, contentType] of [
    ['text/html', 'text/html; charset=utf-8'],
    ['TEXT/HTML', 'TEXT/HTML; charset=utf-8'],
    ['text/html;charset=utf-8', 'text/html;charset=utf-8'],
    ['text/html; level=1', 'text/html; level=1; charset=utf-8'],
  ] as const) {
    const page = service({
      it: reads('/', { returns: text('text/html') }, () => reply('<p>', { mediaType })),
    })
    expect((await perform(page, request('GET', '/'))).contentType, mediaType).toBe(contentType)
  }
})
