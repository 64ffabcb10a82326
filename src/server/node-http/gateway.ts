/**
 * An app behind `node:http`: the listeners of one server, its calls under way, and their drain.
 *
 * @module
 */
import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { App, Log, Server } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import { commaList } from '../../value/headers.ts'
import { reasonPhrase } from '../../value/status.ts'
import { Exchange, type Offer, type Surroundings } from './exchange.ts'

export class NodeGateway implements Surroundings {
  readonly app: App
  readonly server: Server
  readonly log: Log
  readonly #under = new Set<Exchange>()
  #drained: (() => void) | null = null

  constructor(app: App, server: Server, log: Log) {
    this.app = app
    this.server = server
    this.log = log
  }

  get draining(): boolean {
    return this.#drained !== null
  }

  /** For the events `request`, `checkContinue` and, as it refuses others, `checkExpectation`. */
  request(req: IncomingMessage, res: ServerResponse, expectsContinue = false): void {
    this.#run((settled) => new Exchange(this, req, res, { expectsContinue, settled }))
  }

  /** For the events `upgrade` and `connect`: the app may take the connection, or just answer. */
  upgrade(req: IncomingMessage, socket: Duplex, early: Buffer): void {
    socket.on('error', () => {}) // before the first byte: without a listener it ends the process
    const res = new ServerResponse(req)
    res.shouldKeepAlive = false
    // @ts-expect-error Node's own server does the same with whatever duplex it was given.
    res.assignSocket(socket)
    res.on('finish', () => socket.end(() => socket.destroy()))
    const offer: Offer = {
      accept: (status, fields) => {
        // @ts-expect-error As above.
        res.detachSocket(socket)
        socket.write(switchingHead(req, status, fields), 'latin1')
        if (early.byteLength > 0) socket.unshift(early)
        return socket
      },
    }
    this.#run((settled) => new Exchange(this, req, res, { offer, settled }))
  }

  /** Resolves when no call is under way; after `timeoutMs` those that still are get cut. */
  drain(timeoutMs: number, cut: () => void): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.cut(cut), timeoutMs)
      this.#drained = () => {
        clearTimeout(timer)
        resolve()
      }
      for (const exchange of this.#under) exchange.drain()
      if (this.#under.size === 0) this.#drained()
    })
  }

  /** Aborts every call under way, then cuts their connections. */
  cut(connections: () => void): void {
    for (const exchange of this.#under) exchange.cut(new Fault('draining', {}))
    connections()
  }

  #run(make: (settled: () => void) => Exchange): void {
    const exchange = make(() => {
      this.#under.delete(exchange)
      if (this.#under.size === 0) this.#drained?.()
    })
    this.#under.add(exchange)
    exchange.run()
  }
}

// 101 names the protocol (RFC 9110 7.8): the app's choice, else the client's first.
function switchingHead(req: IncomingMessage, status: number, fields: readonly string[]): string {
  const lines = [`HTTP/1.1 ${status} ${reasonPhrase(status)}`]
  for (let at = 0; at < fields.length; at += 2) lines.push(`${fields[at]!}: ${fields[at + 1]!}`)
  if (status === 101) {
    lines.push('connection: upgrade')
    if (!fields.includes('upgrade')) lines.push(`upgrade: ${commaList(req.headers.upgrade ?? '')[0] ?? ''}`)
  }
  return `${lines.join('\r\n')}\r\n\r\n`
}
