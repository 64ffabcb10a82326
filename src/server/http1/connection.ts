/**
 * One client connection of HTTP/1.1: octets in, requests one after the other, answers out. There is one
 * exchange at a time: requests that were sent ahead wait as octets. RFC 9112.
 *
 * @module
 */
import type { Socket } from 'node:net'
import type { Duplex } from '../../contract.ts'
import { Fault, isFault } from '../../fault.ts'
import { type RequestHead, RequestReader } from '../../wire/http1/request-reader.ts'
import { withEarly } from '../early.ts'
import { AnswerLine, type Lasting } from './answer-line.ts'
import type { Host } from './host.ts'
import { Intake } from './intake.ts'
import { Outbox } from './outbox.ts'
import { Patience } from './patience.ts'
import { Turns } from './turns.ts'
import { UnderWay } from './under-way.ts'

export class Connection implements Lasting {
  readonly #gateway: Host
  readonly #socket: Socket
  readonly #reader: RequestReader
  readonly #intake: Intake
  readonly #outbox: Outbox
  readonly #line: AnswerLine
  readonly #request: UnderWay
  readonly #patience = new Patience()
  readonly #turns = new Turns()
  /** `received`, for the socket. The other events are rare enough to look for their connection. */
  readonly receive = (octets: Uint8Array): void => this.received(octets)
  #advancing = false
  /** No request is read any more. */
  #closing = false
  /** The client has ended its side. */
  #ended = false

  constructor(gateway: Host, socket: Socket) {
    const { server, reading, rests, heads } = gateway
    this.#gateway = gateway
    this.#socket = socket
    this.#reader = new RequestReader(reading)
    this.#intake = new Intake(socket, this.#reader, rests)
    this.#outbox = new Outbox(socket, server.limits.sendTimeoutMs, () => this.#taken())
    this.#line = new AnswerLine(this, socket, this.#outbox, heads, server)
    const client = socket.remoteAddress?.replace(/^::ffff:/, '') ?? null
    this.#request = new UnderWay(gateway, this.#intake, this.#line, client)
  }

  // What the socket tells.

  received(octets: Uint8Array): void {
    if (this.#patience.awaited === 'linger') {
      this.#patience.restart()
      return this.#intake.throwAway(octets)
    }
    this.#intake.receive(octets, this.#use)
  }

  readonly #use = (): void => {
    if (this.#request.exchange === null && !this.#turns.yielded) this.#advance()
    else this.#request.arrived()
  }

  /** The client has ended its side: what it has asked before is still answered. */
  ended(): void {
    this.#ended = true
    if (this.#request.exchange !== null) this.#request.cutShort()
    else if (!this.#turns.yielded && !this.#outbox.blocked) this.#close()
  }

  drained(): void {
    this.#line.drained()
  }

  // What the outbox held was handed over.
  #taken(): void {
    this.#patience.restart()
    if (this.#request.exchange === null) this.#advance()
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
    this.#request.lost()
    this.#intake.lost()
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
    this.#request.tick(elapsedMs)
  }

  /** The server stops: an idle connection ends now, any other with its next answer. */
  drain(): void {
    this.#patience.hurry()
    if (this.#request.exchange !== null) this.#request.exchange.drain()
    else if (this.#patience.awaited === 'next' && !this.#turns.yielded && !this.#outbox.blocked) this.#close()
  }

  /** Ends whatever is under way. */
  abandon(reason: Fault): void {
    this.#outbox.cut(reason)
    const { exchange } = this.#request
    if (exchange === null) this.#socket.destroy()
    else if (exchange.taken) {
      exchange.call.abort(reason)
      this.#socket.destroy()
    } else exchange.cut(reason)
  }

  // What the line of the exchange asks.

  outlasts({ fields }: RequestHead): boolean {
    const reader = this.#reader
    if (this.#closing || !fields.persists || this.#request.failed) return false
    if (this.#gateway.draining && !reader.pending) return false
    if (reader.over) return true
    // The client may or may not send now what it asked about; and what is left may be too much.
    if (fields.expects) return false
    return reader.left !== null && reader.left <= this.#gateway.server.limits.unread
  }

  answered(lasts: boolean): void {
    this.#closing ||= !lasts
    this.#outbox.answered(this.#request.end())
    if (!this.#advancing) this.#advance()
  }

  takenOver(): Duplex {
    this.#closing = true
    this.#patience.wait('nothing')
    this.#gateway.release(this.#socket)
    return withEarly(this.#socket, this.#intake.rest())
  }

  // Requests, one after the other.

  #advance(): void {
    if (this.#advancing) return
    if (this.#turns.yielded) return this.#request.holdBack()
    this.#advancing = true
    try {
      this.#answerAll()
    } catch (error) {
      this.#refuse(error)
    }
    this.#advancing = false
    this.#line.flush()
    if (this.#request.exchange !== null) this.#request.holdBack()
    else if (this.#closing) this.#linger()
    else this.#idle()
  }

  #answerAll(): void {
    while (this.#request.exchange === null && !this.#closing && !this.#outbox.blocked) {
      if (!this.#reader.over) {
        while (this.#reader.piece() !== null); // of a body that nobody read
        if (!this.#reader.over) return
      }
      if (this.#turns.over && this.#reader.pending) return this.#turns.yield(() => this.#resume())
      const head = this.#reader.head()
      if (head === null) return
      this.#turns.count()
      this.#patience.wait('app')
      this.#request.begin(head)
      // Nothing more comes, and the app is to know it as if the end had come behind this request alone.
      if (this.#ended) this.#request.cutShort()
    }
  }

  // Others have had their turn.
  #resume(): void {
    if (this.#request.exchange === null && this.#patience.awaited !== 'nothing') this.#advance()
  }

  #refuse(error: unknown): void {
    if (!isFault(error)) this.#gateway.log.error({ err: error }, 'A request could not be read')
    this.#closing = true
    // An answer to HEAD has no content, whatever it says (RFC 9110 9.3.2).
    this.#line.refuse(error, this.#reader.asksHead ? 'HEAD' : 'GET')
    if (!this.#advancing) this.#advance()
  }

  #idle(): void {
    const wait = this.#reader.pending && this.#reader.over ? 'head' : 'next'
    if (this.#turns.yielded || this.#outbox.blocked) return this.#request.holdBack()
    if (this.#ended) return this.#close()
    this.#turns.restart()
    this.#intake.want()
    if (wait === 'head' && this.#patience.awaited === 'head') return
    if (wait === 'next' && this.#patience.awaited === 'first') return
    this.#patience.wait(wait)
    if (wait === 'next' && this.#gateway.draining) this.#close()
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
    this.#intake.discard()
    this.#socket.end()
    this.#intake.want()
  }
}
