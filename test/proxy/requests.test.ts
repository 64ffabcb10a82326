/** What a server behind gets of a request. RFC 9110 sections 7.6, 8.6 and 10.1, RFC 9112 sections 3, 6 and 7. */
import { mount, remote, use } from 'hagaki'
import { type HttpOptions, http } from 'hagaki/http'
import { trustProxy } from 'hagaki/middleware'
import { describe, expect, test } from 'vitest'
import { SERVERS, start } from '../server/kinds.ts'
import { WireClient } from '../server/wire-client.ts'
import { ask, gateway, get, OK, RawUpstream } from './raw-upstream.ts'

describe.each(SERVERS)('%s', (kind) => {
  /** The head that the server behind gets of `octets`. */
  async function headOf(octets: string, options: HttpOptions = {}): Promise<string> {
    const heads: string[] = []
    const upstream = await RawUpstream.answering((head) => (heads.push(head), OK))
    const { port, close } = await gateway(kind, upstream.url, options)
    expect((await ask(port, octets)).status).toBe(200)
    await close()
    return heads[0]!
  }

  test('head and framing are written anew, and what is of the connection stays here (8)', async () => {
    const fields = [
      'X-One: 1',
      'Connection: x-two, keep-alive',
      'X-Two: 2',
      'Keep-Alive: timeout=9',
      'Proxy-Connection: close',
      'TE: gzip',
      'X-One:  3 ',
      'Accept: */*',
    ].join('\r\n')
    expect(await headOf(get('/a%20b//c?d=e&?', `${fields}\r\n`))).toBe(
      [
        'GET /a%20b//c?d=e&? HTTP/1.1',
        'host: a.example',
        'x-one: 1, 3',
        'accept: */*',
        'x-forwarded-for: 127.0.0.1',
        'x-forwarded-proto: http',
        'x-forwarded-host: a.example',
        'via: 1.1 hagaki',
        'te: trailers',
        'connection: te',
        '\r\n',
      ].join('\r\n'),
    )
  })

  test('host is as received, or that of the upstream, or what is said (RFC 9110 7.2)', async () => {
    const hostIn = async (options: HttpOptions): Promise<string> =>
      /^host: (.*)\r$/m.exec(await headOf(get(), options))![1]!
    expect(await hostIn({})).toBe('a.example')
    expect(await hostIn({ host: 'upstream' })).toMatch(/^127\.0\.0\.1:[0-9]+$/)
    expect(await hostIn({ host: 'old.example' })).toBe('old.example')
  })

  test('a stranger says nothing of where a request comes from, in any spelling', async () => {
    const said =
      'X-Forwarded-For: 1.1.1.1\r\nX_Forwarded_Proto: https\r\nForwarded: for=2.2.2.2\r\nX-Real-IP: 3.3.3.3\r\n'
    const head = await headOf(get('/', said))
    expect(head).not.toMatch(/1\.1\.1\.1|2\.2\.2\.2|3\.3\.3\.3|https/)
    expect(await headOf(get('/', said), { forwarded: 'forwarded' })).toContain(
      '\r\nforwarded: for=127.0.0.1;proto=http;host=a.example\r\n',
    )
    expect(await headOf(get('/', said), { forwarded: false })).toContain('\r\nx-forwarded-for: 1.1.1.1\r\n')
  })

  test('behind a proxy that is trusted the client is the one that it names', async () => {
    const heads: string[] = []
    const upstream = await RawUpstream.answering((head) => (heads.push(head), OK))
    const trust = trustProxy({ from: ['127.0.0.1'], fields: 'x-forwarded' })
    const { port } = await gateway(kind, upstream.url, {}, (app) => use(app, trust))
    await ask(port, get('/', 'X-Forwarded-For: 9.9.9.9, 192.0.2.7\r\nX-Forwarded-Proto: https\r\n'))
    expect(heads[0]).toContain('\r\nx-forwarded-for: 192.0.2.7\r\nx-forwarded-proto: https\r\n')
  })

  test('a base goes in front of the path, and a mount is told', async () => {
    const heads: string[] = []
    const upstream = await RawUpstream.answering((head) => (heads.push(head), OK))
    const { port } = await start(kind, mount({ '/m': remote(http(`${upstream.url}/base/`)) }))
    await ask(port, get('/m/a?b'))
    await ask(port, get('/m'))
    expect(heads[0]).toMatch(/^GET \/base\/a\?b HTTP\/1\.1\r\n/)
    expect(heads[0]).toContain('\r\nx-forwarded-prefix: /m\r\n')
    expect(heads[1]).toMatch(/^GET \/base\/ HTTP\/1\.1\r\n/)
  })

  test('OPTIONS * asks about the server behind, and no base is its (RFC 9110 9.3.7)', async () => {
    const heads: string[] = []
    const upstream = await RawUpstream.answering((head) => (heads.push(head), OK))
    const { port } = await gateway(kind, `${upstream.url}/base`)
    await ask(port, 'OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n')
    expect(heads[0]).toMatch(/^OPTIONS \* HTTP\/1\.1\r\n/)
  })

  test('via names us behind those before, and a circle is broken (RFC 9110 7.6.3)', async () => {
    expect(await headOf(get('/', 'Via: 1.0 b, 1.1 c\r\n'))).toContain('\r\nvia: 1.0 b, 1.1 c, 1.1 hagaki\r\n')
    expect(await headOf(get('/', 'Via: 1.0 b\r\n'), { via: 'front' })).toContain(
      '\r\nvia: 1.0 b, 1.1 front\r\n',
    )
    expect(await headOf(get('/', 'Via: 1.0 b\r\n'), { via: false })).toContain('\r\nvia: 1.0 b\r\n')
    const upstream = await RawUpstream.answering(OK)
    const { port } = await gateway(kind, upstream.url)
    const passed = (times: number): string =>
      get('/', `Via: ${Array(times).fill('1.1 hagaki').join(', ')}\r\n`)
    expect((await ask(port, passed(7))).status).toBe(200)
    const refused = await ask(port, passed(8))
    expect(refused.status).toBe(503)
    expect(refused.body).toContain('"call_refused"')
    expect(upstream.count).toBe(1)
  })

  test('max-forwards counts down, and at 0 we are who is asked (RFC 9110 7.6.2)', async () => {
    const upstream = await RawUpstream.answering((head) =>
      OK.replace(
        'ok',
        /max-forwards: (.)/.exec(head)?.[1] === undefined ? '--' : `x${/max-forwards: (.)/.exec(head)![1]}`,
      ),
    )
    const { port } = await gateway(kind, upstream.url)
    const of = (method: string, left: string): string =>
      `${method} / HTTP/1.1\r\nhost: a\r\nmax-forwards: ${left}\r\n\r\n`
    expect((await ask(port, of('TRACE', '5'))).body).toBe('x4')
    expect((await ask(port, of('OPTIONS', '1'))).body).toBe('x0')
    expect((await ask(port, of('GET', '3'))).body).toBe('x3')
    expect(upstream.count).toBeGreaterThan(0)
    const before = upstream.count
    expect((await ask(port, of('OPTIONS', '0'))).status).toBe(204)
    expect((await ask(port, of('TRACE', '0'))).status).toBe(405)
    expect(upstream.count).toBe(before)
  })

  test('a body is counted where its length is known, and comes in chunks where not (RFC 9112 6)', async () => {
    const requests: string[] = []
    const upstream = await RawUpstream.start(async (connection) => {
      for (;;) {
        const head = await connection.until('\r\n\r\n')
        const length = /content-length: ([0-9]+)/.exec(head)
        requests.push(
          head +
            (length === null
              ? await connection.until('0\r\n\r\n')
              : await connection.octets(Number(length[1]))),
        )
        connection.send(OK)
      }
    })
    const { port } = await gateway(kind, upstream.url)
    await ask(port, 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello')
    await ask(
      port,
      'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n',
    )
    await ask(port, `PUT / HTTP/1.1\r\nhost: a\r\ncontent-length: 70000\r\n\r\n${'x'.repeat(70_000)}`)
    expect(requests[0]).toMatch(/\r\ncontent-length: 5\r\n\r\nhello$/)
    expect(requests[0]).not.toContain('transfer-encoding')
    expect(requests[1]).toMatch(
      /\r\ntransfer-encoding: chunked\r\n\r\n(?:5\r\nhello|2\r\nhe\r\n3\r\nllo)\r\n0\r\n\r\n$/,
    )
    expect(requests[1]).not.toContain('content-length')
    expect(requests[2]!.slice(-70_004)).toBe(`\r\n\r\n${'x'.repeat(70_000)}`)
  })

  test('a method that anticipates a body says when it has none, and others say nothing (RFC 9110 8.6)', async () => {
    expect(await headOf('POST / HTTP/1.1\r\nhost: a\r\n\r\n')).toContain('\r\ncontent-length: 0\r\n')
    expect(await headOf('DELETE / HTTP/1.1\r\nhost: a\r\n\r\n')).not.toContain('content-length')
    expect(await headOf('GET / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n')).toContain(
      '\r\ncontent-length: 0\r\n',
    )
  })

  test('trailers go with a body in chunks, without those that a head alone may have (RFC 9110 6.5)', async () => {
    let body = ''
    const upstream = await RawUpstream.start(async (connection) => {
      await connection.until('\r\n\r\n')
      body = await connection.until('\r\n\r\n')
      connection.send(OK)
    })
    const { port } = await gateway(kind, upstream.url)
    const trailers = 'x-sum: 7\r\ndate: now\r\n'
    await ask(
      port,
      `POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n${trailers}\r\n`,
    )
    expect(body).toBe('1\r\na\r\n0\r\nx-sum: 7\r\n\r\n')
  })

  test('expect is met here, and passed on where that is asked for (RFC 9110 10.1.1)', async () => {
    const asked = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 20000\r\nexpect: 100-continue\r\n\r\n'
    const body = 'x'.repeat(20_000)
    for (const expect100 of [false, true]) {
      const upstream = await RawUpstream.start(async (connection) => {
        const head = await connection.until('\r\n\r\n')
        expect(head.includes('\r\nexpect: 100-continue\r\n')).toBe(expect100)
        if (expect100) connection.send('HTTP/1.1 100 Continue\r\n\r\n')
        expect(await connection.octets(20_000)).toBe(body)
        connection.send(OK)
      })
      const { port } = await gateway(kind, upstream.url, { expect: expect100 })
      const client = await WireClient.connect(port)
      expect((await client.send(asked).head()).status).toBe(100)
      expect((await client.ask(body)).status).toBe(200)
    }
  })

  test('a body that the server behind does not want is not read (RFC 9110 10.1.1)', async () => {
    const upstream = await RawUpstream.start(async (connection) => {
      await connection.until('\r\n\r\n')
      connection.send('HTTP/1.1 413 Content Too Large\r\ncontent-length: 0\r\n\r\n')
    })
    const { port } = await gateway(kind, upstream.url, { expect: true })
    const client = await WireClient.connect(port)
    const asked = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 20000\r\nexpect: 100-continue\r\n\r\n'
    expect((await client.send(asked).head()).status).toBe(413)
  })

  test('who never says 100 gets the body after a second (RFC 9110 10.1.1)', async () => {
    const upstream = await RawUpstream.start(async (connection) => {
      await connection.until('\r\n\r\n')
      connection.send(OK.replace('ok', (await connection.octets(20_000)).slice(0, 2)))
    })
    const { port } = await gateway(kind, upstream.url, { expect: true })
    const asked = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 20000\r\nexpect: 100-continue\r\n\r\n'
    const client = await WireClient.connect(port)
    expect((await client.send(asked).head()).status).toBe(100)
    expect((await client.ask('y'.repeat(20_000))).body).toBe('yy')
  })

  test('CONNECT goes nowhere unless that is asked for (RFC 9110 9.3.6)', async () => {
    const upstream = await RawUpstream.answering(OK)
    const { port } = await gateway(kind, upstream.url)
    expect((await ask(port, 'CONNECT b.example:443 HTTP/1.1\r\nhost: b.example:443\r\n\r\n')).status).toBe(
      501,
    )
    expect(upstream.count).toBe(0)
  })
})
