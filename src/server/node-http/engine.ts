/**
 * The peer on `node:http` and `node:https`.
 *
 * @module
 */
import type { Engine, EngineOptions } from '../engine.ts'
import { NodeGateway } from './gateway.ts'
import { createNodeServer, gate } from './server.ts'

/** Makes the engine; it accepts connections once its listener listens, and requests once it is opened. */
export function nodeEngine({ app, log, limits, tls, reasons }: EngineOptions): Engine {
  const http = createNodeServer(limits, tls)
  const waiting = gate(http)
  let gateway: NodeGateway | null = null
  return {
    listener: http,
    open: (server) => {
      gateway = new NodeGateway(app, server, log, reasons)
      waiting.open(gateway)
    },
    shut: () => {
      waiting.shut()
      http.closeAllConnections()
    },
    retire: () => gateway?.retire(),
    drain: async (timeoutMs, arrived) => {
      http.closeIdleConnections()
      await gateway?.drain(timeoutMs, arrived)
      // What is left has sent no whole head, or the rest of a body that nobody reads; Node itself
      // would wait for those, and no longer look at the time.
      http.closeAllConnections()
    },
    cut: () => gateway?.cut(),
  }
}
