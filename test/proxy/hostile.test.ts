/** Servers behind that answer what is no answer, too much, too slowly, or not at all. RFC 9112 2.2, 4 to 8. */
import { type HttpOptions } from 'hagaki/http'
import { describe, expect, test } from 'vitest'
import { SERVERS } from '../server/kinds.ts'
import { WireClient } from '../server/wire-client.ts'
import { ask, gateway, get, OK, RawUpstream, until } from './raw-upstream.ts'

const HEAD = 'HTTP/1.1 200 OK\r\n'

/** Each is refused as soon as it is seen. */
const MALFORMED: Readonly<Record<string, string>> = {
  'another protocol': 'SSH-2.0-OpenSSH_9.2\r\n',
  'an empty line first': `\r\n${OK}`,
  'no space behind the status': 'HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n',
  'a status of two digits': 'HTTP/1.1 20 OK\r\n\r\n',
  'a status of no class': 'HTTP/1.1 600 OK\r\ncontent-length: 0\r\n\r\n',
  'another version': 'HTTP/2.0 200 OK\r\n\r\n',
  'LF behind the status line': 'HTTP/1.1 200 OK\ncontent-length: 0\r\n\r\n',
  'LF behind a field': `${HEAD}a: b\ncontent-length: 0\r\n\r\n`,
  'a CR alone': `${HEAD}a: b\rc: d\r\ncontent-length: 0\r\n\r\n`,
  'a folded field': `${HEAD}a: b\r\n c\r\ncontent-length: 0\r\n\r\n`,
  'a blank before the colon': `${HEAD}a : b\r\ncontent-length: 0\r\n\r\n`,
  'a line without a colon': `${HEAD}ab\r\ncontent-length: 0\r\n\r\n`,
  NUL: `${HEAD}a: \0\r\ncontent-length: 0\r\n\r\n`,
  'two lengths': `${HEAD}content-length: 2\r\ncontent-length: 2\r\n\r\nok`,
  'two lengths in one': `${HEAD}content-length: 2, 2\r\n\r\nok`,
  'a length that is none': `${HEAD}content-length: 0x2\r\n\r\nok`,
  'a length and a coding': `${HEAD}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
  'a coding that is not chunked': `${HEAD}transfer-encoding: gzip\r\n\r\nok`,
  'chunked twice': `${HEAD}transfer-encoding: chunked, chunked\r\n\r\n0\r\n\r\n`,
  'a coding beneath chunked': `${HEAD}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
  'a coding of HTTP/1.0': 'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  'a length of an interim answer': 'HTTP/1.1 100 Continue\r\ncontent-length: 0\r\n\r\n',
  'a coding of 204': 'HTTP/1.1 204 No\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  'a length of 204': 'HTTP/1.1 204 No\r\ncontent-length: 3\r\n\r\nabc',
  'a switch that nobody asked for':
    'HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
  'two locations': `${HEAD}location: /a\r\nlocation: /b\r\ncontent-length: 0\r\n\r\n`,
  'a nominated length': `${HEAD}connection: content-length\r\ncontent-length: 0\r\n\r\n`,
  'a head that is too large': `${HEAD}a: ${'b'.repeat(17_000)}\r\n\r\n`,
  'too many fields': `${HEAD}${'a: b\r\n'.repeat(101)}\r\n`,
  'endless interim answers': 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(70),
  'a chunk without a size in a small body': `${HEAD}transfer-encoding: chunked\r\n\r\nxyz\r\n`,
}

/** Answers that begin well. */
const BROKEN: Readonly<Record<string, string>> = {
  'fewer octets than told': `${HEAD}content-length: 100000\r\n\r\n${'x'.repeat(50_000)}`,
  'no last chunk': `${HEAD}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n`,
  'an end within a chunk': `${HEAD}transfer-encoding: chunked\r\n\r\n50\r\nhello`,
  'an end within the trailers': `${HEAD}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\na: b\r\n`,
}

describe.each(SERVERS)('%s', (kind) => {
  async function serving(
    answer: string,
    options: HttpOptions = {},
  ): Promise<{ port: number; upstream: RawUpstream }> {
    const upstream = await RawUpstream.answering(answer)
    const { port } = await gateway(kind, upstream.url, options)
    return { port, upstream }
  }

  test.each(Object.entries(MALFORMED))('%s is 502, and its connection is closed', async (_name, answer) => {
    const { port, upstream } = await serving(answer)
    const { status, body } = await ask(port, get())
    expect(status).toBe(502)
    // What is wrong with it is for the log.
    expect(JSON.parse(body)).toEqual({ status: 502, title: 'Bad Gateway', code: 'call_faulty' })
    await until(() => upstream.open.size === 0)
  })

  test.each(Object.entries(BROKEN))(
    '%s: what came is passed on, and cut where it ends',
    async (_name, answer) => {
      const upstream = await RawUpstream.start(async (connection) => {
        await connection.until('\r\n\r\n')
        connection.send(answer).end()
      })
      const { port } = await gateway(kind, upstream.url)
      expect(await ask(port, get())).toMatchObject({ status: 200, whole: false })
    },
  )

  test('a chunk that is none is where an answer that has begun is cut', async () => {
    const upstream = await RawUpstream.start(async (connection) => {
      await connection.until('\r\n\r\n')
      connection.send(`${HEAD}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n`)
      await connection.until('go')
      connection.send('5hello\r\n0\r\n\r\n')
    })
    const { port } = await gateway(kind, upstream.url)
    const client = await WireClient.connect(port)
    client.send(get())
    expect((await client.head()).status).toBe(200)
    await client.until('hello')
    const [socket] = upstream.open
    socket!.emit('data', 'go')
    expect(await client.rest()).not.toContain('0\r\n\r\n')
  })

  test('a reset within an answer that would end with its connection does not end it (RFC 9112 8)', async () => {
    const upstream = await RawUpstream.start(async (connection) => {
      await connection.until('\r\n\r\n')
      connection.send(`${HEAD}\r\nhello`)
      await connection.until('go')
      connection.reset()
    })
    const { port } = await gateway(kind, upstream.url)
    const client = await WireClient.connect(port)
    client.send(get())
    await client.until('hello')
    const [socket] = upstream.open
    socket!.emit('data', 'go')
    expect(await client.rest()).not.toContain('0\r\n\r\n')
  })

  test('no answer at all is 502: an end, a reset, half a head', async () => {
    for (const end of [
      (connection: WireClient) => connection.end(),
      (connection: WireClient) => connection.reset(),
      (connection: WireClient) => connection.send('HTTP/1.1 200 OK\r\ncontent-').end(),
      (connection: WireClient) => connection.send('HTTP/1.1 100 Continue\r\n\r\n').end(),
    ]) {
      const upstream = await RawUpstream.start(async (connection) => {
        await connection.until('\r\n\r\n')
        end(connection)
      })
      const { port } = await gateway(kind, upstream.url, { retries: 0 })
      const { status, body } = await ask(port, get())
      expect(status).toBe(502)
      expect(JSON.parse(body)).toMatchObject({
        code: 'call_lost',
        detail: 'Lost the upstream before it answered',
      })
      expect(upstream.count).toBe(1)
    }
  })

  test('nobody there is 503, at once, and where there is told to nobody', async () => {
    const upstream = await RawUpstream.answering(OK)
    await upstream.close()
    const { port } = await gateway(kind, upstream.url, { retries: 0 })
    const { status, body } = await ask(port, get())
    expect(status).toBe(503)
    expect(JSON.parse(body)).toMatchObject({
      code: 'call_refused',
      detail: 'Cannot reach the upstream: nobody listens there',
    })
    expect(body).not.toContain(String(upstream.port))
  })

  test('an answer that does not begin in time is 504, and one that falls silent is cut', async () => {
    const silent = await RawUpstream.start(() => {})
    const { port } = await gateway(kind, silent.url, { timeout: '100ms', retries: 0 })
    const { status, body } = await ask(port, get())
    expect(status).toBe(504)
    expect(JSON.parse(body)).toMatchObject({
      code: 'call_timeout',
      detail: 'No answer from the upstream within 100 ms',
    })
    await until(() => silent.open.size === 0)

    const stuck = await RawUpstream.answering(`${HEAD}content-length: 100000\r\n\r\nhello`)
    const second = await gateway(kind, stuck.url, { bodyTimeout: '100ms' })
    expect(await ask(second.port, get())).toMatchObject({ status: 200, body: 'hello', whole: false })
    await until(() => stuck.open.size === 0)
  })

  test('a head that trickles does not put its end off', async () => {
    const upstream = await RawUpstream.start(async (connection) => {
      await connection.until('\r\n\r\n')
      connection.send(HEAD)
      const timer = setInterval(() => connection.send('a: b\r\n'), 20)
      await connection.ending()
      clearInterval(timer)
    })
    const { port } = await gateway(kind, upstream.url, { timeout: '200ms', retries: 0 })
    expect((await ask(port, get())).status).toBe(504)
  })

  test('who takes nothing of a request is 504', async () => {
    const upstream = await RawUpstream.start((connection) => connection.socket.pause())
    const { port } = await gateway(kind, upstream.url, { sendTimeout: '100ms' })
    const client = await WireClient.connect(port)
    client.send(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 50000000\r\n\r\n`)
    const piece = Buffer.alloc(1_000_000)
    const sending = (async () => {
      for (let sent = 0; sent < 50 && !client.socket.destroyed; sent++) {
        if (!client.socket.write(piece)) await new Promise((resolve) => client.socket.once('drain', resolve))
      }
    })()
    expect((await client.response()).status).toBe(504)
    client.close()
    await Promise.race([sending, client.ending()])
  })

  test('octets behind an answer, or without a request, are never taken for an answer', async () => {
    const upstream = await RawUpstream.start(async (connection, nth) => {
      await connection.until('\r\n\r\n')
      connection.send(OK + OK.replace('ok', 'no'))
      await connection.until('\r\n\r\n')
      connection.send(OK.replace('ok', `n${nth}`))
    })
    const { port } = await gateway(kind, upstream.url)
    for (let times = 0; times < 3; times++) expect((await ask(port, get())).body).toBe('ok')
    expect(upstream.count).toBe(3)
  })

  test('a connection that does not come about is 504', async () => {
    const deaf = await RawUpstream.start(() => {})
    const url = deaf.url.replace('http:', 'https:') // whose handshake is never answered
    const { port } = await gateway(kind, url, { connectTimeout: '100ms', retries: 0 })
    const { status, body } = await ask(port, get())
    expect(status).toBe(504)
    expect(JSON.parse(body)).toMatchObject({ code: 'call_timeout' })
    await until(() => deaf.open.size === 0)
  })
})
