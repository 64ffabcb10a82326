import { expect, test } from 'vitest'
import { z } from 'zod'
import { perform } from '../call/perform.ts'
import { form } from '../codec/form.ts'
import type { Format } from '../codec/format.ts'
import { json } from '../codec/json.ts'
import type { App } from '../contract.ts'
import { bodyJson, bodyText, type RequestParts, type ResponseValue, request } from '../value/message.ts'
import { utf8Bytes, utf8Text } from '../value/utf8.ts'
import { service } from './service.ts'
import { verbs } from './verbs.ts'

/** A format of this test's own: JSON backwards, so that who wrote what can be told. */
const backwards: Format = {
  name: 'backwards',
  mediaType: 'application/x-backwards',
  alsoReads: ['text/x-backwards'],
  gives: 'data',
  decode: async (bytes) => JSON.parse([...(utf8Text(bytes) ?? '')].reverse().join('')) as unknown,
  encode: (data) => [...JSON.stringify(data)].reverse().join(''),
}
const turned = (data: unknown): Uint8Array => utf8Bytes(String(backwards.encode!(data)))

const { reads, creates, acts } = verbs({})
const Text = z.object({ text: z.string() })
let got: unknown
const app = service(
  {
    both: acts('/both', { accepts: Text, returns: Text, version: () => 1 }, (data) => data),
    list: reads('/list', { returns: z.array(z.string()), version: () => 1 }, () => ['a']),
    only: acts('/only', { accepts: Text, returns: Text, formats: [backwards] }, (data) => data),
    form: creates(
      '/form/{id}',
      {
        accepts: z.object({
          id: z.number(),
          n: z.number(),
          on: z.boolean().optional(),
          tags: z.array(z.string()),
          note: z.string().optional(),
        }),
        formats: [form, json],
      },
      (data) => void (got = data),
    ),
  },
  { formats: [json, backwards] },
)

const ask = (method: string, target: string, parts: RequestParts = {}): Promise<ResponseValue> =>
  perform(app, request(method, target, parts))

test('the content type decides who reads a body, and nobody else does', async () => {
  for (const type of ['application/x-backwards', 'Application/X-Backwards; q=1', 'text/x-backwards']) {
    const answer = await ask('POST', '/both', {
      headers: { 'content-type': type },
      body: turned({ text: 'hi' }),
    })
    expect(bodyJson(answer), type).toEqual({ text: 'hi' })
  }
  for (const [path, type, accept] of [
    ['/both', 'application/cbor', 'application/json, application/x-backwards'],
    ['/both', 'application/json+x', 'application/json, application/x-backwards'],
    ['/only', 'application/json', 'application/x-backwards'],
  ] as const) {
    const answer = await ask('POST', path, { headers: { 'content-type': type }, body: utf8Bytes('{}') })
    expect([answer.status, answer.headers['accept']], type).toEqual([415, accept])
  }
})

test('the accept field decides who writes an answer, and without one the first format does', async () => {
  for (const [accept, contentType] of [
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['application/x-backwards', 'application/x-backwards'],
    ['application/json;q=0.1, application/x-backwards', 'application/x-backwards'],
    ['application/*', 'application/json'],
  ] as const) {
    const answer = await ask('GET', '/list', accept === undefined ? {} : { headers: { accept } })
    expect([answer.status, answer.contentType, answer.headers['vary']], accept).toEqual([
      200,
      contentType,
      'accept',
    ])
  }
  expect((await ask('GET', '/list', { headers: { accept: 'text/html' } })).status).toBe(406)
  const only = await ask('POST', '/only', {
    headers: { 'content-type': 'application/x-backwards' },
    body: turned({ text: 'a' }),
  })
  expect([only.contentType, bodyText(only)]).toEqual(['application/x-backwards', '}"a":"txet"{'])
})

test('two formats of one version have two tags, and each is known again (RFC 9110 8.8.3.3)', async () => {
  const plain = await ask('GET', '/list')
  const other = await ask('GET', '/list', { headers: { accept: 'application/x-backwards' } })
  expect(plain.headers['etag']).toBe('"1"')
  expect(other.headers['etag']).toBe('"1;application/x-backwards"')
  const has = (tag: unknown, accept: string): Promise<ResponseValue> =>
    ask('GET', '/list', { headers: { 'if-none-match': String(tag), accept } })
  expect((await has(plain.headers['etag'], '*/*')).status).toBe(304)
  expect((await has(other.headers['etag'], 'application/x-backwards')).status).toBe(304)
  expect((await has(plain.headers['etag'], 'application/x-backwards')).status).toBe(200)
})

test('the texts of a form become what the schema asks for', async () => {
  const send = (body: string): Promise<ResponseValue> =>
    ask('POST', '/form/7', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: utf8Bytes(body),
    })
  expect((await send('n=1&on=true&tags=a&tags=b&note=1')).status).toBe(204)
  expect(got).toEqual({ id: 7, n: 1, on: true, tags: ['a', 'b'], note: '1' })
  expect((await send('n=1')).status).toBe(204)
  expect(got).toEqual({ id: 7, n: 1, tags: [] })
  expect(bodyJson(await send('n=x'))).toMatchObject({ status: 422, data: { issues: [{ pointer: '/n' }] } })
  expect(bodyJson(await send('n=1&n=2'))).toMatchObject({
    status: 422,
    data: { issues: [{ pointer: '/n' }] },
  })
  expect(bodyJson(await send('id=8&n=1'))).toMatchObject({ code: 'input_misplaced' })
  expect(bodyJson(await send('n=%zz'))).toMatchObject({ status: 400, code: 'body_malformed' })
})

test('forms that a service offers are for the handlers that can read them', async () => {
  const Deep = z.object({ a: z.object({ b: z.number() }) })
  const all = service(
    {
      deep: acts('/deep', { accepts: Deep }, () => {}),
      list: acts('/list', { accepts: z.array(z.string()) }, () => {}),
      flat: acts('/flat', { accepts: Text }, () => {}),
      found: reads('/found', { accepts: Text, returns: Text }, (found) => found),
    },
    { formats: [json, form] },
  )
  const { deep, list, flat, found } = all.contract.handlers
  const FORM = 'application/x-www-form-urlencoded'
  expect([deep, list, flat].map((one) => one?.takes?.mediaTypes)).toEqual([
    ['application/json'],
    ['application/json'],
    ['application/json', FORM],
  ])
  expect(found).not.toHaveProperty('takes')
  const sent = request('POST', '/deep', { headers: { 'content-type': FORM }, body: utf8Bytes('a=1') })
  expect((await perform(all, sent)).status).toBe(415)
})

test('a handler whose formats cannot serve it is refused at boot', () => {
  for (const [make, message] of [
    [
      () => reads('/', { returns: z.string(), formats: [form] }, () => ''),
      /none of its formats writes answers/,
    ],
    [
      () => acts('/', { accepts: z.object({ a: z.object({}) }), formats: [form] }, () => {}),
      /it reads forms, and member a is an object/,
    ],
    [
      () => acts('/', { accepts: z.array(z.string()), formats: [form] }, () => {}),
      /it reads forms, and its body is no object/,
    ],
    [
      () => acts('/', { body: z.array(z.string()), formats: [form] }, () => {}),
      /it reads forms, and its body is no object/,
    ],
    [
      () => acts('/', { accepts: z.object({ photo: z.file().optional() }) }, () => {}),
      /its photo is a file, and none of its formats holds files\. Write formats: \[multipart\(\), json\]/,
    ],
    [
      () => acts('/', { body: z.object({ photo: z.file() }), formats: [form, json] }, () => {}),
      /its photo is a file, and none of its formats holds files/,
    ],
  ] as const) {
    expect(() => service({ it: make() }), String(message)).toThrow(message)
  }
})

test('a format says itself whether it holds files, also one of an app', async () => {
  const mail: Format = {
    ...json,
    name: 'mail',
    mediaType: 'multipart/mixed',
    decode: (bytes) => ({ photo: new File([new Uint8Array(bytes)], 'a.png') }),
  }
  const send = (format: Format): App =>
    service({
      it: acts(
        '/',
        { accepts: z.object({ photo: z.file() }), returns: z.number(), formats: [format, json] },
        ({ photo }) => photo.size,
      ),
    })
  expect(() => send(mail)).toThrow(
    /none of its formats holds files.*holdsFiles: true in a format of your own/,
  )
  const sent = request('POST', '/', {
    headers: { 'content-type': 'multipart/mixed', accept: 'application/json' },
    body: 'abc',
  })
  expect(bodyJson(await perform(send({ ...mail, holdsFiles: true }), sent))).toBe(3)
})
