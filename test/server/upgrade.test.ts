/** Upgrades: what an app is told, may choose and refuse. Contract clauses 8 and 24, RFC 9110 section 7.8. */
import { json, type Outcome, type Result, stream, takeover, text } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { asking, echo, echoing } from './echoing.ts'
import { outlivesOffers, SERVERS, start } from './kinds.ts'
import { aborted, promised } from './promised.ts'
import { WireClient } from './wire-client.ts'
import { head, withLength } from './wire-request.ts'

for (const kind of SERVERS) {
  describe(kind, () => {
    test('the protocols that a client would switch to are in options; otherwise null (clause 8)', async () => {
      const { port } = await start(kind, echoing)
      for (const [octets, upgrade] of [
        [asking('GET /', 'a/1, b,c'), ['a/1', 'b', 'c']],
        [head('GET /'), null],
        [head('GET /', 'Connection: upgrade'), null],
        [head('GET /', 'Upgrade: a'), null],
        ['GET / HTTP/1.0\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: a\r\n\r\n', null],
      ] as const) {
        const client = await WireClient.connect(port)
        expect(JSON.parse((await client.ask(octets)).body), octets).toEqual({ path: '/', upgrade })
        client.close()
      }
    })

    test('the app may choose one of the protocols, and no other (RFC 9110 7.8)', async () => {
      const { port } = await start(kind, (_method, path) => [
        101,
        null,
        { upgrade: path.slice(1), 'x-a': 'upgrade' },
        takeover(echo),
      ])
      for (const [path, status, protocol] of [
        ['/b', 101, 'b'],
        ['/A', 101, 'A'],
        ['/c', 500, null],
      ] as const) {
        const client = await WireClient.connect(port)
        const response = await client.ask(asking(`GET ${path}`, 'a, b'))
        expect(response.status).toBe(status)
        expect(response.field('upgrade')).toBe(protocol)
        client.close()
      }
    })

    test('an ordinary answer refuses: to an upgrade and to CONNECT, whole or streamed', async () => {
      const answers: [Result, string][] = [
        [text('no', 403), 'no'],
        [[200, null, {}, stream(['n', 'o'])], 'no'],
        [
          [200, null, {}, stream(Array.from({ length: 100 }, () => 'x'.repeat(50_000)))],
          'x'.repeat(5_000_000),
        ],
        [text('x'.repeat(5_000_000)), 'x'.repeat(5_000_000)],
        [[426, null, { upgrade: 'other' }, null], ''],
      ]
      for (const [result, body] of answers) {
        for (const octets of [asking('GET /'), `${asking('GET /')}early`, head('CONNECT b.example:443')]) {
          if (octets.startsWith('CONNECT') && result[0] === 200) continue // that would be a tunnel
          const { port } = await start(kind, () => result)
          const client = await WireClient.connect(port)
          const response = await client.ask(octets)
          expect(response).toMatchObject({ status: result[0], whole: true })
          expect(response.body.length).toBe(body.length)
          expect(response.body === body).toBe(true)
          client.close()
        }
      }
    })

    test('a takeover where nobody offers the connection is 501 (clause 24)', async () => {
      const { port } = await start(kind, echoing)
      for (const octets of [
        head('GET /echo'),
        head('GET /echo', 'Upgrade: echo'),
        'GET /echo HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n',
      ]) {
        const client = await WireClient.connect(port)
        const { status, body } = await client.ask(octets)
        expect(status).toBe(501)
        expect(JSON.parse(body)).toMatchObject({ code: 'upgrade_unavailable' })
        client.close()
      }
    })

    test("a client that offers h2c with everything, as Java's does, is served as if it had not", async () => {
      const { port } = await start(kind, async (method, path, _headers, { input }) =>
        json({ method, path, body: Buffer.from(await input.bytes()).toString() }),
      )
      const offers = [
        'Connection: Upgrade, HTTP2-Settings',
        'HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA',
        'Upgrade: h2c',
      ]
      const warnings: Error[] = []
      const warned = (warning: Error): void => void warnings.push(warning)
      process.on('warning', warned)
      let client = await WireClient.connect(port)
      for (const [octets, method, body] of [
        [head('GET /', ...offers), 'GET', ''],
        [withLength('POST /', 'abc', ...offers), 'POST', 'abc'],
        [`${head('PUT /', 'Transfer-Encoding: chunked', ...offers)}3\r\nabc\r\n0\r\n\r\n`, 'PUT', 'abc'],
      ] as const) {
        for (const size of [1, 5, ...Array.from({ length: 10 }, () => octets.length)]) {
          await client.sendSplit(octets, size)
          expect(JSON.parse((await client.response()).body)).toEqual({ method, path: '/', body })
          if (body !== '' && !outlivesOffers(kind)) client = await WireClient.connect(port)
        }
      }
      process.off('warning', warned)
      expect(warnings, 'such as listeners that pile up on the connection').toEqual([])
    })

    test('an offer with a body is no offer; the body is read (RFC 9110 7.8)', async () => {
      const { port } = await start(kind, async (_method, path, _headers, { upgrade, input }) =>
        json({ path, upgrade, body: Buffer.from(await input.bytes()).toString() }),
      )
      const client = await WireClient.connect(port)
      client.send(withLength('POST /a', 'abc', 'Connection: upgrade', 'Upgrade: echo') + head('GET /b'))
      const first = await client.response()
      expect(JSON.parse(first.body)).toEqual({ path: '/a', upgrade: null, body: 'abc' })
      if (!outlivesOffers(kind)) {
        expect(first.field('connection')).toBe('close')
        return expect(await client.rest()).toBe('')
      }
      expect(JSON.parse((await client.response()).body)).toEqual({ path: '/b', upgrade: null, body: '' })
    })

    test('an upgrade asked for behind a request waits until that is answered (RFC 9112 9.3.2)', async () => {
      const first = promised()
      const { port } = await start(kind, async (...args) => {
        if (args[1] !== '/first') return echoing(...args)
        await first.promise
        return [200, null, {}, stream(Array.from({ length: 60 }, () => 'x'.repeat(50_000)))]
      })
      const client = await WireClient.connect(port)
      client.send(`${head('GET /first')}${asking('GET /echo')}early`)
      await new Promise((resolve) => setImmediate(resolve))
      first.resolve()
      expect((await client.response()).body).toHaveLength(3_000_000)
      expect((await client.response()).status).toBe(101)
      expect(await client.octets(5)).toBe('early')
    })

    test('a client that is reset while its offer is considered harms nobody', async () => {
      const [begun, outcome] = [promised(), promised<Outcome>()]
      const { port } = await start(kind, async (_method, path, _headers, options) => {
        if (path === '/good') return text('good')
        options.defer(outcome.resolve)
        begun.resolve()
        await aborted(options.signal)
        return [101, null, {}, takeover(echo)]
      })
      const client = await WireClient.connect(port)
      client.send(asking('GET /'))
      await begun.promise
      client.reset()
      expect(await outcome.promise).toMatchObject({ status: null, aborted: true })
      expect((await (await WireClient.connect(port)).ask(head('GET /good'))).body).toBe('good')
    })
  })
}
