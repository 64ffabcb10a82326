/** A WebSocket server and client of others, over a takeover: contract clause 24, RFC 6455. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { type App, type Outcome, takeover, text } from 'hagaki'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import type { ServeOptions } from '../../src/server/serve.ts'
import { selfSigned } from './certificate.ts'
import { SERVERS, start } from './kinds.ts'
import { promised } from './promised.ts'
import { WireClient } from './wire-client.ts'
import { head } from './wire-request.ts'

const tls = selfSigned()
const sockets = new WebSocketServer({ noServer: true })

/** An app whose upgrades are WebSockets; `talk` gets each of them. */
const webSockets =
  (talk: (socket: WebSocket, signal: AbortSignal) => void, outcome?: (outcome: Outcome) => void): App =>
  (_method, _path, headers, options) => {
    if (options.upgrade?.includes('websocket') !== true) return text('no WebSocket', 426)
    if (outcome !== undefined) options.defer(outcome)
    const key = headers['sec-websocket-key'] ?? ''
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
    const { signal } = options
    return [
      101,
      null,
      { 'sec-websocket-accept': accept },
      takeover((duplex) => {
        const socket = duplex as Socket
        // The head that it would write is written already.
        const { write } = socket
        Object.assign(socket, {
          write: () => {
            Object.assign(socket, { write })
            return true
          },
        })
        const request = { method: 'GET', headers: { ...headers, upgrade: 'websocket' } }
        const early = Buffer.alloc(0)
        sockets.handleUpgrade(request as unknown as IncomingMessage, socket, early, (taken) =>
          talk(taken, signal),
        )
      }),
    ]
  }

const echo = (socket: WebSocket): void => {
  socket.on('message', (message: Buffer, isBinary: boolean) => socket.send(message, { binary: isBinary }))
}

for (const kind of SERVERS) {
  for (const [scheme, options] of Object.entries({ ws: {}, wss: { tls } } as Record<string, ServeOptions>)) {
    describe(`${kind}, ${scheme}`, () => {
      const opened = async (app: App): Promise<{ client: WebSocket; close(): Promise<void> }> => {
        const { port, close } = await start(kind, app, options)
        const secure = { ca: tls.cert, servername: 'localhost' } as WebSocket.ClientOptions
        const client = new WebSocket(`${scheme}://127.0.0.1:${port}/`, secure)
        onTestFinished(() => client.terminate())
        await once(client, 'open')
        return { client, close }
      }

      test('messages of text and bytes, small and large, come back in their order', async () => {
        const { client } = await opened(webSockets(echo))
        const sent = ['a', '\u20ac'.repeat(1_000), Buffer.alloc(0), Buffer.alloc(2_000_000, 7), 'z']
        const got: (string | Buffer)[] = []
        const all = promised()
        client.on('message', (message: Buffer, isBinary: boolean) => {
          got.push(isBinary ? message : message.toString())
          if (got.length === sent.length) all.resolve()
        })
        for (const message of sent) client.send(message)
        await all.promise
        for (const [at, message] of got.entries())
          expect(Buffer.from(message).equals(Buffer.from(sent[at]!))).toBe(true)
        client.ping('here?')
        expect(String((await once(client, 'pong'))[0])).toBe('here?')
      })

      test('it closes with code and reason from either side, and has its outcome then (clause 15)', async () => {
        for (const from of ['client', 'server'] as const) {
          const outcome = promised<Outcome>()
          const closed = promised<unknown>()
          const { client } = await opened(
            webSockets((socket) => {
              socket.on('close', (code, reason) => closed.resolve([code, String(reason)]))
              if (from === 'server') socket.close(4_001, 'enough')
            }, outcome.resolve),
          )
          if (from === 'client') client.close(4_001, 'enough')
          const [code, reason] = (await once(client, 'close')) as [number, Buffer]
          expect([code, String(reason)]).toEqual([4_001, 'enough'])
          expect(await closed.promise).toEqual([4_001, 'enough'])
          expect(await outcome.promise).toMatchObject({ status: 101, error: null, aborted: false })
        }
      })

      test('a drain is heard by its signal, in time to say good-bye (clause 16)', async () => {
        const { client, close } = await opened(
          webSockets((socket, signal) => {
            signal.addEventListener('abort', () => socket.close(1_001, 'going'))
          }),
        )
        const gone = once(client, 'close')
        await close()
        expect((await gone)[0]).toBe(1_001)
      })
    })
  }

  describe(kind, () => {
    test('a frame that came in one segment with the handshake is not lost', async () => {
      const { port } = await start(kind, webSockets(echo))
      const client = await WireClient.connect(port)
      const fields = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13']
      const hello = '\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58' // RFC 6455 5.7
      client.send(head('GET /', ...fields, 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==') + hello)
      const { status, field } = await client.response()
      expect(status).toBe(101)
      expect(field('sec-websocket-accept')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
      expect(await client.octets(7)).toBe('\x81\x05Hello')
    })
  })
}
