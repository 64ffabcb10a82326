/**
 * Requests that offer their connection: for another protocol (RFC 9110 7.8), or by CONNECT.
 *
 * @module
 */
import { type IncomingMessage, type Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { Fault } from '../../fault.ts'
import { commaList } from '../../value/headers.ts'
import { reasonPhrase } from '../../value/status.ts'
import { withEarly } from '../early.ts'
import { closeGently, hasBody } from './linger.ts'

/** A connection that the client offers to hand over. */
export interface Offer {
  readonly protocols: readonly string[]
  /** What accepting it is answered with: 200 for CONNECT, whichever of the two the app gives (24). */
  readonly status: 101 | 200
  /**
   * Writes the head, and gives the connection with what the client has already sent on it.
   * Fault: result_faulty for a protocol that the client did not name.
   */
  accept(fields: readonly string[]): Duplex
}

/**
 * What `node:http` gives to `upgrade` listeners although no app can want it: it has stopped
 * parsing, and a body would never arrive; and h2c, which HTTP/2 no longer has (RFC 9113 3.1), but
 * Java's client offers with every request. Such a request is answered as if it had not asked.
 */
export function isOffer(req: IncomingMessage): boolean {
  if (req.method === 'CONNECT') return true
  if (hasBody(req) || req.httpVersion === '1.0') return false
  return commaList(req.headers.upgrade ?? '').some((protocol) => !/^h2c$/i.test(protocol))
}

/** Newer Nodes go on parsing a body that comes with an offer; older ones stop behind the head. */
const READS_BODIES = Number.parseInt(process.versions.node, 10) >= 25

/** True when a request that is no offer can go back to its server: Node has read nothing behind its head. */
export function isWhole(req: IncomingMessage): boolean {
  return !READS_BODIES || !hasBody(req)
}

/** Gives a request back to its server, without the field that asked for another protocol. */
export function withdraw(req: IncomingMessage, socket: Duplex, early: Buffer): void {
  const lines = [`${req.method} ${req.url} HTTP/${req.httpVersion}`]
  for (let at = 0; at < req.rawHeaders.length; at += 2) {
    const name = req.rawHeaders[at]!
    if (name.toLowerCase() !== 'upgrade') lines.push(`${name}: ${req.rawHeaders[at + 1]!}`)
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), early]))
  const { server } = socket as { readonly server?: Server }
  server?.emit('encrypted' in socket ? 'secureConnection' : 'connection', socket)
}

/** A response for a connection that Node no longer looks after: the last of it. */
export function lastResponse(req: IncomingMessage, socket: Duplex): ServerResponse {
  const res = new ServerResponse(req)
  res.shouldKeepAlive = false
  // @ts-expect-error Node's own server does the same with whatever duplex it was given.
  res.assignSocket(socket)
  res.on('finish', () => closeGently(socket))
  return res
}

/** Such a response, and the offer to take the connection over. */
export function offerOf(req: IncomingMessage, socket: Duplex, early: Buffer): [ServerResponse, Offer] {
  const res = lastResponse(req, socket)
  const connects = req.method === 'CONNECT'
  const protocols = Object.freeze(connects ? [] : commaList(req.headers.upgrade ?? ''))
  const status = connects ? 200 : 101
  const accept = (fields: readonly string[]): Duplex => {
    const head = acceptingHead(status, protocols, fields)
    // @ts-expect-error As above.
    res.detachSocket(socket)
    socket.write(head, 'latin1')
    return withEarly(socket, early)
  }
  return [res, { protocols, status, accept }]
}

// 101 names the protocol: the app's choice, else the client's first.
function acceptingHead(status: 101 | 200, protocols: readonly string[], fields: readonly string[]): string {
  const lines = [`HTTP/1.1 ${status} ${reasonPhrase(status)}`]
  let chosen: string | null = null
  for (let at = 0; at < fields.length; at += 2) {
    const [name, value] = [fields[at]!, fields[at + 1]!]
    if (name === 'upgrade') chosen = value
    else lines.push(`${name}: ${value}`)
  }
  if (status === 101) {
    chosen ??= protocols[0]!
    const asked = protocols.map((protocol) => protocol.toLowerCase())
    if (!asked.includes(chosen.toLowerCase()))
      throw faulty('the client did not name the protocol it switches to')
    lines.push('connection: upgrade', `upgrade: ${chosen}`)
  }
  return `${lines.join('\r\n')}\r\n\r\n`
}

function faulty(reason: string): Fault {
  return new Fault('result_faulty', { reason })
}
