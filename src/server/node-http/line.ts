/**
 * The line of one exchange over `node:http`.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { CallOptions } from '../../call/options.ts'
import type { Outgoing } from '../../call/outgoing.ts'
import type { Duplex, Input, OptionsData, ResponseHeaders } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import { Exchange, type Line, type Surroundings } from '../exchange.ts'
import type { Rests } from '../rests.ts'
import type { Sink } from '../sink.ts'
import { NodeBody } from './body.ts'
import { Connection, type Turn } from './connection.ts'
import { type Head, mountOf, readHead } from './head.ts'
import { endAnswer, keepsConnection } from './linger.ts'
import { ResponseSink } from './response-sink.ts'
import type { Offer } from './upgrade.ts'
import { besideHead, cutVisibly, flushHead, writeHead, writeHints, writeTrailers } from './write.ts'

/** What a line needs of its gateway. */
export interface Host extends Surroundings {
  readonly rests: Rests
  phrase(status: number): string
}

export interface LineOptions {
  readonly offer?: Offer
  readonly expectsContinue?: boolean
  /** Called once everything of this call is over, teardown included. */
  readonly settled: () => void
}

export class NodeLine implements Line, Turn {
  readonly exchange: Exchange
  readonly req: IncomingMessage
  readonly #host: Host
  readonly #res: ServerResponse
  readonly #connection: Connection
  readonly #offer: Offer | null
  readonly #expectsContinue: boolean
  #head: Head | null = null
  #flaw: unknown = null
  #body: NodeBody | null = null
  #delimited = true
  #lasts = false
  #ended = false
  #out = false
  #begun = false
  #finished = false

  constructor(host: Host, req: IncomingMessage, res: ServerResponse, how: LineOptions) {
    this.req = req
    this.#host = host
    this.#res = res
    this.#connection = Connection.of(req.socket)
    this.#offer = how.offer ?? null
    this.#expectsContinue = how.expectsContinue ?? false
    try {
      this.#head = readHead(req, host.server)
    } catch (error) {
      this.#flaw = error
    }
    const path = this.#head?.path ?? req.url ?? ''
    this.exchange = new Exchange(host, this, req.method ?? 'GET', path, how.settled)
    // Before anything can go wrong: an error event without a listener ends the process.
    req.on('error', () => {})
    res.on('error', () => {})
    // Told of writes that failed as well: those of a connection that was destroyed.
    res.once('finish', () => {
      this.#begun = true
      this.#finished = !req.socket.destroyed
    })
    res.once('close', () => this.lost())
    this.#connection.begin(this)
  }

  /** Calls the app, or refuses what the head says. */
  run(): void {
    const head = this.#head
    if (head === null) this.exchange.fail(this.#flaw)
    else {
      const options = new CallOptions(this.exchange.call, this.#input(head.length), this.#data(head))
      this.exchange.run(head.headers, options)
    }
  }

  // What the connection tells.

  // By the response and by the connection, in whichever order.
  lost(): void {
    this.#connection.end(this)
    const whole = this.#out || this.#finished
    // An answer that never had its turn was not sent.
    this.exchange.over(whole, whole || this.#begun || this.exchange.taken || this.#res.socket !== null)
  }

  broken(fault: Fault): void {
    this.#body?.fail(fault)
    if (this.#ended) return
    this.exchange.call.abort(fault)
    this.exchange.fail(fault)
  }

  drained(): void {
    this.#res.emit('drain')
  }

  // The line of the exchange.

  hint(fields: ResponseHeaders): void {
    if (this.#head?.http === '1.1' && this.#offer === null) writeHints(this.#res, fields)
  }

  whole(sent: Outgoing): void {
    this.#writeHead(sent)
    this.#end(besideHead(sent.body as string | Uint8Array | null, sent.fields))
  }

  begin(sent: Outgoing): Sink {
    this.#delimited = sent.length !== null
    this.#writeHead(sent)
    flushHead(this.#res)
    return new ResponseSink(this.#res, this.#host.server.limits.sendTimeoutMs, () => this.#stuck())
  }

  end(trailers: () => ResponseHeaders | null): void {
    if (!this.#delimited && this.#head?.takesTrailers === true) writeTrailers(this.#res, trailers())
    this.#end(null)
  }

  accept({ fields }: Outgoing): Duplex {
    if (this.#offer === null) throw new Fault('upgrade_unavailable', { method: this.exchange.method })
    return this.#offer.accept(fields)
  }

  cut(): void {
    if (!this.#res.destroyed) cutVisibly(this.#res, this.req.socket, this.#head?.http ?? '1.0')
    else this.req.socket.destroy()
  }

  #data({ query, http }: Head): OptionsData {
    const { socket } = this.req
    return {
      query,
      mount: mountOf(this.req),
      http,
      client: socket.remoteAddress?.replace(/^::ffff:/, '') ?? null,
      protocol: 'encrypted' in socket ? 'https' : 'http',
      deadline: null,
      upgrade: this.#offer?.protocols ?? null,
    }
  }

  #input(length: number | null): Input | null {
    if (length === 0) return null
    const { server, rests } = this.#host
    // A client that has seen the final status is not asked for more.
    const proceed = (): void => {
      if (!this.exchange.answered) this.#res.writeContinue()
    }
    const beforeFirst = this.#expectsContinue ? proceed : null
    this.#body = new NodeBody(this.req, length, server.limits, rests, beforeFirst)
    return this.exchange.input(this.#body)
  }

  #writeHead({ status, fields, length }: Outgoing): void {
    this.#lasts = this.#outlasts()
    const framing: string[] = length === null ? [] : ['content-length', String(length)]
    if (!this.#lasts) {
      framing.push('connection', 'close')
      this.#connection.closing = true
    }
    // Node would send chunks to an HTTP/1.0 client that names them in TE.
    if (this.#head?.http !== '1.1') this.#res.useChunkedEncodingByDefault = false
    writeHead(this.#res, status, this.#host.phrase(status), [...fields, ...framing])
  }

  #outlasts(): boolean {
    const { draining, server } = this.#host
    if (this.#head === null || this.#head.closes || this.#body?.failed === true) return false
    if (draining && this.#connection.isLast(this)) return false
    return keepsConnection(this.req, server.limits)
  }

  #end(body: string | Uint8Array | null): void {
    this.#body?.leave()
    this.#ended = true
    // Where the end of the connection is that of the answer, the client has not seen it yet.
    this.#out = endAnswer(this.req, this.#res, body, this.#lasts ? null : this.#host) && this.#delimited
    this.#timeSending()
  }

  #stuck(): void {
    this.exchange.cut(new Fault('send_timeout', { limitMs: this.#host.server.limits.sendTimeoutMs }))
  }

  // Node's timeout starts again with each octet that the kernel takes.
  #timeSending(): void {
    const { socket } = this.req
    if (this.#res.socket !== socket || socket.writableLength === 0) return
    socket.setTimeout(this.#host.server.limits.sendTimeoutMs)
    this.#res.once('timeout', () => this.#stuck())
    // First of all, for Node then sets the time for the next request.
    this.#res.prependOnceListener('finish', () => socket.setTimeout(0))
  }
}
