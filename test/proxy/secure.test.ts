/** TLS on both sides of the gateway: streams both ways, kept connections and sessions, WebSockets. RFC 9110 4.3.3. */
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type App, app, remote, stream } from 'hagaki'
import { http } from 'hagaki/http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { selfSigned } from '../server/certificate.ts'
import { SERVERS, start } from '../server/kinds.ts'

const tls = selfSigned()
const trusted = { tls: { ca: tls.cert, servername: 'localhost' } }

describe.each(SERVERS)('%s', (kind) => {
  test('what is uploaded comes back while it is still sent, over one connection', async () => {
    const connections = new Set<unknown>()
    const echo: App = app((_method, _path, _headers, { input }) => [200, null, {}, stream(input.stream())])
    const far = await start('http1', echo, { tls })
    const { port } = await start(kind, remote(http(far.url.replace('localhost', '127.0.0.1'), trusted)))
    for (let call = 0; call < 3; call++) {
      const body = randomBytes(2_000_000)
      const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body })
      expect(digest(Buffer.from(await response.arrayBuffer()))).toBe(digest(body))
      connections.add(response.status)
    }
    expect([...connections]).toEqual([200])
  })

  test('connections are kept, and a new one goes on with the session of the last (RFC 8446 2.2)', async () => {
    const resumed: boolean[] = []
    const server = createServer({ cert: tls.cert as string, key: tls.key as string }, (request, response) => {
      response.setHeader('connection', request.url === '/last' ? 'close' : 'keep-alive').end('fine')
    })
    server.on('secureConnection', (socket) => resumed.push(socket.isSessionReused()))
    const url = await listening(server)
    const { port } = await start(kind, remote(http(url, trusted)))
    for (const path of ['/', '/', '/last', '/'])
      expect(await (await fetch(`http://127.0.0.1:${port}${path}`)).text()).toBe('fine')
    expect(resumed).toEqual([false, true])
  })

  test('a secure WebSocket goes to a secure one', async () => {
    const server = createServer({ cert: tls.cert as string, key: tls.key as string })
    new WebSocketServer({ server }).on('connection', (socket) =>
      socket.on('message', (message: Buffer) => socket.send(message)),
    )
    const url = await listening(server)
    const { port } = await start(kind, remote(http(url, trusted)), { tls })
    const secure = { ca: tls.cert, servername: 'localhost' } as WebSocket.ClientOptions
    const client = new WebSocket(`wss://127.0.0.1:${port}/`, secure)
    await once(client, 'open')
    const message = randomBytes(500_000)
    client.send(message)
    const [heard] = (await once(client, 'message')) as [Buffer]
    expect(digest(heard)).toBe(digest(message))
    client.terminate()
  })
})

async function listening(server: ReturnType<typeof createServer>): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function digest(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex')
}
