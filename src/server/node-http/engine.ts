/**
 * The peer on `node:http` and `node:https`.
 *
 * @module
 */
import { Server as Listener, type Socket } from 'node:net'
import type { Engine, EngineOptions } from '../engine.ts'
import { Connection } from './connection.ts'
import { NodeGateway } from './gateway.ts'
import { createNodeServer, gate } from './server.ts'

/** Makes the engine; it accepts connections once its listener listens, and requests once it is opened. */
export function nodeEngine({ app, log, limits, budget, tls, reasons }: EngineOptions): Engine {
  const http = createNodeServer(limits, tls)
  const waiting = gate(http)
  let gateway: NodeGateway | null = null
  const sockets = new Set<Socket>()
  http.on(tls === null ? 'connection' : 'secureConnection', (socket: Socket) => {
    if (sockets.has(socket)) return // told again of one whose offer was withdrawn
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return {
    listener: http,
    open: (server) => {
      gateway = new NodeGateway(app, server, log, { budget, reasons })
      waiting.open(gateway)
    },
    shut: () => {
      waiting.shut()
      http.closeAllConnections()
    },
    // Node's own would end, with those that idle, who has just come (from Node 26 on) and who has not
    // taken all of an answer.
    close: () => new Promise((resolve) => Listener.prototype.close.call(http, () => resolve())),
    retire: () => gateway?.retire(),
    drain: async (timeoutMs, arrived) => {
      for (const socket of sockets) if (Connection.of(socket).idles) socket.destroy()
      await gateway?.drain(timeoutMs, arrived)
      // What is left has sent no whole head, or the rest of a body that nobody reads; Node itself
      // would wait for those, and no longer look at the time.
      http.closeAllConnections()
      http.close() // what is left of it looks for late clients
    },
    cut: () => gateway?.cut(),
  }
}
