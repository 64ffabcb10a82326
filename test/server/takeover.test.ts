/** Takeovers of a connection, behind an upgrade and behind CONNECT: contract clauses 15 and 24. */
import { createHash } from 'node:crypto'
import { request } from 'node:http'
import type { Duplex as Stream } from 'node:stream'
import { type Duplex, type Outcome, takeover, text } from 'hagaki'
import { describe, expect, test } from 'vitest'
import { asking, echo, echoing } from './echoing.ts'
import { Logbook, SERVERS, start } from './kinds.ts'
import { promised } from './promised.ts'
import { WireClient } from './wire-client.ts'
import { head, withLength } from './wire-request.ts'

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

for (const kind of SERVERS) {
  describe(kind, () => {
    test('a takeover gets the connection after a 101 that names the protocol (clause 24)', async () => {
      const { port } = await start(kind, echoing)
      const client = await WireClient.connect(port)
      const response = await client.ask(asking('GET /echo', 'Echo, other'))
      expect(response).toMatchObject({ status: 101, reason: 'Switching Protocols' })
      expect(response.field('upgrade')).toBe('Echo')
      expect(response.field('connection')).toBe('upgrade')
      expect(response.field('x-a')).toBe('\xe9')
      expect(response.field('content-length')).toBe(null)
      for (const message of ['abc', '\0\r\n\xff', 'x'.repeat(1_000_000)]) {
        expect(await client.send(message).octets(message.length)).toBe(message)
      }
      expect(await client.end().ending()).toBe('end')
    })

    test('its first octets are those that came right behind the head (clause 24)', async () => {
      const { port } = await start(kind, echoing)
      for (const size of [1, 5, 10_000]) {
        const client = await WireClient.connect(port)
        await client.sendSplit(`${asking('GET /echo')}early `, size)
        client.send('late')
        expect((await client.response()).status).toBe(101)
        expect(await client.octets(10)).toBe('early late')
        client.close()
      }
    })

    test('however many, and however late the app answers (clause 24)', async () => {
      const { port } = await start(kind, async (...args) => {
        for (let turn = 0; turn < 30; turn++) await tick()
        return echoing(...args)
      })
      const early = Array.from({ length: 50_000 }, (_, at) => `${at} `).join('')
      const client = await WireClient.connect(port)
      client.send(`${asking('GET /echo')}${early}`)
      expect((await client.response()).status).toBe(101)
      expect((await client.octets(early.length)) === early).toBe(true)
      client.close()
    })

    test('and what comes later does come, also behind a body that had the connection held back (clause 24)', async () => {
      const { port } = await start(kind, async (...args) => {
        for (let turn = 0; turn < 30; turn++) await tick()
        const { length } = await args[3].input.bytes()
        return length > 0 ? text(String(length)) : echoing(...args)
      })
      for (const size of [20_000, 60_000, 100_000]) {
        const client = await WireClient.connect(port)
        client.send(`${withLength('POST /', 'x'.repeat(size))}${asking('GET /echo')}early `)
        expect((await client.response()).body).toBe(String(size))
        expect((await client.response()).status).toBe(101)
        expect(await client.octets(6)).toBe('early ')
        expect(await client.send('late').octets(4)).toBe('late')
        client.close()
      }
    })

    test('nor are they lost when the client ended its side before the app has answered (clause 24)', async () => {
      const ask = asking('GET /take')
      for (const octets of [ask, head('CONNECT b.example:443'), head('GET /first') + ask]) {
        const read = promised<string>()
        const { port } = await start(kind, async (_method, path) => {
          for (let turn = 0; turn < 30; turn++) await tick()
          if (path === '/first') return text('first')
          return [
            101,
            null,
            {},
            takeover(async (duplex) => {
              duplex.write('hello ')
              const pieces: Uint8Array[] = []
              for await (const bytes of duplex) pieces.push(bytes)
              read.resolve(Buffer.concat(pieces).toString())
              duplex.end() // from Node 24 on it stays open until then
            }),
          ]
        })
        const client = await WireClient.connect(port)
        client.send(`${octets}early`).end()
        expect(await read.promise).toBe('early')
        expect(await client.rest()).toMatch(/hello $/)
      }
    })

    test('and the connection stays one to write to, and has its outcome', async () => {
      const outcome = promised<Outcome>()
      const { port } = await start(kind, async (_method, _path, _headers, options) => {
        options.defer(outcome.resolve)
        for (let turn = 0; turn < 30; turn++) await tick()
        return [101, null, {}, takeover((duplex) => void (duplex as Stream).pipe(duplex as Stream))]
      })
      const client = await WireClient.connect(port)
      client.send(`${asking('GET /')}${'x'.repeat(20_000)}`).end()
      expect((await client.response()).status).toBe(101)
      expect(await client.rest()).toBe('x'.repeat(20_000))
      expect(await outcome.promise).toMatchObject({ status: 101, aborted: false })
    })

    test('CONNECT gets 200 and the connection (clause 24, RFC 9110 9.3.6)', async () => {
      const { port } = await start(kind, echoing)
      const client = await WireClient.connect(port)
      const response = await client.ask(`${head('CONNECT b.example:443')}early`)
      expect(response).toMatchObject({ status: 200, reason: 'OK' })
      for (const name of ['upgrade', 'content-length', 'transfer-encoding', 'connection']) {
        expect(response.field(name)).toBe(null)
      }
      expect(await client.octets(5)).toBe('early')
    })

    test('a takeover has status 101, or 200, and the gateway writes the one that fits (clause 24)', async () => {
      for (const [given, octets, status] of [
        [101, asking('GET /'), 101],
        [200, asking('GET /'), 101],
        [101, head('CONNECT b.example:443'), 200],
        [200, head('CONNECT b.example:443'), 200],
        [404, asking('GET /'), 500],
        [204, head('CONNECT b.example:443'), 500],
      ] as const) {
        const outcome = promised<Outcome>()
        const { port } = await start(kind, (_method, _path, _headers, options) => {
          options.defer(outcome.resolve)
          return [given, null, {}, takeover((duplex) => void duplex.end())]
        })
        const client = await WireClient.connect(port)
        expect((await client.ask(octets)).status).toBe(status)
        client.close()
        expect(await outcome.promise).toMatchObject({ status })
      }
    })

    test('a WebSocket handshake and one message each way (RFC 6455)', async () => {
      const accepts = (key: string): string =>
        createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
      const { port } = await start(kind, (_method, _path, headers) => [
        101,
        null,
        { 'sec-websocket-accept': accepts(headers['sec-websocket-key'] ?? '') },
        takeover(async (duplex) => {
          for await (const frame of duplex) {
            // One masked text frame of less than 126 octets; its echo, unmasked.
            const text = frame.slice(6).map((octet, at) => octet ^ frame[2 + (at % 4)]!)
            duplex.write(Uint8Array.of(0x81, text.length, ...text))
          }
        }),
      ])
      const key = 'dGhlIHNhbXBsZSBub25jZQ=='
      const client = await WireClient.connect(port)
      const fields = [`Sec-WebSocket-Key: ${key}`, 'Sec-WebSocket-Version: 13']
      const response = await client.ask(asking('GET /chat', 'websocket', ...fields))
      expect(response.status).toBe(101)
      expect(response.field('sec-websocket-accept')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
      const hello = Uint8Array.of(0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58) // RFC 6455 5.7
      expect(await client.send(hello).octets(7)).toBe('\x81\x05Hello')
      const answer = promised<string>()
      handshake(port, hello, answer.resolve)
      expect(await answer.promise).toBe('\x81\x05Hello')
    })

    test('the outcome of a takeover comes when its connection closes (clauses 15 and 24)', async () => {
      for (const leave of ['end', 'close', 'reset'] as const) {
        const outcome = promised<Outcome>()
        let signal: AbortSignal | undefined
        const { port } = await start(kind, (...args) => {
          signal = args[3].signal
          args[3].defer(outcome.resolve)
          return echoing(...args)
        })
        const client = await WireClient.connect(port)
        await client.ask(asking('GET /echo'))
        client[leave]()
        expect(await outcome.promise).toMatchObject({ status: 101, aborted: false })
        expect(signal?.aborted).toBe(false)
      }
    })

    test('a takeover that fails closes its connection, and is logged', async () => {
      const failures: ((duplex: Duplex) => void | Promise<void>)[] = [
        () => {
          throw new Error('at once')
        },
        async () => {
          throw new Error('later')
        },
      ]
      for (const fails of failures) {
        const log = new Logbook()
        const { port } = await start(kind, () => [101, null, {}, takeover(fails)], { log })
        const client = await WireClient.connect(port)
        expect((await client.ask(asking('GET /'))).status).toBe(101)
        await client.ending()
        expect(log.errors).toHaveLength(1)
      }
    })

    test('fields of a takeover are checked like others (clause 7)', async () => {
      for (const headers of [
        { 'x-a': 'a\r\nx-evil: 1' },
        { 'x-a': '\u010a' },
        { connection: 'x-evil' },
        { 'content-length': '1' },
        { 'transfer-encoding': 'x-evil' },
      ]) {
        const { port } = await start(kind, () => [
          101,
          null,
          headers as Record<string, string>,
          takeover(echo),
        ])
        const client = await WireClient.connect(port)
        const response = await client.ask(asking('GET /'))
        expect({ headers, status: response.status }).toEqual({ headers, status: 500 })
        expect(JSON.stringify(response.lines)).not.toContain('evil')
        client.close()
      }
    })
  })
}

/** Sends a WebSocket message through an upgrade as `node:http` clients make it. */
function handshake(port: number, message: Uint8Array, got: (octets: string) => void): void {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': 'x',
    'sec-websocket-version': '13',
  }
  const req = request({ port, headers })
  req.on('upgrade', (_res, socket) => {
    socket.write(message)
    socket.once('data', (octets: Buffer) => {
      got(octets.toString('latin1'))
      socket.destroy()
    })
  })
  req.end()
}
