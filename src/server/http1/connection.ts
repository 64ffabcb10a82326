/**
 * One client connection of HTTP/1.1: octets in, requests one after the other, answers out. It is the
 * line of the exchange that is under way, of which there is one at a time: requests that were sent
 * ahead wait as octets. RFC 9112.
 *
 * @module
 */
import type { Socket } from 'node:net'
import { answer } from '../../call/answer.ts'
import { WholeInput } from '../../call/input.ts'
import { CallOptions } from '../../call/options.ts'
import { type Outgoing, outgoing } from '../../call/outgoing.ts'
import type { Duplex, Input, ResponseHeaders } from '../../contract.ts'
import { Fault, isFault } from '../../fault.ts'
import { type RequestHead, RequestReader } from '../../wire/http1/request-reader.ts'
import { fieldLines, interim, lastChunk, switchingLines } from '../../wire/http1/response-head.ts'
import { withEarly } from '../early.ts'
import type { Exchange, Line } from '../exchange.ts'
import type { Sink } from '../sink.ts'
import { spent } from '../spent.ts'
import { type BodyLine, Http1Body } from './body.ts'
import { BodySink } from './body-sink.ts'
import type { Host } from './host.ts'
import { Outbox } from './outbox.ts'
import { Patience } from './patience.ts'

/** How many requests of one connection are answered before others have their turn. */
const TURN = 32
/** What is kept of requests sent ahead; behind it the connection is not read. In octets. */
const AHEAD = 64 * 1024
/** What Node reads of a connection at once, and once more behind the last that was wanted. In octets. */
const READ = 64 * 1024
/** A body up to so many octets that came with its head is not charged: its connection holds more than that. */
const FREE = 16 * 1024

const NO_PROTOCOLS: readonly string[] = Object.freeze([])

export class Connection implements Line, BodyLine {
  readonly #gateway: Host
  readonly #socket: Socket
  readonly #client: string | null
  readonly #reader: RequestReader
  readonly #outbox: Outbox
  #exchange: Exchange | null = null
  #head: RequestHead | null = null
  #body: Http1Body | null = null
  #sink: BodySink | null = null
  readonly #patience = new Patience()
  /** `received`, for the socket. The other events are rare enough to look for their connection. */
  readonly receive = (octets: Uint8Array): void => this.received(octets)
  #advancing = false
  #yielded = false
  /** Requests answered since others had their turn. */
  #turns = 0
  #paused = false
  /** No request is read any more. */
  #closing = false
  /** The client has ended its side. */
  #ended = false

  constructor(gateway: Host, socket: Socket) {
    this.#gateway = gateway
    this.#socket = socket
    this.#client = socket.remoteAddress?.replace(/^::ffff:/, '') ?? null
    this.#reader = new RequestReader(gateway.reading)
    this.#outbox = new Outbox(socket, gateway.server.limits.sendTimeoutMs, () => this.#taken())
  }

  // What the socket tells.

  received(octets: Uint8Array): void {
    if (this.#patience.awaited === 'linger')
      return this.#gateway.rests.received(this.#socket, octets, this.#socket)
    this.#reader.push(octets)
    if (this.#exchange === null && !this.#yielded) return this.#advance()
    this.#body?.arrived()
    this.#holdBack()
  }

  /** The client has ended its side: what it has asked before is still answered. */
  ended(): void {
    this.#ended = true
    if (this.#exchange !== null) this.#endedIn(this.#exchange)
    else if (!this.#yielded && !this.#outbox.blocked) this.#close()
  }

  #endedIn(exchange: Exchange): void {
    const fault = new Fault('request_aborted', { reason: 'the connection was closed' })
    this.#body?.ended(fault)
    // What has arrived may be all of the body: of chunks nobody knows before they are read.
    const { left, pending, pendingLength } = this.#reader
    const whole = this.#body === null || (left === null ? pending : left <= pendingLength)
    if (whole) exchange.halfClosed()
    else exchange.call.abort(fault)
  }

  drained(): void {
    this.#sink?.drained()
  }

  // What the outbox held was handed over.
  #taken(): void {
    this.#patience.restart()
    if (this.#exchange === null) this.#advance()
  }

  /** The client took nothing of its answer for too long. */
  stuck(): void {
    const { sendTimeoutMs: limitMs } = this.#gateway.server.limits
    this.abandon(new Fault('send_timeout', { limitMs }))
  }

  closed(): void {
    this.#closing = true
    this.#patience.wait('nothing')
    this.#outbox.lost()
    const fault = new Fault('request_aborted', { reason: 'the client went away' })
    this.#body?.fail(fault)
    const exchange = this.#exchange
    this.#exchange = null
    // The signal tells why, before whoever makes the body is told to leave.
    exchange?.over(false)
    this.#sink?.lost()
    this.#gateway.rests.forget(this.#socket)
    this.#gateway.left(this)
  }

  // What the gateway tells.

  /** Time has passed, in milliseconds. */
  tick(elapsedMs: number): void {
    if (this.#outbox.blocked) return // the socket has its own clock then
    const { limits } = this.#gateway.server
    switch (this.#patience.tick(elapsedMs, limits)) {
      case 'forget':
        return this.#reader.forget()
      case 'close':
        return this.#close()
      case 'refuse':
        return this.#refuse(new Fault('head_timeout', { limitMs: limits.headTimeoutMs }))
      case 'destroy':
        this.#socket.destroy()
    }
    const late = this.#exchange === null ? null : (this.#body?.tick(elapsedMs) ?? null)
    if (late !== null) this.#body?.fail(late)
  }

  /** The server stops: an idle connection ends now, any other with its next answer. */
  drain(): void {
    this.#patience.hurry()
    if (this.#exchange !== null) this.#exchange.drain()
    else if (this.#patience.awaited === 'next' && !this.#yielded && !this.#outbox.blocked) this.#close()
  }

  /** Ends whatever is under way. */
  abandon(reason: Fault): void {
    this.#outbox.cut(reason)
    if (this.#exchange === null) this.#socket.destroy()
    else if (this.#exchange.taken) {
      this.#exchange.call.abort(reason)
      this.#socket.destroy()
    } else this.#exchange.cut(reason)
  }

  // What a body asks.

  proceed(): void {
    // A client that has seen the final status is not asked for more.
    if (this.#head?.fields.expects !== true || this.#exchange?.answered !== false) return
    if (this.#reader.pending || this.#reader.over) return
    this.#outbox.add(interim(100, this.#gateway.heads.phrase(100), {}))
    this.#outbox.flush()
  }

  want(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#socket.resume()
  }

  spent(memory: ArrayBufferLike): void {
    spent(memory, this.#socket)
  }

  hold(): number {
    const { pendingLength, left } = this.#reader
    if (left !== null && left <= pendingLength) return pendingLength
    this.#pause()
    return pendingLength + READ
  }

  broken(fault: Fault): void {
    this.#exchange?.call.abort(fault)
    this.#exchange?.fail(fault)
  }

  // The line of an exchange.

  hint(fields: ResponseHeaders): void {
    if (this.#head?.http !== '1.1' || !this.#socket.writable) return
    this.#outbox.add(interim(103, this.#gateway.heads.phrase(103), fields))
    this.#outbox.flush()
  }

  whole(sent: Outgoing): void {
    const lasts = this.#lasts()
    const { body, length } = sent
    const head = this.#headOf(sent, lasts, '')
    if (body === null) this.#outbox.add(head)
    else if (typeof body === 'string' && body.length === length) this.#outbox.add(head + body)
    else this.#outbox.addBody(head, body as string | Uint8Array, length!)
    this.#answered(lasts)
  }

  begin(sent: Outgoing): Sink {
    const chunked = sent.length === null && this.#head?.http === '1.1'
    const lasts = this.#lasts() && (chunked || sent.length !== null)
    this.#closing ||= !lasts
    this.#outbox.addStreamed(this.#headOf(sent, lasts, chunked ? 'transfer-encoding: chunked\r\n' : ''))
    this.#sink = new BodySink(this.#socket, this.#outbox, chunked, this.#gateway.server.limits.sendTimeoutMs)
    return this.#sink
  }

  end(trailers: () => ResponseHeaders | null): void {
    if (this.#sink?.chunked === true) {
      this.#outbox.add(lastChunk(this.#head?.fields.takesTrailers === true ? trailers() : null))
    }
    this.#sink = null
    this.#answered(!this.#closing)
  }

  accept({ fields }: Outgoing): Duplex {
    const { method } = this.#exchange!
    const offered = this.#head?.fields.upgrade ?? null
    const connects = method === 'CONNECT' && this.#head?.fields.length === 0
    if (offered === null && !connects) throw new Fault('upgrade_unavailable', { method })
    const lines = connects ? fieldLines(fields) : switchingLines(fields, offered!)
    this.#outbox.add(`${this.#gateway.heads.statusLine(connects ? 200 : 101)}${lines}\r\n`)
    this.#outbox.flush()
    this.#closing = true
    this.#patience.wait('nothing')
    this.#gateway.release(this.#socket)
    return withEarly(this.#socket, this.#reader.rest())
  }

  cut(): void {
    const socket = this.#socket
    this.#outbox.flush()
    // A body that the end of the connection would complete is reset, where it can be: over TLS the
    // missing end of the session shows it.
    const bare = this.#head?.http === '1.0'
    if (bare && !('encrypted' in socket) && socket.remotePort !== undefined) socket.resetAndDestroy()
    else socket.destroy()
  }

  // Requests, one after the other.

  #advance(): void {
    if (this.#advancing) return
    if (this.#yielded) return this.#holdBack()
    this.#advancing = true
    try {
      this.#answerAll()
    } catch (error) {
      this.#refuse(error)
    }
    this.#advancing = false
    if (this.#sink === null) this.#outbox.flush()
    if (this.#exchange !== null) this.#holdBack()
    else if (this.#closing) this.#linger()
    else this.#idle()
  }

  #answerAll(): void {
    while (this.#exchange === null && !this.#closing && !this.#outbox.blocked) {
      if (!this.#reader.over) {
        while (this.#reader.piece() !== null); // of a body that nobody read
        if (!this.#reader.over) return
      }
      if (this.#turns === TURN && this.#reader.pending) return this.#yield()
      const head = this.#reader.head()
      if (head === null) return
      this.#turns++
      this.#begin(head)
    }
  }

  #yield(): void {
    this.#yielded = true
    setImmediate(() => {
      this.#yielded = false
      this.#turns = 0
      if (this.#exchange === null && this.#patience.awaited !== 'nothing') this.#advance()
    })
  }

  #begin(head: RequestHead): void {
    const { method, path, query, http, headers, fields } = head
    this.#patience.wait('app')
    this.#head = head
    const exchange = this.#gateway.exchange(this, method, path)
    this.#exchange = exchange
    const input = fields.length === 0 ? null : this.#input(fields.length)
    const options = new CallOptions(exchange.call, input, {
      query,
      mount: '',
      http,
      client: this.#client,
      protocol: this.#gateway.protocol,
      deadline: null,
      upgrade: method === 'CONNECT' ? NO_PROTOCOLS : fields.upgrade,
    })
    exchange.run(headers, options)
    // Nothing more comes, and the app is to know it as if the end had come behind this request alone.
    if (this.#ended && this.#exchange === exchange) this.#endedIn(exchange)
  }

  #input(length: number | null): Input {
    const { budget, server } = this.#gateway
    const { limits } = server
    const free = budget === null ? limits.body : Math.min(limits.body, FREE)
    if (length !== null && length <= free && this.#reader.pendingLength >= length) {
      return new WholeInput(this.#reader.piece(), limits.body)
    }
    this.#body = new Http1Body(length, this.#reader, this, limits)
    return this.#exchange!.input(this.#body)
  }

  /** Whether the connection outlasts the answer that is about to be written. */
  #lasts(): boolean {
    const reader = this.#reader
    if (this.#closing || this.#head?.fields.persists !== true || this.#body?.failed === true) return false
    if (this.#gateway.draining && !reader.pending) return false
    if (reader.over) return true
    // The client may or may not send now what it asked about; and what is left may be too much.
    if (this.#head.fields.expects) return false
    return reader.left !== null && reader.left <= this.#gateway.server.limits.unread
  }

  #headOf(sent: Outgoing, lasts: boolean, coding: string): string {
    if (!lasts) return this.#gateway.heads.of(sent, `${coding}connection: close\r\n`)
    const isOld = this.#head?.http === '1.0'
    return this.#gateway.heads.of(sent, isOld ? `${coding}connection: keep-alive\r\n` : coding)
  }

  /** The answer of the exchange under way is written to its end. */
  #answered(lasts: boolean): void {
    const exchange = this.#exchange!
    this.#exchange = null
    this.#head = null
    this.#closing ||= !lasts
    this.#body?.leave()
    this.#body = null
    this.#outbox.answered(exchange)
    if (!this.#advancing) this.#advance()
  }

  #refuse(error: unknown): void {
    if (!isFault(error)) this.#gateway.log.error({ err: error }, 'A request could not be read')
    this.#closing = true
    this.#head = null
    // An answer to HEAD has no content, whatever it says (RFC 9110 9.3.2).
    const sent = outgoing(answer(error), this.#reader.asksHead ? 'HEAD' : 'GET')
    this.#outbox.add(this.#headOf(sent, false, '') + ((sent.body as string | null) ?? ''))
    if (!this.#advancing) this.#advance()
  }

  #idle(): void {
    const wait = this.#reader.pending && this.#reader.over ? 'head' : 'next'
    if (this.#yielded || this.#outbox.blocked) return this.#holdBack()
    if (this.#ended) return this.#close()
    this.#turns = 0
    this.want()
    if (wait === 'head' && this.#patience.awaited === 'head') return
    if (wait === 'next' && this.#patience.awaited === 'first') return
    this.#patience.wait(wait)
    if (wait === 'next' && this.#gateway.draining) this.#close()
  }

  #holdBack(): void {
    if (this.#body?.waits !== true && this.#reader.pendingLength > AHEAD) this.#pause()
  }

  #pause(): void {
    if (this.#paused) return
    this.#paused = true
    this.#socket.pause()
  }

  /** Ends a connection that nothing is asked on. */
  #close(): void {
    this.#closing = true
    this.#patience.wait('linger')
    this.#socket.destroySoon()
  }

  // A connection closed with unread octets is reset, and the reset may overtake the answer: so what
  // still comes is read and thrown away for a while.
  #linger(): void {
    if (this.#patience.awaited === 'linger' || this.#patience.awaited === 'nothing') return
    this.#patience.wait('linger')
    const memory = this.#reader.discard()
    if (memory !== null) this.spent(memory)
    this.#socket.end()
    this.want()
  }
}
