/** Bodies of handlers over a real connection: who decides before them, how large they may be, what they hold. */
import { failure, guard, raise, service, verbs } from 'hagaki'
import { form, json } from 'hagaki/formats'
import { bytes } from 'hagaki/schema'
import { type Running, serve } from 'hagaki/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { WireClient, type WireResponse } from '../server/wire-client.ts'

const Denied = failure('members_only', 'denied')
const Text = z.object({ text: z.string() })

const seen: string[] = []
const open = verbs({})
const guarded = verbs({
  member: guard('member', async ({ headers }) => {
    seen.push('guard')
    if (headers['x-member'] !== 'yes') raise(Denied())
  }),
})

const app = service({
  add: open.creates('/add', { accepts: Text, returns: z.number(), limit: 40 }, ({ text }) => text.length),
  private: guarded.creates('/private', { accepts: Text }, () => void seen.push('handler')),
  list: open.reads('/list', {}, () => {}),
  remove: open.deletes('/list', {}, () => {}),
  touch: open.acts('/touch', {}, () => {}),
  note: open.acts('/note', { accepts: Text.partial(), formats: [json, form] }, () => {}),
  keep: open.acts('/keep', { accepts: bytes('image/png'), returns: z.number() }, (image) => image.length),
})

let running: Running
beforeAll(async () => {
  running = await serve(app, { port: 0 })
})
afterAll(() => running.close())

/** Sends a request on a connection of its own, and gives its final response. */
async function ask(octets: string): Promise<WireResponse> {
  const client = await WireClient.connect(running.port)
  try {
    return await client.ask(octets)
  } finally {
    client.close()
  }
}

function post(
  path: string,
  body: string,
  fields: readonly string[] = ['content-type: application/json'],
): string {
  const head = [`POST ${path} HTTP/1.1`, 'host: x', `content-length: ${body.length}`, ...fields]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}

function chunked(path: string, pieces: readonly string[]): string {
  const head = `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`
  return `${head}${pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`).join('')}0\r\n\r\n`
}

const bodyOf = (bytes: number): string => JSON.stringify({ text: 'a'.repeat(bytes - '{"text":""}'.length) })
const codeOf = ({ body }: WireResponse): unknown => (JSON.parse(body) as { code: unknown }).code

test('a guard refuses before a client that waits for 100-continue has sent its body (RFC 9110 10.1.1)', async () => {
  seen.length = 0
  const client = await WireClient.connect(running.port)
  client.send(
    'POST /private HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 12\r\nexpect: 100-continue\r\n\r\n',
  )
  const head = await client.head()
  expect([head.status, seen]).toEqual([403, ['guard']])
  client.close()
})

test('a client that waits is told to go on when its guards have decided (RFC 9110 10.1.1)', async () => {
  seen.length = 0
  const client = await WireClient.connect(running.port)
  client.send(
    'POST /private HTTP/1.1\r\nhost: x\r\nx-member: yes\r\ncontent-type: application/json\r\ncontent-length: 12\r\nexpect: 100-continue\r\n\r\n',
  )
  expect((await client.head()).status).toBe(100)
  expect(seen).toEqual(['guard'])
  client.send('{"text":"a"}')
  expect([(await client.response('POST')).status, seen]).toEqual([204, ['guard', 'handler']])
  client.close()
})

test('what the head alone refuses is not waited for', async () => {
  const expecting = (path: string, ...fields: string[]): string =>
    `POST ${path} HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`
  for (const [octets, status] of [
    [expecting('/none', 'content-length: 5'), 404],
    [expecting('/list', 'content-length: 5'), 405],
    [expecting('/add', 'content-length: 5'), 415],
    [expecting('/add', 'content-length: 5', 'content-type: text/plain'), 415],
    [expecting('/add', 'content-length: 5', 'content-type: application/json', 'content-encoding: lzw'), 415],
    [expecting('/add', 'content-length: 5', 'content-type: application/json', 'accept: text/html'), 406],
    [expecting('/add', 'content-length: 41', 'content-type: application/json'), 413],
    [expecting('/add?text=a', 'content-length: 41', 'content-type: application/json'), 413],
  ] as const) {
    const client = await WireClient.connect(running.port)
    expect((await client.send(octets).head()).status, octets).toBe(status)
    client.close()
  }
})

test('a body may reach the limit of its handler and not exceed it, with or without a length', async () => {
  for (const [bytes, status] of [
    [39, 201],
    [40, 201],
    [41, 413],
  ] as const) {
    const body = bodyOf(bytes)
    expect((await ask(post('/add', body))).status, `length ${bytes}`).toBe(status)
    expect((await ask(chunked('/add', [body]))).status, `one chunk of ${bytes}`).toBe(status)
    expect((await ask(chunked('/add', [...body]))).status, `${bytes} chunks`).toBe(status)
  }
})

test('a body that goes on beyond the limit is refused while it arrives', async () => {
  const client = await WireClient.connect(running.port)
  client.send(
    'POST /add HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
  )
  client.send(`29\r\n${'a'.repeat(41)}\r\n`) // and no end
  expect((await client.head()).status).toBe(413)
  client.close()
})

test('a content-type in any spelling is the same for who checks and who decodes', async () => {
  const send = (field: string): Promise<WireResponse> => ask(post('/add', '{"text":"a"}', [field]))
  for (const field of [
    'content-type: application/json',
    'Content-Type:APPLICATION/JSON',
    'content-type: \tapplication/json \t; charset="UTF-8"\t',
    'content-type: application/json;',
  ]) {
    expect((await send(field)).status, field).toBe(201)
  }
  for (const field of [
    'x-none: 1',
    'content-type: text/plain',
    'content-type:',
    'content-type: application/json;charset=latin1',
    'content-type: application/jsonx',
    'content-type: application/json, text/plain',
    'content-type: text/plain, application/json',
    'content-type: application/json\xa0',
  ]) {
    const answer = await send(field)
    expect([answer.status, answer.field('accept')], field).toEqual([415, 'application/json'])
  }
})

test('what is no JSON in UTF-8 is malformed, and the connection goes on', async () => {
  const client = await WireClient.connect(running.port)
  for (const body of [
    '{"text":',
    '\xef\xbb\xbf{"text":"a"}',
    '{"text":"\xff"}',
    '{"text":"a","__proto__":{}}',
  ]) {
    const answer = await client.ask(post('/add', body))
    expect([answer.status, codeOf(answer)], body).toEqual([400, 'body_malformed'])
  }
  expect((await client.ask(post('/add', '{"text":"\xc3\xa9\xe2\x82\xac"}'))).body).toBe('2')
  client.close()
})

test('nesting may reach 64 and not exceed it', async () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
  const send = async (depth: number): Promise<unknown> =>
    codeOf(await ask(post('/private', nested(depth), ['content-type: application/json', 'x-member: yes'])))
  expect([await send(64), await send(65)]).toEqual(['input_invalid', 'body_too_complex'])
})

test('GET and DELETE carry no body here', async () => {
  for (const method of ['GET', 'DELETE', 'HEAD']) {
    const answer = await ask(`${method} /list HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}`)
    expect(answer.status, method).toBe(400)
    expect(
      (await ask(`${method} /list HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n`)).status,
      method,
    ).toBe(204)
  }
})

test('a refusal is a problem that says what is wrong (RFC 9457)', async () => {
  const answer = await ask(post('/add', '{"text":1}'))
  expect([answer.status, answer.field('content-type')]).toEqual([422, 'application/problem+json'])
  expect(JSON.parse(answer.body)).toMatchObject({
    status: 422,
    code: 'input_invalid',
    data: { issues: [{ pointer: '/text' }] },
  })
})

test('a body of no bytes is none, however it is framed and whatever its type', async () => {
  const framings = ['content-length: 0\r\n\r\n', 'transfer-encoding: chunked\r\n\r\n0\r\n\r\n']
  const types = [
    '',
    'content-type: application/json\r\n',
    'content-type: application/x-www-form-urlencoded\r\n',
  ]
  for (const framing of framings) {
    for (const type of types) {
      for (const line of ['POST /touch', 'POST /note', 'DELETE /list', 'GET /list']) {
        const { status } = await ask(`${line} HTTP/1.1\r\nhost: x\r\n${type}${framing}`)
        expect(status, `${line} ${type} ${framing}`).toBe(204)
      }
    }
    const kept = await ask(`POST /keep HTTP/1.1\r\nhost: x\r\ncontent-type: image/png\r\n${framing}`)
    expect([kept.status, kept.body], framing).toEqual([200, '0'])
  }
})

test('of a body that none was asked for, no more is waited for than its first bytes', async () => {
  for (const path of ['/touch', '/note']) {
    const client = await WireClient.connect(running.port)
    client.send(`POST ${path} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab`)
    const { status } = await client.head()
    expect(status, path).toBe(path === '/touch' ? 400 : 415)
    client.close()
  }
})
