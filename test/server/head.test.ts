/** Request heads over a real connection: contract clauses 1-9, RFC 9112 section 3, RFC 9110 section 7. */
import { type App, app, json } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { DIFFERENCES } from './differences.ts'
import { SERVERS, start } from './kinds.ts'
import { octetsOf, WireClient } from './wire-client.ts'
import { head } from './wire-request.ts'

interface Seen {
  readonly method: string
  readonly path: string
  readonly query: string | null
  readonly headers: Readonly<Record<string, string>>
  readonly options: Readonly<Record<string, unknown>>
}

/** Answers with what it was called with. */
const mirror: App = app((method, path, headers, options) => {
  const { query, mount, http, client, protocol, deadline, upgrade } = options
  return json({ method, path, query, headers, options: { mount, http, client, protocol, deadline, upgrade } })
})

for (const kind of SERVERS) {
  describe(kind, () => {
    /** Sends each request whole, octet by octet and by fives, and gives the one answer of all. */
    const answers = async (octets: string): Promise<{ status: number; seen: Seen; code: string }> => {
      const { port } = await start(kind, mirror)
      const all: string[] = []
      for (const size of [octets.length, 1, 5]) {
        const client = await WireClient.connect(port)
        await client.sendSplit(octets, size)
        const { status, body } = await client.response(octets.slice(0, octets.indexOf(' ')))
        all.push(JSON.stringify({ status, body }))
        client.close()
      }
      expect(new Set(all).size, 'however the octets arrive').toBe(1)
      const { status, body } = JSON.parse(all[0]!) as { status: number; body: string }
      const seen = JSON.parse(octetsOf(body).toString('utf8')) as Seen & { code: string }
      return { status, seen, code: seen.code }
    }
    const sees = async (octets: string): Promise<Seen> => {
      const { status, seen } = await answers(octets)
      expect(status, octets).toBe(200)
      return seen
    }
    const refuses = async (octets: string, status: number, code: RegExp | string = /./): Promise<void> => {
      const answer = await answers(octets)
      expect({ octets, status: answer.status }).toEqual({ octets, status })
      expect(answer.code).toMatch(code)
    }

    test('the method is what was received (clause 1)', async () => {
      for (const method of [
        'GET',
        'POST',
        'PUT',
        'DELETE',
        'PATCH',
        'OPTIONS',
        'TRACE',
        'M-SEARCH',
        'QUERY',
      ]) {
        expect(await sees(head(`${method} /`))).toMatchObject({ method })
      }
      await refuses(head('get /'), 400)
      await refuses(head('G@T /'), 400)
    })

    test('an origin-form target is split at its first "?" and stays encoded (clauses 2 and 5)', async () => {
      for (const [target, path, query] of [
        ['/', '/', null],
        ['/a%20b/%2F/c', '/a%20b/%2F/c', null],
        ['//a//b/', '//a//b/', null],
        ['/a/../b', '/a/../b', null],
        ['/a?', '/a', ''],
        ['/a?b=c&d', '/a', 'b=c&d'],
        ['/a?b?c', '/a', 'b?c'],
        ['/?/', '/', '/'],
      ] as const) {
        expect(await sees(head(`GET ${target}`))).toMatchObject({ path, query })
      }
    })

    test('an absolute-form target gives path and host, whatever the host field says (RFC 9112 3.2.2)', async () => {
      for (const [line, path, query, host] of [
        ['GET http://b.example/x?y', '/x', 'y', 'b.example'],
        ['GET http://b.example:81/', '/', null, 'b.example:81'],
        ['GET http://b.example', '/', null, 'b.example'],
        ['GET http://b.example?y', '/', 'y', 'b.example'],
        ['GET HTTP://b.example/', '/', null, 'b.example'],
        ['OPTIONS http://b.example', '*', null, 'b.example'],
        ['OPTIONS http://b.example/', '/', null, 'b.example'],
      ] as const) {
        expect(await sees(head(line))).toMatchObject({ path, query, headers: { host } })
      }
    })

    test('an asterisk is a target of OPTIONS alone (RFC 9112 3.2.4)', async () => {
      expect(await sees(head('OPTIONS *'))).toMatchObject({ path: '*', query: null })
      await refuses(head('GET *'), 400, 'target_faulty')
      await refuses(head('OPTIONS *?x'), 400)
    })

    test('a request with HEAD that cannot be read is refused without content (RFC 9110 9.3.2)', async () => {
      const { port } = await start(kind, mirror)
      for (const [octets, status] of [
        [head('HEAD *'), 400],
        [head('HEAD /#a'), 400],
        ['HEAD / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n', 400],
        [`HEAD / HTTP/1.1\r\nhost: a\r\n${'x-a: b\r\n'.repeat(200)}\r\n`, 431],
      ] as const) {
        const client = await WireClient.connect(port)
        client.send(octets)
        const answer = await client.head()
        expect([answer.status, await client.rest()], octets.slice(0, 30)).toEqual([status, ''])
      }
    })

    test('an authority is a target of CONNECT alone, and then its path and host (RFC 9112 3.2.3)', async () => {
      const { port } = await start(kind, (method, path, { host }) => json({ method, path, host }, 404))
      const client = await WireClient.connect(port)
      const { body } = await client.ask(head('CONNECT b.example:443'))
      expect(JSON.parse(body)).toEqual({ method: 'CONNECT', path: 'b.example:443', host: 'b.example:443' })
      await refuses(head('GET b.example:443'), 400)
      await refuses(head('CONNECT b.example'), 400)
      await refuses(head('CONNECT /'), 400)
    })

    test('a fragment, a space or an octet above 7E in a target is refused (RFC 9112 3.2)', async () => {
      await refuses(head('GET /a#b'), 400)
      await refuses(head('GET http://b.example/#'), 400)
      await refuses(head('GET /a b'), 400)
      await refuses(head('GET /\xe9'), 400)
      await refuses(head('GET /\x7f'), 400)
      await refuses(head('GET a'), 400)
      await refuses(head('GET ftp://b.example/'), 400)
      await refuses(head('GET http://user@b.example/'), 400)
    })

    test('HTTP/1.1 asks for one host, and it is a host (RFC 9112 3.2)', async () => {
      await refuses('GET / HTTP/1.1\r\n\r\n', 400, 'host_faulty')
      await refuses(head('GET /', 'Host: a', 'Host: a'), 400, 'field_faulty')
      await refuses(head('GET /', 'Host: a', 'host: b'), 400, 'field_faulty')
      for (const host of ['a b', 'a/b', 'a@b', 'a:x', '[::1', 'a,b:1:2', 'h\xf6st']) {
        await refuses(head('GET /', `Host: ${host}`), 400, 'host_faulty')
      }
      for (const host of ['a', 'a.example:80', '127.0.0.1', '[::1]:8080']) {
        expect(await sees(head('GET /', `Host: ${host}`))).toMatchObject({ headers: { host } })
      }
    })

    test('a faulty host field is refused beside an absolute-form target too (RFC 9112 3.2)', async () => {
      await refuses(head('GET http://b.example/', 'Host: a b'), 400, 'host_faulty')
      await refuses('GET http://b.example/ HTTP/1.1\r\n\r\n', 400, 'host_faulty')
    })

    test('without a host, that of the server is the effective one (clause 9)', async () => {
      const running = await start(kind, (_method, _path, { host = '' }) => json({ host }))
      for (const request of [
        'GET / HTTP/1.0\r\n\r\n',
        'GET / HTTP/1.0\r\nHost:\r\n\r\n',
        head('GET /', 'Host:'),
      ]) {
        const client = await WireClient.connect(running.port)
        const { body } = await client.ask(request)
        expect(JSON.parse(body)).toEqual({ host: `127.0.0.1:${running.port}` })
        client.close()
      }
    })

    test('repeated fields are joined by ", ", cookies by "; ", and an empty member is none (clause 6, RFC 9110 5.6.1)', async () => {
      const { headers } = await sees(
        head(
          'GET /',
          'X-A: 1',
          'Cookie: a=1',
          'x-a: 2',
          'COOKIE: b=2',
          'X-A:',
          'X-A: 4',
          'Accept: a',
          'Accept: b',
        ),
      )
      expect(headers).toEqual({ host: 'a.example', 'x-a': '1, 2, 4', cookie: 'a=1; b=2', accept: 'a, b' })
    })

    test('a field that may come once and comes twice is refused (clause 6)', async () => {
      const once = [
        'authorization',
        'content-type',
        'content-length',
        'if-modified-since',
        'origin',
        'range',
        'user-agent',
      ]
      for (const name of once) await refuses(head('GET /', `${name}: 0`, `${name}: 0`), 400)
    })

    test('names are data: __proto__, constructor and integers are fields like others (clause 6)', async () => {
      const { headers } = await sees(
        head(
          'GET /',
          '__proto__: a',
          'Constructor: b',
          'toString: c',
          '2: d',
          '__PROTO__: e',
          'hasOwnProperty: f',
        ),
      )
      expect(Object.entries(headers).sort()).toEqual([
        ['2', 'd'],
        ['__proto__', 'a, e'],
        ['constructor', 'b'],
        ['hasownproperty', 'f'],
        ['host', 'a.example'],
        ['tostring', 'c'],
      ])
    })

    test('each octet from 80 to FF arrives as one code unit (clause 7)', async () => {
      let value = ''
      for (let octet = 0x80; octet <= 0xff; octet++) value += String.fromCharCode(octet)
      let seen = ''
      const { port } = await start(kind, (_method, _path, headers) => {
        seen = headers['x-a'] ?? ''
        return [204, null, {}, null]
      })
      const client = await WireClient.connect(port)
      await client.ask(head('GET /', `X-A: ${value}`))
      expect(seen).toBe(value)
    })

    test('blanks around a value are stripped, SP and HTAB alone (RFC 9110 5.5)', async () => {
      const { headers } = await sees(head('GET /', 'A: \t x y \t ', 'B:x', 'C: \xa0x\xa0'))
      expect(headers).toMatchObject({ a: 'x y', b: 'x', c: '\xa0x\xa0' })
    })

    test('a control character in a value is refused (clause 7)', async () => {
      for (const octet of ['\0', '\x01', '\x0b', '\x1f', '\x7f', '\r', '\n']) {
        await refuses(head('GET /', `X-A: a${octet}b`), 400)
      }
    })

    test('a field line is name, colon, value: nothing before the colon, no folding (RFC 9112 5)', async () => {
      for (const line of ['X-A : 1', ' X-A: 1', 'X-A: 1\r\n 2', 'X-A', ': 1', 'X(A): 1', 'X-\xe4: 1']) {
        await refuses(head('GET /', line), 400)
      }
    })

    test('lines end with CRLF and nothing else (RFC 9112 2.2)', async () => {
      await refuses('GET / HTTP/1.1\nHost: a\n\n', 400)
      await refuses('GET / HTTP/1.1\r\nHost: a\n\r\n', 400)
      await refuses('GET / HTTP/1.1\r\nHost: a\r\n\rX', 400)
      await refuses('GET / HTTP/1.1\rHost: a\r\r', 400)
    })

    test('an empty line before the request line is skipped (RFC 9112 2.2)', async () => {
      expect(await sees(`\r\n${head('GET /a')}`)).toMatchObject({ path: '/a' })
    })

    test('fields of the connection, and those that it nominates, are not passed on (clause 8)', async () => {
      const { headers } = await sees(
        head(
          'GET /',
          'Connection: keep-alive, X-Hop,x-other',
          'X-Hop: 1',
          'X-Other: 2',
          'X-End: 3',
          'Keep-Alive: 5',
          'TE: trailers',
          'Proxy-Connection: a',
        ),
      )
      expect(headers).toEqual({ host: 'a.example', 'x-end': '3' })
    })

    test('nominating a field that others rely on is refused (clause 8)', async () => {
      for (const name of ['host', 'Content-Length', 'authorization', 'Content-Type']) {
        await refuses(head('GET /', `Connection: close, ${name}`), 400, 'field_faulty')
      }
    })

    test('versions of which we know none are refused (RFC 9110 2.5)', async () => {
      for (const version of ['HTTP/2.0', 'HTTP/0.9', 'HTTP/3.0', 'http/1.1', 'HTTP/1.10', 'HTTP/11']) {
        const { status } = await answers(`GET / ${version}\r\nHost: a\r\n\r\n`)
        expect([400, 505]).toContain(status)
      }
    })

    test('a higher minor version is the highest that we know, or refused (RFC 9110 2.5)', async () => {
      const { status, seen } = await answers('GET / HTTP/1.2\r\nHost: a\r\n\r\n')
      if (DIFFERENCES.versions[kind] === '400') expect(status).toBe(400)
      else expect(seen.options).toMatchObject({ http: '1.1' })
    })

    test('options say where the call came from (clause 11)', async () => {
      const common = { mount: '', client: '127.0.0.1', protocol: 'http', deadline: null, upgrade: null }
      expect((await sees(head('GET /'))).options).toEqual({ ...common, http: '1.1' })
      expect((await sees('GET / HTTP/1.0\r\nHost: a\r\n\r\n')).options).toEqual({ ...common, http: '1.0' })
    })

    test('headers are frozen, and server is one frozen object for all calls (clauses 6 and 19)', async () => {
      const servers: object[] = []
      const { port } = await start(kind, (_method, _path, headers, _options, server) => {
        servers.push(server)
        const frozen = Object.isFrozen(headers) && Object.isFrozen(server) && Object.isFrozen(server.limits)
        return json({
          frozen,
          prototype: Object.getPrototypeOf(headers) as unknown,
          name: server.name,
          port: server.port,
        })
      })
      const client = await WireClient.connect(port)
      for (let at = 0; at < 2; at++) {
        const { body } = await client.ask(head('GET /'))
        expect(JSON.parse(body)).toEqual({ frozen: true, prototype: null, name: '127.0.0.1', port })
      }
      expect(servers[0]).toBe(servers[1])
    })
  })
}
