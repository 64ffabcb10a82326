/** What a client gets of the answer of a server behind. RFC 9110 sections 6, 8.6 and 15, RFC 9112 section 6. */
import { describe, expect, test } from 'vitest'
import { SERVERS } from '../server/kinds.ts'
import { WireClient } from '../server/wire-client.ts'
import { ask, gateway, get, OK, RawUpstream } from './raw-upstream.ts'

describe.each(SERVERS)('%s', (kind) => {
  async function answerTo(octets: string, answer: string): ReturnType<typeof ask> {
    const upstream = await RawUpstream.start(async (connection) => {
      await connection.until('\r\n\r\n')
      connection.send(answer).end()
    })
    const { port } = await gateway(kind, upstream.url)
    return ask(port, octets)
  }

  test('status, type, fields and body pass; what is of the connection does not (8)', async () => {
    const fields = [
      'Content-Type: text/x',
      'Connection: x-two',
      'X-Two: 2',
      'Keep-Alive: timeout=5',
      'Set-Cookie: a=1',
      'Server: old',
      'Set-Cookie: b=2',
      'Date: Tue, 15 Nov 1994 08:12:31 GMT',
    ]
    const { status, lines, body } = await answerTo(
      get(),
      `HTTP/1.1 418 Short\r\n${fields.join('\r\n')}\r\ncontent-length: 2\r\n\r\nhi`,
    )
    expect(status).toBe(418)
    expect(body).toBe('hi')
    const told = lines.map(([name, value]) => `${name.toLowerCase()}: ${value}`).sort()
    expect(told.filter((line) => !/^(?:connection|keep-alive: timeout=7)/.test(line))).toEqual([
      'content-length: 2',
      'content-type: text/x',
      'date: Tue, 15 Nov 1994 08:12:31 GMT',
      'server: old',
      'set-cookie: a=1',
      'set-cookie: b=2',
    ])
  })

  test('an answer of the server behind is passed on, whatever it says (26)', async () => {
    for (const status of [400, 401, 404, 407, 429, 500, 502, 503, 599]) {
      expect(await answerTo(get(), `HTTP/1.1 ${status} x\r\ncontent-length: 2\r\n\r\nhi`)).toMatchObject({
        status,
        body: 'hi',
      })
    }
  })

  test('a body that is counted, in chunks, or up to the end is the same body (RFC 9112 6.3)', async () => {
    for (const rest of [
      'content-length: 5\r\n\r\nhello',
      'transfer-encoding: chunked\r\n\r\n2;x\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n',
      '\r\nhello',
    ]) {
      expect(await answerTo(get(), `HTTP/1.1 200 OK\r\n${rest}`)).toMatchObject({
        body: 'hello',
        whole: true,
      })
    }
    expect(await answerTo(get(), 'HTTP/1.0 200 OK\r\n\r\nhello')).toMatchObject({
      body: 'hello',
      whole: true,
    })
  })

  test('no body stays none: HEAD, 204, 205 and 304, with the lengths that they tell (RFC 9110 8.6)', async () => {
    const head = (fields: string): string => get().replace('GET', 'HEAD') + fields
    const told = await answerTo(head(''), 'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n')
    expect([told.status, told.field('content-length')]).toEqual([200, '99'])
    expect(
      (await answerTo(head(''), 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')).field(
        'content-length',
      ),
    ).toBe(null)
    expect(
      (await answerTo(get(), 'HTTP/1.1 304 Not\r\ncontent-length: 99\r\netag: "a"\r\n\r\n')).field('etag'),
    ).toBe('"a"')
    expect((await answerTo(get(), 'HTTP/1.1 204 No\r\ncontent-length: 0\r\n\r\n')).status).toBe(204)
    for (const framing of ['content-length: 0\r\n\r\n', 'transfer-encoding: chunked\r\n\r\n0\r\n\r\n'])
      expect((await answerTo(get(), `HTTP/1.1 205 Reset\r\n${framing}`)).status).toBe(205)
    expect((await answerTo(get(), 'HTTP/1.1 205 Reset\r\ncontent-length: 1\r\n\r\na')).status).toBe(502)
  })

  test('103 is passed on, 100 and 102 are not (18)', async () => {
    const early =
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early\r\nLink: </a>\r\nConnection: x\r\nX: 1\r\n\r\n'
    const upstream = await RawUpstream.answering(early + OK)
    const { port } = await gateway(kind, upstream.url)
    const client = await WireClient.connect(port)
    const hint = await client.send(get()).head()
    expect([hint.status, hint.field('link'), hint.field('x')]).toEqual([103, '</a>', null])
    expect(await client.response()).toMatchObject({ status: 200, body: 'ok' })
  })

  test('trailers are passed on to who takes them (RFC 9110 6.5)', async () => {
    const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 7\r\n\r\n'
    const taken = await answerTo(get('/', 'te: trailers\r\nconnection: te\r\n'), chunked)
    expect(taken).toMatchObject({ body: 'hi', trailers: [['x-sum', '7']] })
    expect(await answerTo(get(), chunked)).toMatchObject({ body: 'hi', trailers: [] })
  })

  test('a large body passes whole in either framing', async () => {
    const body = 'abcdefghij'.repeat(100_000)
    expect(
      (await answerTo(get(), `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`)).body,
    ).toBe(body)
    const chunk = `${(10_000).toString(16)}\r\n${body.slice(0, 10_000)}\r\n`
    const { body: joined } = await answerTo(
      get(),
      `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${chunk.repeat(100)}0\r\n\r\n`,
    )
    expect(joined).toBe(body)
  })
})
