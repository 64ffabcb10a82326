/**
 * The line of the exchange that is under way on a connection of HTTP/1.1: what its head, its chunks and its
 * end look like there, and whether the connection lasts. RFC 9112 sections 6, 7 and 9; RFC 9110 sections 7.8,
 * 9.3.6, 10.1.1 and 15.2.
 *
 * @module
 */
import type { Socket } from 'node:net'
import { answer } from '../../call/answer.ts'
import { type Outgoing, outgoing } from '../../call/outgoing.ts'
import type { Duplex, ResponseHeaders, Server } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import type { RequestHead } from '../../wire/http1/request-reader.ts'
import { fieldLines, interim, lastChunk, switchingLines } from '../../wire/http1/response-head.ts'
import type { Line } from '../exchange.ts'
import type { Sink } from '../sink.ts'
import { BodySink } from './body-sink.ts'
import type { Heads } from './heads.ts'
import type { Outbox } from './outbox.ts'

/** What the line asks of its connection. */
export interface Lasting {
  /** Whether the connection outlasts the answer to `request` that is about to be written. */
  outlasts(request: RequestHead): boolean
  /** The answer is written to its end; behind one that does not last no request is read. */
  answered(lasts: boolean): void
  /** Gives the connection away. */
  takenOver(): Duplex
}

export class AnswerLine implements Line {
  readonly #connection: Lasting
  readonly #socket: Socket
  readonly #outbox: Outbox
  readonly #heads: Heads
  readonly #server: Server
  /** What is answered; null between two exchanges. */
  #request: RequestHead | null = null
  #sink: BodySink | null = null
  /** Whether the connection outlasts the streamed answer that is under way. */
  #lasts = false

  constructor(connection: Lasting, socket: Socket, outbox: Outbox, heads: Heads, server: Server) {
    this.#connection = connection
    this.#socket = socket
    this.#outbox = outbox
    this.#heads = heads
    this.#server = server
  }

  // What the connection tells.

  /** An exchange begins. */
  asked(request: RequestHead): void {
    this.#request = request
  }

  /** Hands over what was written. The head of a streamed answer waits for the first octets of its body. */
  flush(): void {
    if (this.#sink === null) this.#outbox.flush()
  }

  /** The kernel takes octets again. */
  drained(): void {
    this.#sink?.drained()
  }

  /** The connection is gone. */
  lost(): void {
    this.#sink?.lost()
  }

  /** The body is asked for: sends 100 (Continue) where the client waits for it. */
  proceed(): void {
    if (this.#request?.fields.expects === true) this.#interim(100, {})
  }

  /** Answers what cannot be read, and has no exchange. */
  refuse(error: unknown, method: string): void {
    const sent = outgoing(answer(error), method)
    this.#outbox.addWhole(this.#heads.of(sent, 'connection: close\r\n'), sent)
  }

  // What the exchange tells.

  hint(fields: ResponseHeaders): void {
    if (this.#request?.http === '1.1' && this.#socket.writable) this.#interim(103, fields)
  }

  whole(sent: Outgoing): void {
    const request = this.#request!
    const lasts = this.#connection.outlasts(request)
    this.#outbox.addWhole(this.#heads.of(sent, connectionLine(request, lasts)), sent)
    this.#over(lasts)
  }

  begin(sent: Outgoing): Sink {
    const request = this.#request!
    const chunked = sent.length === null && request.http === '1.1'
    this.#lasts = this.#connection.outlasts(request) && (chunked || sent.length !== null)
    const coding = chunked ? 'transfer-encoding: chunked\r\n' : ''
    this.#outbox.addStreamed(this.#heads.of(sent, coding + connectionLine(request, this.#lasts)))
    this.#sink = new BodySink(this.#socket, this.#outbox, chunked, this.#server.limits.sendTimeoutMs)
    return this.#sink
  }

  end(trailers: () => ResponseHeaders | null): void {
    const { takesTrailers } = this.#request!.fields
    const sink = this.#sink!
    if (sink.chunked) this.#outbox.add(lastChunk(takesTrailers ? trailers() : null))
    this.#sink = null
    sink.end()
    this.#over(this.#lasts)
  }

  accept({ fields }: Outgoing): Duplex {
    const { method, fields: asked } = this.#request!
    const connects = method === 'CONNECT' && asked.length === 0
    if (asked.upgrade === null && !connects) throw new Fault('upgrade_unavailable', { method })
    const lines = connects ? fieldLines(fields) : switchingLines(fields, asked.upgrade!)
    this.#outbox.add(`${this.#heads.statusLine(connects ? 200 : 101)}${lines}\r\n`)
    this.#outbox.flush()
    return this.#connection.takenOver()
  }

  cut(): void {
    const socket = this.#socket
    this.#outbox.flush()
    this.#sink?.flush()
    // A body that the end of the connection would complete is reset, where it can be: over TLS the
    // missing end of the session shows it.
    const bare = this.#request?.http === '1.0'
    if (bare && !('encrypted' in socket) && socket.remotePort !== undefined) socket.resetAndDestroy()
    else socket.destroy()
  }

  #interim(status: number, fields: ResponseHeaders): void {
    this.#outbox.add(interim(status, this.#heads.phrase(status), fields))
    this.#outbox.flush()
  }

  #over(lasts: boolean): void {
    this.#request = null
    this.#connection.answered(lasts)
  }
}

/** What an answer says of its connection, where that is not what its version says (RFC 9112 9.3). */
function connectionLine({ http }: RequestHead, lasts: boolean): string {
  if (!lasts) return 'connection: close\r\n'
  return http === '1.0' ? 'connection: keep-alive\r\n' : ''
}
