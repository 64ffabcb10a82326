/**
 * A `node:http` server with our limits, and the listeners that lead to a gateway.
 *
 * @module
 */
import { createServer, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { Duplex } from 'node:stream'
import type { Limits } from '../../contract.ts'
import type { TlsPair } from '../engine.ts'
import type { NodeGateway } from './gateway.ts'
import { guard } from './guard.ts'
import { refuseUnparsed } from './refuse.ts'

/** Makes the server; nobody listens to its requests yet. */
export function createNodeServer(limits: Limits, tls: TlsPair | null = null): Server {
  const how = {
    insecureHTTPParser: false,
    requireHostHeader: false, // the gateway looks at it, and answers with a problem
    maxHeaderSize: limits.requestLine + limits.head, // each is held alone in head.ts
    headersTimeout: limits.headTimeoutMs,
    requestTimeout: 0, // a body is timed by its progress, in body.ts
    keepAliveTimeout: limits.idleTimeoutMs,
    connectionsCheckingInterval: Math.min(1_000, Math.max(50, limits.headTimeoutMs / 4)),
    noDelay: true,
  }
  const server =
    tls === null
      ? createServer(how)
      : createSecureServer({ ...how, ...tls, handshakeTimeout: limits.headTimeoutMs })
  server.maxHeadersCount = 0 // beyond a count Node drops fields silently; head.ts refuses them
  server.on('clientError', (error, socket) => refuseUnparsed(error, socket, limits))
  return server
}

/** Where requests wait until the gateway is there. */
export interface Gate {
  /** Lets in who waits, and from now on everyone. */
  open(gateway: NodeGateway): void
  /** Closes the connections of those who wait for an upgrade: the server has let go of them. */
  shut(): void
}

export function gate(server: Server): Gate {
  const waiting: ((gateway: NodeGateway) => void)[] = []
  const offered = new Set<Duplex>()
  let through: NodeGateway | null = null
  const enter = (run: (gateway: NodeGateway) => void): void => {
    if (through === null) waiting.push(run)
    else run(through)
  }
  const offer = (socket: Duplex, run: (gateway: NodeGateway) => void): void => {
    guard(socket)
    if (through === null) offered.add(socket)
    enter(run)
  }
  server.on('request', (req, res) => enter((to) => to.request(req, res)))
  server.on('checkContinue', (req, res) => enter((to) => to.request(req, res, true)))
  server.on('checkExpectation', (req, res) => enter((to) => to.request(req, res)))
  server.on('upgrade', (req, socket, early) => offer(socket, (to) => to.upgrade(req, socket, early)))
  server.on('connect', (req, socket, early) => offer(socket, (to) => to.upgrade(req, socket, early)))
  return {
    open: (gateway) => {
      through = gateway
      offered.clear()
      for (const run of waiting.splice(0)) run(gateway)
    },
    shut: () => {
      for (const socket of offered) socket.destroy()
    },
  }
}
