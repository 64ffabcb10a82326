/**
 * `serveHttp2`: HTTP/2 on a port of its own, or on one that HTTP/1.1 shares: told apart by the
 * preface, or in TLS by ALPN.
 *
 * @module
 */
import type { Server as Http1Server } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { createServer as createTls, type TlsOptions } from 'node:tls'
import { silentLog } from '../../src/call/log.ts'
import { serverFacts } from '../../src/call/server-facts.ts'
import type { App, Limits, Log } from '../../src/contract.ts'
import { listen } from '../../src/server/listen.ts'
import { Http2Gateway } from './gateway.ts'

export interface ServeHttp2Options {
  readonly port?: number
  readonly host?: string
  readonly log?: Log
  readonly limits?: Partial<Limits>
  readonly tls?: TlsOptions
  /** Takes what is not HTTP/2, and is closed by whoever made it. */
  readonly http1?: Http1Server
}

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' // RFC 9113 3.4

export async function serveHttp2(
  app: App,
  { port: wanted = 0, host = '127.0.0.1', log = silentLog, limits = {}, tls, http1 }: ServeHttp2Options = {},
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const take = (socket: Socket, isHttp2: boolean): void => {
    if (isHttp2) gateway.admit(socket)
    else if (http1?.emit('connection', socket) !== true) socket.destroy()
  }
  const listener =
    tls === undefined
      ? createServer((socket) =>
          sniff(
            socket.on('error', () => {}),
            take,
          ),
        )
      : createTls({ ...tls, ALPNProtocols: ['h2', 'http/1.1'] }, (socket) =>
          take(
            socket.on('error', () => {}),
            socket.alpnProtocol === 'h2',
          ),
        )
  const port = await listen(listener, { port: wanted, host })
  const server = serverFacts({ name: host, port, limits })
  const gateway = new Http2Gateway(app, server, log)
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => listener.close(resolve))
    await Promise.all([closed, gateway.drain(server.limits.drainTimeoutMs)])
  }
  return { port, close }
}

// Puts back what it read: both Node's parser and its HTTP/2 session take up what is in the buffer.
function sniff(socket: Socket, take: (socket: Socket, isHttp2: boolean) => void): void {
  let seen = Buffer.alloc(0)
  const look = (): void => {
    const bytes = socket.read() as Buffer | null
    if (bytes === null) return
    seen = Buffer.concat([seen, bytes])
    const fits = PREFACE.startsWith(seen.toString('latin1', 0, PREFACE.length))
    if (fits && seen.length < PREFACE.length) return
    socket.off('readable', look)
    socket.unshift(seen)
    take(socket, fits)
  }
  socket.on('readable', look)
}
