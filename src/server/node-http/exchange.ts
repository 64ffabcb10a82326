/**
 * One request and its answer over `node:http`.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { isPromise } from '../../call/after.ts'
import { answer, isOurs } from '../../call/answer.ts'
import { Call, type Road } from '../../call/call.ts'
import { abandon } from '../../call/chunks.ts'
import { SourceInput, WholeInput } from '../../call/input.ts'
import { logThrown } from '../../call/log.ts'
import { CallOptions } from '../../call/options.ts'
import { type Outgoing, outgoing } from '../../call/outgoing.ts'
import type { App, Input, Log, ResponseHeaders, Result, Server, Stream, Takeover } from '../../contract.ts'
import { TAKEOVER } from '../../contract.ts'
import { Fault, isFault } from '../../fault.ts'
import { isStream, isTakeover } from '../../value/result.ts'
import { pump } from '../pump.ts'
import { NodeBody } from './body.ts'
import { Connection, type Turn } from './connection.ts'
import { type Head, readHead } from './head.ts'
import { endAnswer, keepsConnection } from './linger.ts'
import type { Offer } from './upgrade.ts'
import { besideHead, cutVisibly, flushHead, writeHead, writeHints, writeTrailers } from './write.ts'

/** What an exchange needs of the gateway it belongs to. */
export interface Surroundings {
  readonly app: App
  readonly server: Server
  readonly log: Log
  /** True once the server stops: answers then close their connection. */
  readonly draining: boolean
}

export class Exchange implements Road, Turn {
  readonly call: Call
  readonly req: IncomingMessage
  readonly #around: Surroundings
  readonly #res: ServerResponse
  readonly #connection: Connection
  readonly #offer: Offer | null
  readonly #expectsContinue: boolean
  readonly #settled: () => void
  #head: Head | null = null
  #body: NodeBody | null = null
  #answered = false
  #status: number | null = null
  #error: unknown = null
  #taken: Duplex | null = null
  #endless = false
  #ended = false
  #out = false
  #over = false

  /** `settled` is called once everything of this call is over, teardown included. */
  constructor(
    around: Surroundings,
    req: IncomingMessage,
    res: ServerResponse,
    how: { readonly offer?: Offer; readonly expectsContinue?: boolean; readonly settled: () => void },
  ) {
    this.call = new Call(around.server, around.log, this)
    this.req = req
    this.#around = around
    this.#res = res
    this.#connection = Connection.of(req.socket)
    this.#offer = how.offer ?? null
    this.#expectsContinue = how.expectsContinue ?? false
    this.#settled = how.settled
    // Before anything can go wrong: an error event without a listener ends the process.
    req.on('error', () => {})
    res.on('error', () => {})
    res.once('close', () => this.#closed())
    this.#connection.begin(this)
  }

  /** Calls the app and sends what it answers. Never throws. */
  run(): void {
    const { app, server } = this.#around
    try {
      const head = readHead(this.req, server)
      this.#head = head
      const result = app(head.method, head.path, head.headers, this.#options(head), server)
      if (isPromise(result))
        result.then(
          (value) => this.#send(value),
          (error: unknown) => this.#fail(error),
        )
      else this.#send(result)
    } catch (error) {
      this.#fail(error)
    }
  }

  hint(fields: ResponseHeaders): void {
    if (this.#head?.http === '1.1' && this.#offer === null) writeHints(this.#res, fields)
  }

  lost(): void {
    this.#closed()
  }

  broken(fault: Fault): void {
    this.#body?.fail(fault)
    if (this.#ended) return
    this.call.abort(fault)
    this.#fail(fault)
  }

  drained(): void {
    this.#res.emit('drain')
  }

  /** Tells what has no end of its own that the server stops; other answers are left to finish (16). */
  drain(): void {
    if (this.#taken !== null || this.#endless) this.call.abort(new Fault('draining', {}))
  }

  /** Ends the call whatever it is doing. */
  cut(reason: Fault): void {
    this.#error ??= reason
    this.call.abort(reason)
    this.req.socket.destroy()
  }

  #options(head: Head): CallOptions {
    const { socket } = this.req
    return new CallOptions(this.call, this.#input(head.length), {
      query: head.query,
      mount: '',
      http: head.http,
      client: socket.remoteAddress?.replace(/^::ffff:/, '') ?? null,
      protocol: 'encrypted' in socket ? 'https' : 'http',
      deadline: null,
      upgrade: this.#offer?.protocols ?? null,
    })
  }

  #input(length: number | null): Input {
    const { limits } = this.#around.server
    if (length === 0) return new WholeInput(null, limits.body)
    // A client that has seen the final status is not asked for more.
    const proceed = (): void => {
      if (!this.#answered) this.#res.writeContinue()
    }
    this.#body = new NodeBody(this.req, length, limits.bodyTimeoutMs, this.#expectsContinue ? proceed : null)
    return new SourceInput(this.#body, limits.body)
  }

  #fail(error: unknown): void {
    if (this.#answered) return
    if (isOurs(error)) this.#report(error, 'The app threw')
    this.#error = error
    this.#send(answer(error))
  }

  // Only the first answer counts: the app may still be at work when its request broke off.
  #send(result: Result): void {
    if (this.#answered || this.#res.destroyed) return abandon(result)
    this.#answered = true
    try {
      this.#write(this.#checked(result), result)
    } catch (error) {
      this.#cut(error)
    }
  }

  #checked(result: Result): Outgoing {
    const { method = 'GET' } = this.req
    try {
      const sent = outgoing(result, method)
      if (isTakeover(sent.body)) {
        if (this.#offer === null) throw new Fault('upgrade_unavailable', { method })
        this.#taken = this.#offer.accept(sent.fields)
      }
      return sent
    } catch (error) {
      this.#report(error, 'The answer was refused')
      this.#error = error
      return outgoing(answer(error), method)
    }
  }

  #write({ status, fields, body, length }: Outgoing, result: Result): void {
    if (body === null || !isStream(body)) abandon(result)
    this.#status = isTakeover(body) ? this.#offer!.status : status
    if (isTakeover(body)) return this.#handOver(this.#taken!, body)
    const lasts = this.#lasts()
    const framing: string[] = length === null ? [] : ['content-length', String(length)]
    if (!lasts) {
      framing.push('connection', 'close')
      this.#connection.closing = true
    }
    // Node would send chunks to an HTTP/1.0 client that names them in TE.
    if (this.#head?.http !== '1.1') this.#res.useChunkedEncodingByDefault = false
    writeHead(this.#res, status, [...fields, ...framing])
    if (isStream(body)) {
      // A browser leaves such a stream when its page is closed, and comes back when it was ended.
      this.#endless = length === null && result[1]?.startsWith('text/event-stream') === true
      if (this.#around.draining) this.drain()
      this.#stream(body, length, lasts)
    } else this.#end(besideHead(body, fields), lasts, true)
  }

  #lasts(): boolean {
    const { draining, server } = this.#around
    if (this.#head === null || this.#head.closes || this.#body?.failed === true) return false
    if (draining && this.#connection.isLast(this)) return false
    return keepsConnection(this.req, server.limits)
  }

  #stream(body: Stream, length: number | null, lasts: boolean): void {
    const res = this.#res
    flushHead(res)
    pump(body, res, length)
      .then(() => {
        if (res.destroyed) return
        if (length === null && this.#head?.takesTrailers === true) writeTrailers(res, this.call.trailers())
        this.#end(null, lasts, length !== null)
      })
      .catch((error: unknown) => this.#cut(error))
  }

  // `delimited`: the client knows the end of the answer without being told by ours.
  #end(body: string | Uint8Array | null, lasts: boolean, delimited: boolean): void {
    this.#body?.fail(new Fault('request_aborted', { reason: 'the answer was sent before its body was read' }))
    this.#ended = true
    this.#out = endAnswer(this.req, this.#res, body, lasts) && delimited
  }

  #handOver(duplex: Duplex, takeover: Takeover): void {
    if (this.#around.draining) this.drain()
    Promise.resolve(duplex)
      .then((taken) => takeover[TAKEOVER](taken))
      .catch((error: unknown) => {
        this.#error = error
        this.#report(error, 'The takeover failed')
        duplex.destroy()
      })
  }

  // The head is out, so the only honest answer is an end that nobody takes for a whole one.
  #cut(error: unknown): void {
    if (this.#res.destroyed) return
    this.#report(error, 'The answer was cut off')
    this.#error = error
    cutVisibly(this.#res, this.req.socket, this.#head?.http ?? '1.0')
  }

  #report(error: unknown, message: string): void {
    try {
      const path = this.#head?.path ?? null
      // The cause of a fault is what its message does not tell.
      if (isFault(error) && error.cause !== undefined) logThrown(this.#around.log, error, { path })
      else this.#around.log.error({ err: error, path }, message)
    } catch {} // a log that fails must not take the answer with it
  }

  // By the response and by the connection, in whichever order.
  #closed(): void {
    if (this.#over) return
    this.#over = true
    this.#connection.end(this)
    const aborted = this.#taken === null && !this.#out && !this.#res.writableFinished
    if (aborted) this.#error ??= new Fault('request_aborted', { reason: 'the client went away' })
    // An answer that never had its turn was not sent.
    const status = aborted && this.#res.socket === null ? null : this.#status
    this.call.settle({ status, error: this.#error, aborted }).then(this.#settled, this.#settled)
  }
}
