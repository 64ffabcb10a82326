/**
 * HTTP/1.1 on `node:net` and `node:tls`.
 *
 * @module
 */
import { createServer, type Server as Listener, type Socket } from 'node:net'
import type { Server } from '../../contract.ts'
import type { Engine, EngineOptions } from '../engine.ts'
import { Http1Gateway } from './gateway.ts'

/** Makes the engine; it accepts connections once its listener listens, and requests once it is opened. */
export async function http1Engine({
  app,
  log,
  limits,
  budget,
  tls,
  reasons,
}: EngineOptions): Promise<Engine> {
  const waiting = new Set<Socket>()
  let gateway: Http1Gateway | null = null
  const accept = (socket: Socket): void => {
    if (gateway !== null) return gateway.accept(socket)
    waiting.add(socket)
    socket.on('error', () => {}) // before the first octet: one without a listener ends the process
    socket.once('close', () => waiting.delete(socket))
  }
  const how = { allowHalfOpen: true, noDelay: true }
  const listener: Listener =
    tls === null
      ? createServer(how, accept)
      : (await import('node:tls')).createServer(
          { ...how, ...tls, ALPNProtocols: ['http/1.1'], handshakeTimeout: limits.headTimeoutMs },
          accept,
        )
  // A handshake that failed or took too long: Node tells of it, and leaves the connection open.
  listener.on('tlsClientError', (_error: Error, socket: Socket) => socket.destroy())
  return {
    listener,
    open: (server: Server) => {
      const protocol = tls === null ? 'http' : 'https'
      gateway = new Http1Gateway({ app, server, log, budget, protocol, reasons })
      for (const socket of waiting) gateway.accept(socket)
      waiting.clear()
    },
    shut: () => {
      for (const socket of waiting) socket.destroy()
    },
    close: () => new Promise((resolve) => void listener.close(() => resolve())),
    retire: () => gateway?.retire(),
    drain: async (timeoutMs, arrived) => gateway?.drain(timeoutMs, arrived),
    cut: () => gateway?.cut(),
  }
}
