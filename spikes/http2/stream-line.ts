/**
 * An HTTP/2 stream as the line of one exchange, on the stream API of `node:http2`.
 *
 * @module
 */
import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import type { Duplex } from 'node:stream'
import { SourceInput, WholeInput } from '../../src/call/input.ts'
import { CallOptions } from '../../src/call/options.ts'
import type { Outgoing } from '../../src/call/outgoing.ts'
import type { Input, RequestHeaders, ResponseHeaders, Server } from '../../src/contract.ts'
import { Fault } from '../../src/fault.ts'
import { Exchange, type Line, type Surroundings } from '../../src/server/exchange.ts'
import type { Sink } from '../../src/server/sink.ts'
import { flatFields } from '../../src/value/fields.ts'
import { StreamBody } from './body.ts'
import { type Head, readHead } from './head.ts'
import { StreamSink } from './stream-sink.ts'

/** What is the same for every stream of a session. */
export interface Peer {
  readonly server: Server
  readonly client: string | null
  readonly protocol: 'http' | 'https'
}

export class StreamLine implements Line {
  readonly exchange: Exchange
  readonly #method: string // extended CONNECT, which the app is not asked by
  readonly #stream: ServerHttp2Stream
  readonly #peer: Peer
  #head: Head | null = null
  #flaw: unknown = null
  #trailing = false

  /**
   * `raw` is the head as flat pairs, the last argument of the session's `stream` event; `settled` is
   * called once everything of this call is over.
   */
  constructor(
    around: Surroundings,
    stream: ServerHttp2Stream,
    raw: readonly string[],
    peer: Peer,
    settled: (exchange: Exchange) => void,
  ) {
    this.#method = raw[raw.indexOf(':method') + 1]!
    this.#stream = stream
    this.#peer = peer
    try {
      this.#head = readHead(raw, peer.server.limits)
    } catch (error) {
      this.#flaw = error
    }
    this.exchange = new Exchange(around, this, this.#method, this.#head?.path ?? '', settled)
    stream.on('error', () => {}) // before anything can go wrong: without a listener it ends the process
    // After a reset with NO_ERROR, Node waits for writes that no window will ever let through.
    const drop = (): void => {
      if (stream.closed && stream.rstCode === constants.NGHTTP2_NO_ERROR) stream.destroy()
    }
    stream.once('aborted', drop).once('end', drop)
    stream.once('finish', () => this.#trailing || this.#forgetRest())
    stream.once('close', () => this.#closed())
  }

  /** Calls the app, or refuses what the head says. */
  run(): void {
    if (this.#head === null) return this.exchange.fail(this.#flaw)
    const { client, protocol } = this.#peer
    const { method, query, headers, upgrade } = this.#head
    const known = { query, mount: '', http: '2', client, protocol, deadline: null } as const
    const data = { ...known, upgrade: this.#method === 'CONNECT' ? upgrade : null }
    this.exchange.run(headers, new CallOptions(this.exchange.call, this.#input(headers), data), method)
  }

  get #open(): boolean {
    return !this.#stream.destroyed && !this.#stream.closed && !this.#stream.headersSent
  }

  hint(fields: ResponseHeaders): void {
    this.#inform(103, folded(flatFields(fields)))
  }

  whole({ status, fields, body, length }: Outgoing): void {
    if (!this.#open) return
    const bytes = typeof body === 'string' ? Buffer.from(body) : (body as Uint8Array | null)
    this.#stream.respond(head(status, fields, length), { endStream: bytes === null })
    if (bytes !== null) this.#stream.end(bytes)
  }

  begin({ status, fields, length }: Outgoing): Sink {
    if (this.#open) {
      this.#stream.respond(head(status, fields, length), { waitForTrailers: true })
      this.#trailing = true
    }
    return new StreamSink(this.#stream)
  }

  end(trailers: () => ResponseHeaders | null): void {
    const fields = folded(flatFields(trailers() ?? {}))
    this.#stream.once('wantTrailers', () => {
      this.#stream.sendTrailers(fields)
      this.#forgetRest()
    })
    this.#stream.end()
  }

  // Neither 101 nor `upgrade` exists in HTTP/2 (RFC 9113 8.6, RFC 8441 5).
  accept({ fields }: Outgoing): Duplex {
    if (this.#method !== 'CONNECT') throw new Fault('upgrade_unavailable', { method: this.#method })
    const { upgrade: _, ...rest } = head(200, fields, null)
    this.#stream.respond(rest)
    return this.#stream
  }

  // Not `close`, which may send END_STREAM before its reset, and the answer would look whole.
  cut(): void {
    this.#stream.destroy(new Error('cut'))
  }

  // Not `finish` alone: Node may destroy a stream that is over before it says so. HEAD ends the
  // writable side before there is any answer.
  #closed(): void {
    const { headersSent, aborted, writableFinished, rstCode } = this.#stream
    const torn = rstCode === constants.NGHTTP2_INTERNAL_ERROR
    const whole = headersSent && !aborted && !torn && (writableFinished || rstCode === 0)
    this.exchange.over(whole, headersSent)
  }

  #input({ 'content-length': length, expect }: RequestHeaders): Input {
    const { body, bodyTimeoutMs } = this.#peer.server.limits
    if (this.#stream.endAfterHeaders || length === '0' || this.#method === 'CONNECT') {
      return new WholeInput(null, body)
    }
    const known = length === undefined ? null : Number(length)
    const proceed = expect === undefined ? null : () => this.#inform(100, {})
    return new SourceInput(new StreamBody(this.#stream, known, bodyTimeoutMs, proceed), body)
  }

  #inform(status: 100 | 103, fields: OutgoingHttpHeaders): void {
    if (this.#open) this.#stream.additionalHeaders({ ':status': status, ...fields })
  }

  // The answer is out and the request may still come: nobody reads it (RFC 9113 8.1).
  #forgetRest(): void {
    const stream = this.#stream
    setImmediate(() => {
      const { headersSent, destroyed, endAfterHeaders, readableEnded } = stream
      if (!headersSent || destroyed || endAfterHeaders || readableEnded) return
      stream.close(constants.NGHTTP2_NO_ERROR)
      stream.removeAllListeners('readable').resume()
    })
  }
}

function head(status: number, fields: readonly string[], length: number | null): OutgoingHttpHeaders {
  const known = { ':status': status, ...folded(fields) }
  return length === null ? known : { ...known, 'content-length': String(length) }
}

// Node 20 takes an object with arrays, no flat pairs.
function folded(flat: readonly string[]): OutgoingHttpHeaders {
  const fields = Object.create(null) as { [name: string]: string | string[] }
  for (let at = 0; at < flat.length; at += 2) {
    const before = fields[flat[at]!]
    fields[flat[at]!] = before === undefined ? flat[at + 1]! : [before, flat[at + 1]!].flat()
  }
  return fields
}
