/**
 * An app behind HTTP/2 sessions: their limits, their calls under way, and their drain.
 *
 * @module
 */
import {
  constants,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { Socket } from 'node:net'
import type { App, Limits, Log, Server } from '../../src/contract.ts'
import type { Exchange, Surroundings } from '../../src/server/exchange.ts'
import { StreamLine } from './stream-line.ts'

const { NGHTTP2_NO_ERROR: NO_ERROR, NGHTTP2_ENHANCE_YOUR_CALM: ENHANCE_YOUR_CALM } = constants

const MAX_STREAMS = 100
const CRUMBS = 200 // field lines of `cookie`, each of which Node counts
const MAX_RESETS = 200 // by which resets, from either side, may outnumber the other calls of a session

export class Http2Gateway implements Surroundings {
  readonly app: App
  readonly server: Server
  readonly log: Log
  readonly budget = null
  draining = false
  readonly #sessions = new Map<ServerHttp2Session, Set<Exchange>>()

  constructor(app: App, server: Server, log: Log) {
    this.app = app
    this.server = server
    this.log = log
  }

  /** Speaks HTTP/2 on a socket whose client begins with the preface. */
  admit(socket: Socket): void {
    const { server } = this
    const session = performServerHandshake(socket, sessionOptions(server.limits))
    session.on('error', () => {}) // a session without a server has no listener of its own
    const calls = new Set<Exchange>()
    this.#sessions.set(session, calls)
    session.on('close', () => this.#sessions.delete(session))
    const client = socket.remoteAddress?.replace(/^::ffff:/, '') ?? null
    const peer = { server, client, protocol: 'encrypted' in socket ? 'https' : 'http' } as const
    let resets = 0
    session.on('stream', (stream: ServerHttp2Stream, _head: unknown, _flags: number, raw: string[]) => {
      // What a client makes us reset costs as much as what it resets.
      stream.once('close', () => {
        resets = Math.max(0, resets + (stream.rstCode === NO_ERROR ? -1 : 1))
        if (resets > MAX_RESETS) session.destroy(new Error('too many resets'), ENHANCE_YOUR_CALM)
      })
      const line = new StreamLine(this, stream, raw, peer, (exchange) => calls.delete(exchange))
      calls.add(line.exchange)
      line.run()
    })
    // Not `close`, which would wait for a head that never ends.
    session.setTimeout(server.limits.idleTimeoutMs, () => calls.size === 0 && session.destroy())
  }

  /** Takes no more streams, and resolves when every session is over; cuts them after `timeoutMs`. */
  async drain(timeoutMs: number): Promise<void> {
    this.draining = true
    const timer = setTimeout(() => {
      for (const session of this.#sessions.keys()) session.destroy()
    }, timeoutMs)
    const over = [...this.#sessions].map(([session, calls]) => {
      for (const call of calls) call.drain()
      // Never `goaway` with the highest id first: nghttp2 then drops new streams without a word.
      return new Promise<void>((resolve) => session.close(resolve))
    })
    await Promise.all(over)
    clearTimeout(timer)
  }
}

// Node resets what is beyond its own bounds and answers nothing, so they lie above ours.
function sessionOptions({ head, requestLine, fields }: Limits): object {
  return {
    maxHeaderListPairs: fields + CRUMBS,
    maxSessionInvalidFrames: 100,
    settings: {
      enableConnectProtocol: true,
      maxConcurrentStreams: MAX_STREAMS,
      maxHeaderListSize: 2 * (head + requestLine),
    },
  }
}
