import { constants } from 'node:http2'
import { expect, test } from 'vitest'
import type { App } from '../../src/contract.ts'
import { json } from '../../src/value/result.ts'
import { ask, dial, serving, session } from './client.ts'
import {
  block,
  END_HEADERS,
  END_STREAM,
  type Frame,
  frame,
  GET,
  HEADERS,
  RawClient,
  RST_STREAM,
} from './frames.ts'

const echo: App = (method, path, headers, { query, http, upgrade, client, protocol, input }) =>
  json({
    method,
    path,
    query,
    http,
    upgrade,
    client,
    protocol,
    absent: input.absent,
    headers: { ...headers },
  })

type Fields = readonly (readonly [string, string])[]

/** Sends a head as it is: the answered status, or "reset" and its code. */
async function send(port: number, fields: Fields): Promise<string> {
  const raw = await RawClient.connect(port)
  raw.send(frame(HEADERS, END_STREAM | END_HEADERS, 1, block(fields)))
  const last = await raw.until(
    ({ type, flags, stream }: Frame) => stream === 1 && (type === RST_STREAM || (flags & 1) === 1),
  )
  raw.socket.destroy()
  if (last.type === RST_STREAM) return `reset ${last.payload.readUInt32BE(0)}`
  return (JSON.parse(last.payload.toString()) as { code?: string }).code ?? 'taken'
}

const without = (name: string): Fields => GET.filter(([field]) => field !== name)
const changed = (name: string, value: string): Fields => GET.map(([n, v]) => [n, n === name ? value : v])

test('pseudo-header fields are method, path, query and host (RFC 9113 8.3.1; clauses 1, 2, 5, 9)', async () => {
  const client = await session(echo)

  const { body } = await ask(client, {
    ':method': 'DELETE',
    ':path': '/a%20b?c=d',
    ':authority': 'cards.test:80',
    'x-a': ['1', '2'],
  })

  expect(JSON.parse(body)).toEqual({
    method: 'DELETE',
    path: '/a%20b',
    query: 'c=d',
    http: '2',
    upgrade: null,
    client: '127.0.0.1',
    protocol: 'http',
    absent: true,
    headers: { host: 'cards.test:80', 'x-a': '1, 2' },
  })
})

test('cookie crumbs are one field, joined by "; " (RFC 9113 8.2.3; clause 6)', async () => {
  const client = await session(echo)

  const { body } = await ask(client, { ':path': '/', cookie: ['a=1', 'b=2; c=3'] })

  expect(JSON.parse(body)).toMatchObject({ headers: { cookie: 'a=1; b=2; c=3' } })
})

test('crumbs count as one field, and by their octets (RFC 9113 8.2.3, 6.5.2)', async () => {
  const client = await session(echo, { limits: { fields: 2, head: 500 } })
  const crumbs = (count: number): string[] => Array.from({ length: count }, (_, at) => `a${at}=1`)

  expect(await ask(client, { ':path': '/', cookie: crumbs(7) })).toMatchObject({ status: 200 })
  expect(await ask(client, { ':path': '/', cookie: crumbs(13) })).toMatchObject({ status: 431 })
})

test('a malformed head resets its stream, and the app never sees it (RFC 9113 8.1.1, 8.2.2, 8.3)', async () => {
  let calls = 0
  const { port } = await serving(() => [200, null, {}, `${calls++}`])
  const faulty: readonly Fields[] = [
    without(':path'),
    without(':scheme'),
    without(':authority'),
    changed(':path', ''),
    changed(':path', 'http://a.test/'),
    changed(':path', '*'),
    changed(':method', 'G T'),
    [...GET, [':foo', 'x']],
    [...GET.slice(0, 3), ['a', 'b'], GET[3]!],
    [...GET, ['X-A', 'b']],
    [...GET, ['connection', 'close']],
    [...GET, ['transfer-encoding', 'chunked']],
    [...GET, ['upgrade', 'websocket']],
    [...GET, ['keep-alive', 'x']],
    [...GET, ['proxy-connection', 'x']],
    [...GET, ['te', 'gzip']],
    [...GET, ['host', 'a.test'], ['host', 'a.test']],
    [...GET, ['content-length', '1e3']],
    [...GET, ['content-length', '0'], ['content-length', '0']],
    [[':protocol', 'websocket'], ...GET],
  ]

  for (const fields of faulty) {
    expect(await send(port, fields), JSON.stringify(fields)).toBe(`reset ${constants.NGHTTP2_PROTOCOL_ERROR}`)
  }
  expect(calls).toBe(0)
})

test('a head that HTTP/2 allows and the contract does not is answered (clauses 1-9)', async () => {
  const { port } = await serving(echo)
  const cases: readonly (readonly [Fields, string])[] = [
    [GET, 'taken'],
    [changed(':method', 'get'), 'method_faulty'],
    [changed(':path', '/a#b'), 'target_faulty'],
    [changed(':path', '/\xe9'), 'target_faulty'],
    [changed(':authority', 'u@a.test'), 'host_faulty'],
    [[...without(':authority'), ['host', 'a.test']], 'taken'],
    [[...GET, ['host', 'A.test']], 'taken'],
    [[...GET, ['host', 'b.test']], 'host_faulty'],
    [[...GET, ['authorization', 'a'], ['authorization', 'b']], 'field_faulty'],
    [[...GET, ['expect', 'more']], 'expectation_unmet'],
  ]

  for (const [fields, found] of cases) expect(await send(port, fields), JSON.stringify(fields)).toBe(found)
})

// RFC 9113 8.2.1 and clause 7 ask for a refusal; nghttp2 leaves the field out and tells nobody.
test('node:http2 drops a field with a forbidden octet, where the contract would refuse it', async () => {
  const { port } = await serving((_, __, headers) => json({ code: Object.keys(headers).join() }))

  for (const value of ['x\x01y', 'x\ny', 'x\0y', 'x\x7fy', ' x', 'x\t']) {
    expect(await send(port, [...GET, ['if-match', value]]), JSON.stringify(value)).toBe('host')
  }
  expect(await send(port, [...GET, ['if match', 'x']])).toBe('host')
  expect(await send(port, [...GET, ['if-match', 'x\xe9\ty']])).toBe('if-match,host')
})

test('sizes are held as in HTTP/1.1: at the limit, and one beyond (431, 414)', async () => {
  const { port } = await serving(echo, { limits: { fields: 3, head: 300, requestLine: 20 } })
  const client = dial(port)
  const status = async (head: object): Promise<number | null> =>
    (await ask(client, { ':path': '/', ...head })).status

  expect(await status({ a: '1', b: '2', c: '3' })).toBe(200)
  expect(await status({ a: '1', b: '2', c: '3', d: '4' })).toBe(431)
  expect(await status({ a: 'x'.repeat(300 - 32 - 1) })).toBe(200)
  expect(await status({ a: 'x'.repeat(300 - 32) })).toBe(431)
  expect(await status({ ':path': `/${'x'.repeat(19)}` })).toBe(200)
  expect(await status({ ':path': `/${'x'.repeat(20)}` })).toBe(414)
})

test('beyond what the settings announce, Node resets and no answer is possible (RFC 9113 6.5.2)', async () => {
  const client = await session(echo, { limits: { fields: 3, head: 300, requestLine: 20 } })

  // Settings hold once the client has acknowledged them; until then, what Node sets by default.
  expect(await ask(client, { ':path': '/', a: 'x'.repeat(700) })).toMatchObject({ status: 431 })
  const { status, code } = await ask(client, { ':path': '/', a: 'x'.repeat(700) })

  expect([status, code]).toEqual([null, constants.NGHTTP2_ENHANCE_YOUR_CALM])
})
