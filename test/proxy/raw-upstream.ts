/**
 * A server behind that does octet by octet what a test tells it, and a gateway in front of it.
 *
 * @module
 */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { type App, remote } from 'hagaki'
import { type HttpOptions, http } from 'hagaki/http'
import { onTestFinished } from 'vitest'
import type { Running } from '../../src/server/serve.ts'
import { type ServerKind, start } from '../server/kinds.ts'
import { WireClient } from '../server/wire-client.ts'
import { WAIT_MS } from '../wait.ts'

/** What it does with its nth connection, counted from 0. */
export type Behaviour = (connection: WireClient, nth: number) => unknown

export class RawUpstream {
  readonly url: string
  readonly port: number
  readonly server: Server
  /** Those that the other side has not closed. */
  readonly open: Set<Socket> = new Set()
  readonly #sockets = new Set<Socket>()
  /** How many there were. */
  count = 0

  private constructor(server: Server, behaviour: Behaviour) {
    this.server = server
    this.port = (server.address() as AddressInfo).port
    this.url = `http://127.0.0.1:${this.port}`
    server.on('connection', (socket) => {
      this.open.add(socket)
      this.#sockets.add(socket)
      for (const event of ['end', 'close']) socket.on(event, () => this.open.delete(socket))
      // What a test does not wait for may fail: the connection is gone then.
      void Promise.resolve(behaviour(WireClient.over(socket), this.count++)).catch(() => {})
    })
  }

  static async start(behaviour: Behaviour): Promise<RawUpstream> {
    const server = createServer({ allowHalfOpen: true })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const upstream = new RawUpstream(server, behaviour)
    onTestFinished(() => upstream.close())
    return upstream
  }

  /** One that answers each request that has no body with the same octets. */
  static answering(answer: string | ((head: string) => string)): Promise<RawUpstream> {
    return RawUpstream.start(async (connection) => {
      for (;;) {
        const head = await connection.until('\r\n\r\n')
        connection.send(typeof answer === 'string' ? answer : answer(head))
      }
    })
  }

  async close(): Promise<void> {
    const closed = this.server.listening ? once(this.server, 'close') : null
    this.server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }
}

/** A gateway in front of `to`. */
export function gateway(
  kind: ServerKind,
  to: string | readonly string[],
  options: HttpOptions = {},
  around: (app: App) => App = (app) => app,
): Promise<Running> {
  return start(kind, around(remote(http(to, options))))
}

/** Asks on a connection of its own, and gives the answer. */
export async function ask(port: number, octets: string): ReturnType<WireClient['ask']> {
  const client = await WireClient.connect(port)
  try {
    return await client.ask(octets)
  } finally {
    client.close()
  }
}

export const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

export const get = (path = '/', fields = ''): string =>
  `GET ${path} HTTP/1.1\r\nhost: a.example\r\n${fields}\r\n`

/** Resolves once `check` holds; it is looked at in each turn of the loop. Rejects when it does not in time. */
export async function until(check: () => boolean): Promise<void> {
  const patience = performance.now() + WAIT_MS
  while (!check()) {
    if (performance.now() > patience) throw new Error(`It did not come about: ${check.toString()}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
