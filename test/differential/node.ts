/**
 * `node:http`: a server on the loopback, and octets written to it. It is not asked to miss a Host: that
 * refusal is told to nobody, and what follows in the same segment is served all the same.
 *
 * @module
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { Parsed, ParsedRequest } from './parsed.ts'

export interface NodeServer {
  /** What the server makes of octets that come in one piece, and of the end behind them. */
  parse(octets: Uint8Array): Promise<Parsed>
  close(): Promise<void>
}

interface Connection {
  /** In their order; null as long as the body has not come. */
  readonly requests: (ParsedRequest | null)[]
  refusal: string | null
  waits: boolean
  readonly over: () => void
}

/** Starts one on a free port of 127.0.0.1. */
export async function startNode(): Promise<NodeServer> {
  const connections = new Map<number, Connection>()
  const of = (socket: Socket): Connection | undefined => connections.get(socket.remotePort ?? 0)
  const server = createServer({ requireHostHeader: false })
  const serve = (req: IncomingMessage, res: ServerResponse): void => void take(req, res, of(req.socket))
  const hand = (req: IncomingMessage, socket: Socket): void => {
    of(socket)?.requests.push(requestOf(req, '', true))
    socket.destroy()
  }
  server.on('request', serve).on('checkContinue', serve).on('checkExpectation', serve)
  server.on('upgrade', hand).on('connect', hand)
  server.on('clientError', (error: Error & { code?: string; reason?: string }, socket: Socket) => {
    const connection = of(socket)
    if (error.code === 'HPE_INVALID_EOF_STATE' && connection !== undefined) connection.waits = true
    else if (connection !== undefined) connection.refusal ??= error.reason ?? error.message
    socket.destroy()
  })
  server.on('connection', (socket: Socket) => {
    const { remotePort = 0 } = socket
    socket.once('close', () => connections.get(remotePort)?.over())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    parse: (octets) => exchange(port, octets, connections),
    close: () => closed(server),
  }
}

function exchange(port: number, octets: Uint8Array, connections: Map<number, Connection>): Promise<Parsed> {
  return new Promise((resolve, reject) => {
    const client = connect(port, '127.0.0.1')
    let sides = 2
    client.resume()
    client.once('connect', () => {
      const { localPort = 0 } = client
      // Both sides have to be through.
      const over = (): void => {
        if (--sides > 0) return
        connections.delete(localPort)
        const { refusal, waits } = connection
        // One whose body never came is none, and there is none behind it.
        const open = connection.requests.indexOf(null)
        const requests = connection.requests.slice(0, open < 0 ? undefined : open) as ParsedRequest[]
        const last = requests.findIndex((request) => request.last)
        if (last >= 0) return resolve({ requests: requests.slice(0, last + 1), refusal: null, waits: false })
        resolve({ requests, refusal, waits })
      }
      const connection: Connection = { requests: [], refusal: null, waits: false, over }
      connections.set(localPort, connection)
      client.once('close', over)
      client.end(octets)
    })
    client.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error)
    })
  })
}

async function take(
  req: IncomingMessage,
  res: ServerResponse,
  connection: Connection | undefined,
): Promise<void> {
  let body = ''
  const place = (connection?.requests.push(null) ?? 0) - 1
  req.setEncoding('latin1')
  try {
    for await (const piece of req) body += piece as string
    if (connection !== undefined) connection.requests[place] = requestOf(req, body, !res.shouldKeepAlive)
    res.end()
  } catch {} // its end is told by clientError
}

function requestOf(req: IncomingMessage, body: string, last: boolean): ParsedRequest {
  return {
    method: req.method ?? '',
    target: req.url ?? '',
    http: req.httpVersion,
    fields: pairs(req.rawHeaders),
    body,
    trailers: pairs(req.rawTrailers),
    last,
  }
}

function pairs(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, at) => [flat[at * 2]!, flat[at * 2 + 1]!])
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
