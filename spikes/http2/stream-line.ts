/**
 * An HTTP/2 stream as the line of one exchange, on the stream API of `node:http2`.
 *
 * @module
 */
import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import type { Duplex, Writable } from 'node:stream'
import { SourceInput, WholeInput } from '../../src/call/input.ts'
import type { Outgoing } from '../../src/call/outgoing.ts'
import type { Input, RequestHeaders, ResponseHeaders, Server } from '../../src/contract.ts'
import { flatFields } from '../../src/value/fields.ts'
import { StreamBody } from './body.ts'
import type { Asked, Line } from './exchange.ts'
import { readHead } from './head.ts'

/** What is the same for every stream of a session. */
export interface Peer {
  readonly server: Server
  readonly client: string | null
  readonly protocol: 'http' | 'https'
}

export class StreamLine implements Line {
  readonly method: string
  readonly accept: ((fields: readonly string[]) => Duplex) | null
  readonly #stream: ServerHttp2Stream
  readonly #raw: readonly string[]
  readonly #peer: Peer
  #trailing = false

  /** `raw` is the head as flat pairs, the last argument of the session's `stream` event. */
  constructor(stream: ServerHttp2Stream, raw: readonly string[], peer: Peer) {
    this.method = raw[raw.indexOf(':method') + 1]!
    this.accept = this.method === 'CONNECT' ? (fields) => this.#handOver(fields) : null
    this.#stream = stream
    this.#raw = raw
    this.#peer = peer
    stream.on('error', () => {}) // before anything can go wrong: without a listener it ends the process
    // After a reset with NO_ERROR, Node waits for writes that no window will ever let through.
    const drop = (): void => {
      if (stream.closed && stream.rstCode === constants.NGHTTP2_NO_ERROR) stream.destroy()
    }
    stream.once('aborted', drop).once('end', drop)
    stream.once('finish', () => this.#trailing || this.#forgetRest())
  }

  get open(): boolean {
    return !this.#stream.destroyed && !this.#stream.closed && !this.#stream.headersSent
  }

  receive(): Asked {
    const { server, client, protocol } = this.#peer
    const { method, path, query, headers, upgrade } = readHead(this.#raw, server.limits)
    const known = { query, mount: '', http: '2', client, protocol, deadline: null } as const
    const data = { ...known, upgrade: this.accept === null ? null : upgrade }
    return { method, path, headers, data, input: this.#input(headers) }
  }

  hint(fields: ResponseHeaders): void {
    this.#inform(103, folded(flatFields(fields)))
  }

  whole({ status, fields, body, length }: Outgoing): void {
    const bytes = typeof body === 'string' ? Buffer.from(body) : (body as Uint8Array | null)
    this.#stream.respond(head(status, fields, length), { endStream: bytes === null })
    if (bytes !== null) this.#stream.end(bytes)
  }

  begin({ status, fields, length }: Outgoing, trailers: (() => ResponseHeaders) | null): Writable {
    const stream = this.#stream
    this.#trailing = trailers !== null
    stream.respond(head(status, fields, length), { waitForTrailers: this.#trailing })
    stream.once('wantTrailers', () => {
      try {
        stream.sendTrailers(folded(flatFields(trailers!())))
        this.#forgetRest()
      } catch {
        this.cut()
      }
    })
    return stream
  }

  // Not `close`, which may send END_STREAM before its reset, and the answer would look whole.
  cut(): void {
    this.#stream.destroy(new Error('cut'))
  }

  // Not `finish` alone: Node may destroy a stream that is over before it says so. HEAD ends the
  // writable side before there is any answer.
  closed(listener: (whole: boolean) => void): void {
    const stream = this.#stream
    stream.once('close', () => {
      const { headersSent, aborted, writableFinished, rstCode } = stream
      const torn = rstCode === constants.NGHTTP2_INTERNAL_ERROR
      listener(headersSent && !aborted && !torn && (writableFinished || rstCode === 0))
    })
  }

  // Neither 101 nor `upgrade` exists in HTTP/2 (RFC 9113 8.6, RFC 8441 5).
  #handOver(fields: readonly string[]): Duplex {
    const { upgrade: _, ...rest } = head(200, fields, null)
    this.#stream.respond(rest)
    return this.#stream
  }

  #input({ 'content-length': length, expect }: RequestHeaders): Input {
    const { body, bodyTimeoutMs } = this.#peer.server.limits
    if (this.#stream.endAfterHeaders || length === '0' || this.method === 'CONNECT') {
      return new WholeInput(null, body)
    }
    const known = length === undefined ? null : Number(length)
    const proceed = expect === undefined ? null : () => this.#inform(100, {})
    return new SourceInput(new StreamBody(this.#stream, known, bodyTimeoutMs, proceed), body)
  }

  #inform(status: 100 | 103, fields: OutgoingHttpHeaders): void {
    if (this.open) this.#stream.additionalHeaders({ ':status': status, ...fields })
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
