/**
 * A `node:http` server with our limits, and the listeners that lead to a gateway.
 *
 * @module
 */
import { createServer, type Server } from 'node:http'
import type { Limits } from '../../contract.ts'
import type { NodeGateway } from './gateway.ts'
import { refuseExpectation, refuseUnparsed } from './refuse.ts'

/** Makes the server; nobody listens to its requests yet. */
export function createNodeServer(limits: Limits): Server {
  const server = createServer({
    insecureHTTPParser: false,
    requireHostHeader: false, // the gateway looks at it, and answers with a problem
    maxHeaderSize: limits.requestLine + limits.head, // each is held alone in head.ts
    headersTimeout: limits.headTimeoutMs,
    requestTimeout: 0, // a body is timed by its progress, in body.ts
    keepAliveTimeout: limits.idleTimeoutMs,
    connectionsCheckingInterval: Math.min(1_000, Math.max(50, limits.headTimeoutMs / 4)),
    noDelay: true,
  })
  server.maxHeadersCount = 0 // beyond a count Node drops fields silently; head.ts refuses them
  server.on('clientError', (error, socket) => refuseUnparsed(error, socket, limits))
  server.on('checkExpectation', refuseExpectation)
  return server
}

/** Holds requests back until the gateway is there. Gives the function that admits them to it. */
export function gate(server: Server): (gateway: NodeGateway) => void {
  const waiting: ((gateway: NodeGateway) => void)[] = []
  let open: NodeGateway | null = null
  const enter = (run: (gateway: NodeGateway) => void): void => {
    if (open === null) waiting.push(run)
    else run(open)
  }
  server.on('request', (req, res) =>
    open === null ? enter((to) => to.request(req, res)) : open.request(req, res),
  )
  server.on('checkContinue', (req, res) => enter((to) => to.request(req, res, true)))
  server.on('upgrade', (req, socket, early) => enter((to) => to.upgrade(req, socket, early)))
  server.on('connect', (req, socket, early) => enter((to) => to.upgrade(req, socket, early)))
  return (gateway) => {
    open = gateway
    for (const run of waiting.splice(0)) run(gateway)
  }
}
