import { createHmac } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { perform } from '../call/perform.ts'
import type { App } from '../contract.ts'
import { text } from '../schema/whole.ts'
import { bodyJson, type RequestParts, type ResponseValue, request } from '../value/message.ts'
import { utf8Bytes } from '../value/utf8.ts'
import type { BodyLimitSpec } from './body.ts'
import { service } from './service.ts'
import { header } from './source.ts'
import { verbs } from './verbs.ts'

const { reads, creates } = verbs({})
const Note = z.object({ text: z.string() })
const echo = service({ echo: creates('/', { accepts: Note, returns: Note }, (note) => note) })

function post(app: App, parts: RequestParts): Promise<ResponseValue> {
  return perform(app, request('POST', '/', parts))
}

const codeOf = (answer: ResponseValue): unknown => (bodyJson(answer) as { code?: unknown }).code

test('a body is JSON by its content-type, in every spelling of that and no other', async () => {
  const send = async (type: string | null): Promise<number> => {
    const headers: Record<string, string> = type === null ? {} : { 'content-type': type }
    return (await post(echo, { body: '{"text":"hi"}', headers })).status
  }
  for (const type of [
    'application/json',
    'Application/JSON',
    'application/json;charset=utf-8',
    'application/json; charset="UTF-8"',
    'application/json\t;\tCharset=Utf-8',
    'application/json;',
    'application/json; version=1',
  ]) {
    expect(await send(type), type).toBe(201)
  }
  for (const type of [
    null,
    'text/plain',
    'application/jsonx',
    'application/json5',
    'application/problem+json',
    'application/json;charset=latin1',
    'application/json;charset=utf-16',
    'application/json, text/plain',
    'application/json text/plain',
    'text/plain;application/json',
    'application/x-www-form-urlencoded',
    'application/json;charset=utf-8;charset=latin1',
    '*/*',
  ]) {
    expect(await send(type), String(type)).toBe(415)
  }
})

test('415 says what is taken (RFC 9110 15.5.16)', async () => {
  const answer = await post(echo, { body: 'a', headers: { 'content-type': 'text/plain' } })
  expect(answer.headers['accept']).toBe('application/json')
  expect(bodyJson(answer)).toMatchObject({
    code: 'media_type_unsupported',
    data: { mediaType: 'text/plain', accepts: ['application/json'] },
  })
})

test('content codings are undone, and one that is not known is told with those that are (RFC 9110 15.5.16)', async () => {
  const coded = gzipSync('{"text":"hi"}')
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
  expect((await perform(echo, request('POST', '/', { headers, body: coded }))).status).toBe(201)
  for (const coding of ['lzw', 'gzip, lzw', 'gzip, gzip, gzip, gzip']) {
    const answer = await post(echo, { json: { text: 'hi' }, headers: { 'content-encoding': coding } })
    expect(bodyJson(answer), coding).toMatchObject({ status: 415, code: 'content_coding_unsupported' })
    expect(answer.headers['accept-encoding'], coding).toContain('gzip')
  }
})

test('a handler has the octets that its data were decoded from, as a signature asks for', async () => {
  const { acts } = verbs({})
  const secret = 'shared'
  const Event = z.object({ kind: z.string(), signature: z.string() })
  const inner = acts('/inner', { returns: z.boolean() }, (_, { raw }) => raw === null)
  const app = service({
    hook: acts(
      '/hook',
      { accepts: Event, from: { signature: header('x-signature') }, returns: z.string() },
      ({ kind, signature }, { raw }) =>
        createHmac('sha256', secret).update(raw!.bytes).digest('hex') === signature ? kind : 'forged',
    ),
    inner,
    outer: acts('/outer', { returns: z.boolean() }, (_, { invoke }) => invoke(inner)),
  })
  // The blanks are a part of what is signed, and of no data.
  const body = utf8Bytes('{ "kind" :  "paid" }')
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  const send = async (signature: string, bytes = body): Promise<unknown> => {
    const headers = { 'content-type': 'application/json', 'x-signature': signature }
    return bodyJson(await perform(app, request('POST', '/hook', { headers, body: bytes })))
  }
  expect(await send(signature)).toBe('paid')
  expect(await send(signature, utf8Bytes('{"kind":"paid"}'))).toBe('forged')
  expect(bodyJson(await perform(app, request('POST', '/outer')))).toBe(true)
})

test('a body is held to its limit as it arrives and as it is when its coding is undone', async () => {
  const { acts } = verbs({})
  const limited = (limit: BodyLimitSpec): App =>
    service({ it: acts('/', { accepts: text(), limit }, () => {}) })
  const send = async (limit: BodyLimitSpec, body: Uint8Array, coding?: string): Promise<number> => {
    const headers = {
      'content-type': 'text/plain',
      ...(coding !== undefined && { 'content-encoding': coding }),
    }
    return (await perform(limited(limit), request('POST', '/', { headers, body }))).status
  }
  const long = utf8Bytes('a'.repeat(1_000))
  const coded = gzipSync(long)
  expect(await send(1_000, coded, 'gzip')).toBe(204)
  expect(await send(999, coded, 'gzip')).toBe(413)
  expect(await send({ wire: coded.length, decoded: '1kb' }, coded, 'gzip')).toBe(204)
  expect(await send({ wire: coded.length - 1, decoded: '1kb' }, coded, 'gzip')).toBe(413)
  expect(await send({ wire: '2kb', decoded: 999 }, long)).toBe(413)
  expect(await send(1_000, coded.subarray(0, -1), 'gzip')).toBe(400)
})

test('a body that is no JSON in UTF-8 is malformed, and one that nests too deep is too complex', async () => {
  const headers = { 'content-type': 'application/json' }
  const nested = (depth: number): string =>
    `{"text":"a","x":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
  for (const body of ['{', '\ufeff{"text":"a"}', '{"text":"a"}}', Uint8Array.from([0x22, 0xff, 0x22])]) {
    const answer = await post(echo, { body, headers })
    expect([answer.status, codeOf(answer)], String(body).slice(0, 20)).toEqual([400, 'body_malformed'])
  }
  expect((await post(echo, { body: nested(64), headers })).status).toBe(201)
  expect(codeOf(await post(echo, { body: nested(65), headers }))).toBe('body_too_complex')
})

test('a body may reach the limit of its handler and not exceed it', async () => {
  const limited = service({
    small: creates('/small', { accepts: Note, limit: 20 }, () => {}),
    none: creates('/none', { accepts: Note, limit: 0 }, () => {}),
    usual: creates('/usual', { accepts: Note }, () => {}),
  })
  const bodyOf = (bytes: number): string => JSON.stringify({ text: 'a'.repeat(bytes - '{"text":""}'.length) })
  const send = async (path: string, bytes: number): Promise<number> => {
    const headers = { 'content-type': 'application/json' }
    return (await perform(limited, request('POST', path, { body: bodyOf(bytes), headers }))).status
  }
  expect([await send('/small', 19), await send('/small', 20), await send('/small', 21)]).toEqual([
    204, 204, 413,
  ])
  expect(await send('/none', 11)).toBe(413)
  const usual = 1024 * 1024
  expect([await send('/usual', usual), await send('/usual', usual + 1)]).toEqual([204, 413])
})

test('406 is for clients that exclude what is offered, and for nobody else', async () => {
  const app = service({
    data: reads('/', { returns: Note }, () => ({ text: '' })),
    none: reads('/none', {}, () => {}),
  })
  const ask = async (path: string, accept: string): Promise<ResponseValue> =>
    perform(app, request('GET', path, { headers: { accept } }))
  expect((await ask('/', 'text/html, */*;q=0.1')).status).toBe(200)
  const refused = await ask('/', 'text/html')
  expect(bodyJson(refused)).toMatchObject({
    status: 406,
    code: 'not_acceptable',
    data: { offers: ['application/json'] },
  })
  expect((await ask('/none', 'text/html')).status).toBe(204)
})
