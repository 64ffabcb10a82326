/** TLS: RFC 9110 section 4.2.2, RFC 9112 section 9.8. */
import { once } from 'node:events'
import { request } from 'node:https'
import { connect as connectTcp } from 'node:net'
import { connect } from 'node:tls'
import { type App, json, type Outcome, stream, takeover, text } from 'hagaki'
import { describe, expect, onTestFinished, test } from 'vitest'
import { LIFE, type Server } from '../../src/contract.ts'
import { type ServeOptions, serve } from '../../src/server/serve.ts'
import { selfSigned } from './certificate.ts'
import { Logbook, SERVERS, start } from './kinds.ts'
import { promised } from './promised.ts'
import { refused, WireClient } from './wire-client.ts'
import { head, withLength } from './wire-request.ts'

const tls = selfSigned()

const secure = async (port: number, host = '127.0.0.1'): Promise<WireClient> => {
  const how = { port, host, ca: tls.cert, servername: 'localhost', allowHalfOpen: true }
  const socket = connect(how)
  onTestFinished(() => void socket.destroy())
  await once(socket, 'secureConnect')
  return WireClient.over(socket)
}

const mirror: App = async (method, path, _headers, { protocol, client, http, input }) =>
  json({ method, path, protocol, client, http, body: Buffer.from(await input.bytes()).toString() })

for (const kind of SERVERS) {
  describe(kind, () => {
    const serving = (app: App, options: ServeOptions = {}) => start(kind, app, { tls, ...options })

    test('the address is https, and so is the protocol of each call (clause 11)', async () => {
      const running = await serving(mirror)
      expect(running.url).toBe(`https://127.0.0.1:${running.port}`)
      const client = await secure(running.port)
      for (const body of ['', 'abc']) {
        expect(JSON.parse((await client.ask(withLength('POST /a', body))).body)).toEqual({
          method: 'POST',
          path: '/a',
          protocol: 'https',
          client: '127.0.0.1',
          http: '1.1',
          body,
        })
      }
    })

    test('a client such as node:https is served, bytes as well as text for the certificate', async () => {
      const bytes = { cert: Buffer.from(tls.cert), key: new Uint8Array(Buffer.from(tls.key)) }
      const { url } = await start(kind, () => text('hello'), { tls: bytes })
      const answer = promised<string>()
      request(`${url}/`, { ca: tls.cert }, (res) => res.setEncoding('utf8').on('data', answer.resolve)).end()
      expect(await answer.promise).toBe('hello')
    })

    test('HTTP/1.1 is what is agreed on by ALPN (RFC 7301)', async () => {
      const { port } = await serving(mirror)
      const socket = connect({ port, host: '127.0.0.1', ca: tls.cert, ALPNProtocols: ['h2', 'http/1.1'] })
      onTestFinished(() => void socket.destroy())
      await once(socket, 'secureConnect')
      expect(socket.alpnProtocol).toBe('http/1.1')
    })

    test('large bodies arrive whole in both directions', async () => {
      const { port } = await serving(async (_method, _path, _headers, { input }) => [
        200,
        null,
        {},
        await input.bytes(),
      ])
      const body = 'abcdefg\n'.repeat(130_000)
      expect((await (await secure(port)).ask(withLength('POST /', body))).body === body).toBe(true)
    })

    test('a stream that fails midway is cut so that the client can see it (clause 23)', async () => {
      const { port } = await serving(() => [
        200,
        null,
        {},
        stream(
          (function* () {
            yield 'abc'
            throw new Error('midway')
          })(),
        ),
      ])
      expect(await (await secure(port)).ask(head('GET /'))).toMatchObject({ whole: false })
    })

    test('a takeover gets the decrypted connection (clause 24)', async () => {
      const outcome = promised<Outcome>()
      const { port } = await serving((_method, _path, _headers, options) => {
        options.defer(outcome.resolve)
        return [
          101,
          null,
          {},
          takeover(async (duplex) => {
            for await (const bytes of duplex) duplex.write(bytes)
            duplex.end()
          }),
        ]
      })
      const client = await secure(port)
      client.send(`${head('GET /', 'Connection: upgrade', 'Upgrade: echo')}early`)
      expect((await client.response()).status).toBe(101)
      expect(await client.octets(5)).toBe('early')
      expect(await client.send('\0\r\n\xff').octets(4)).toBe('\0\r\n\xff')
      client.end()
      expect(await outcome.promise).toMatchObject({ status: 101, aborted: false })
    })

    test('what does not speak TLS is turned away, and harms nobody', async () => {
      const log = new Logbook()
      const { port } = await serving(mirror, { log })
      for (const octets of [head('GET /'), '\x16\x03\x01\xff\xff', '\0'.repeat(100)]) {
        const client = await WireClient.connect(port)
        await client.send(octets).ending()
      }
      expect((await (await secure(port)).ask(head('GET /'))).status).toBe(200)
      expect(log.errors).toEqual([])
    })

    test('a handshake that never ends is ended in time, and holds no stop', async () => {
      const quick = await serving(mirror, { limits: { headTimeoutMs: 100 } })
      await (await WireClient.connect(quick.port)).ending()
      const patient = await serving(mirror, { limits: { headTimeoutMs: 60_000, drainTimeoutMs: 60_000 } })
      const silent = connectTcp(patient.port, '127.0.0.1')
      silent.on('error', () => {})
      await once(silent, 'connect')
      await (await secure(patient.port)).ask(head('GET /'))
      await patient.close()
    })

    test('calls under way are answered when the server stops', async () => {
      const [begun, go] = [promised(), promised()]
      const { port, close } = await serving(async () => {
        begun.resolve()
        await go.promise
        return text('answer')
      })
      const client = await secure(port)
      const answer = client.ask(head('GET /'))
      await begun.promise
      const closed = close()
      go.resolve()
      expect((await answer).body).toBe('answer')
      await closed
    })

    test('who is in the midst of a handshake when the server stops may finish it, and ask', async () => {
      const { port, close } = await serving((_method, path) => text(path))
      const early = connectTcp(port, '127.0.0.1')
      await once(early, 'connect')
      await (await secure(port)).ask(head('GET /'))
      const closed = close()
      expect(await refused(port)).toBe('ECONNREFUSED')
      const socket = connect({ socket: early, ca: tls.cert, servername: 'localhost' })
      onTestFinished(() => void socket.destroy())
      await once(socket, 'secureConnect')
      const answer = await WireClient.over(socket).ask(head('GET /late'))
      expect([answer.body, answer.field('connection')]).toEqual(['/late', 'close'])
      await closed
    })

    test('who is in the midst of a handshake when a start fails is turned away (clause 36)', async () => {
      const [told, opening] = [promised<number>(), promised<void>()]
      const app: App = Object.assign((() => text('')) as App, {
        [LIFE]: {
          open: async ({ port }: Server) => {
            told.resolve(port)
            await opening.promise
            throw new Error('no database')
          },
          close: async () => {},
        },
      })
      const starting = serve(app, { port: 0, server: kind, log: new Logbook(), tls })
      const socket = connectTcp({ host: '127.0.0.1', port: await told.promise })
      onTestFinished(() => void socket.destroy())
      await once(socket, 'connect')
      await new Promise((resolve) => setImmediate(resolve)) // it is accepted
      opening.resolve()
      await expect(starting).rejects.toThrow('no database')
      const client = connect({ socket, ca: tls.cert, servername: 'localhost' }).on('error', () => {})
      if (!client.closed) await new Promise((resolve) => client.once('close', resolve))
    })

    test('a certificate that is none, or not that of the key, is refused before anything listens', async () => {
      const other = selfSigned()
      for (const wrong of [
        { cert: 'none', key: tls.key },
        { cert: tls.cert, key: '' },
        { cert: tls.cert, key: other.key },
        {} as typeof tls,
      ]) {
        const thrown: unknown = await serve(mirror, { port: 0, server: kind, tls: wrong }).then(
          (running) => running.close(),
          (error: unknown) => error,
        )
        expect(thrown).toMatchObject({ code: 'setup_faulty', detail: { what: 'tls' } })
        expect((thrown as Error).message).toContain('PEM')
      }
    })
  })
}
