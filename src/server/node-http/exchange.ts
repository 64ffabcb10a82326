/**
 * One request and its answer over `node:http`.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { isPromise } from '../../call/after.ts'
import { answer, isOurs } from '../../call/answer.ts'
import { Call, type Road } from '../../call/call.ts'
import { SourceInput, WholeInput } from '../../call/input.ts'
import { CallOptions } from '../../call/options.ts'
import { type Outgoing, outgoing } from '../../call/outgoing.ts'
import type {
  App,
  Input,
  Log,
  Outcome,
  ResponseHeaders,
  Result,
  Server,
  Stream,
  Takeover,
} from '../../contract.ts'
import { TAKEOVER } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import { flatFields } from '../../value/fields.ts'
import { isStream, isTakeover } from '../../value/result.ts'
import { leave, pump } from '../pump.ts'
import { NodeBody } from './body.ts'
import { type Head, readHead } from './head.ts'
import { endAnswer, keepsConnection } from './linger.ts'

/** What an exchange needs of the gateway it belongs to. */
export interface Surroundings {
  readonly app: App
  readonly server: Server
  readonly log: Log
  /** True once the server stops: answers then close their connection. */
  readonly draining: boolean
}

/** A connection that the client offers to hand over. */
export interface Offer {
  /** Writes the head, and gives the connection with what the client has already sent on it. */
  accept(status: number, fields: readonly string[]): Duplex
}

export class Exchange implements Road {
  readonly call: Call
  readonly #around: Surroundings
  readonly #req: IncomingMessage
  readonly #res: ServerResponse
  readonly #offer: Offer | null
  readonly #expectsContinue: boolean
  readonly #settled: () => void
  #head: Head | null = null
  #status: number | null = null
  #error: unknown = null
  #taken: Duplex | null = null
  #lingers = false

  /** `settled` is called once everything of this call is over, teardown included. */
  constructor(
    around: Surroundings,
    req: IncomingMessage,
    res: ServerResponse,
    how: { readonly offer?: Offer; readonly expectsContinue?: boolean; readonly settled: () => void },
  ) {
    this.call = new Call(around.server, around.log, this)
    this.#around = around
    this.#req = req
    this.#res = res
    this.#offer = how.offer ?? null
    this.#expectsContinue = how.expectsContinue ?? false
    this.#settled = how.settled
    // Before anything can go wrong: an error event without a listener ends the process.
    req.on('error', () => {})
    res.on('error', () => {})
    res.once('close', () => this.#closed())
  }

  /** Calls the app and sends what it answers. Never throws. */
  run(): void {
    const { app, server } = this.#around
    try {
      const head = readHead(this.#req, server)
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
    if (this.#res.headersSent || this.#head?.http !== '1.1' || this.#offer !== null) return
    const hints: Record<string, string | string[]> = {}
    const flat = flatFields(fields)
    for (let at = 0; at < flat.length; at += 2) hints[flat[at]!] = flat[at + 1]!
    this.#res.writeEarlyHints(hints)
  }

  /** Tells a takeover that the server stops; other answers are left to finish (16). */
  drain(): void {
    if (this.#taken !== null) this.call.abort(new Fault('draining', {}))
  }

  /** Ends the call whatever it is doing. */
  cut(reason: Fault): void {
    this.call.abort(reason)
    this.#taken?.destroy()
    if (!this.#res.writableFinished) this.#res.destroy()
  }

  #options(head: Head): CallOptions {
    const socket = this.#req.socket
    return new CallOptions(this.call, this.#input(), {
      query: head.query,
      mount: '',
      http: head.http,
      client: socket.remoteAddress?.replace(/^::ffff:/, '') ?? null,
      protocol: 'encrypted' in socket ? 'https' : 'http',
      deadline: null,
      upgrade: this.#offer === null ? null : head.upgrade,
    })
  }

  #input(): Input {
    const { limits } = this.#around.server
    const { 'content-length': length, 'transfer-encoding': coding } = this.#req.headers
    if (coding === undefined && (length === undefined || Number(length) === 0))
      return new WholeInput(null, limits.body)
    const proceed = this.#expectsContinue ? () => this.#res.writeContinue() : null
    return new SourceInput(new NodeBody(this.#req, limits.bodyTimeoutMs, proceed), limits.body)
  }

  #fail(error: unknown): void {
    if (isOurs(error)) this.#around.log.error({ err: error, path: this.#req.url }, 'The app threw')
    this.#error = error
    this.#send(answer(error))
  }

  #send(result: Result): void {
    if (this.#res.destroyed || this.#res.headersSent) return
    let sent: Outgoing
    try {
      sent = outgoing(result, this.#req.method ?? 'GET')
      if (isTakeover(sent.body) && this.#offer === null) {
        throw new Fault('upgrade_unavailable', { method: this.#req.method ?? 'GET' })
      }
    } catch (error) {
      this.#around.log.error({ err: error, path: this.#req.url }, 'The answer was refused')
      this.#error = error
      sent = outgoing(answer(error), this.#req.method ?? 'GET')
    }
    this.#status = sent.status
    try {
      this.#write(sent, result)
    } catch (error) {
      this.#cut(error)
    }
  }

  #write({ status, fields, body, length }: Outgoing, result: Result): void {
    if (isTakeover(body)) {
      this.#handOver(this.#offer!.accept(status, fields), body)
      return
    }
    const lasts =
      keepsConnection(this.#req, this.#around.server.limits) && !this.#around.draining && this.#head !== null
    const head = [...fields]
    const trailing =
      isStream(body) && this.call.hasTrailer && this.#head?.takesTrailers === true && length === null
    if (length !== null) head.push('content-length', String(length))
    if (!lasts) head.push('connection', 'close')
    this.#res.writeHead(status, head)
    if (isStream(body)) {
      this.#stream(body, length, trailing)
    } else {
      if (isStream(result[3])) leave(result[3])
      this.#lingers = endAnswer(this.#req, this.#res, body, lasts)
    }
  }

  #stream(body: Stream, length: number | null, trailing: boolean): void {
    const res = this.#res
    res.flushHeaders()
    pump(body, res, length)
      .then(
        () => {
          if (res.destroyed) return
          if (trailing) res.addTrailers(trailerLines(this.call.trailers()))
          res.end()
        },
        (error: unknown) => this.#cut(error),
      )
      .catch((error: unknown) => this.#cut(error))
  }

  #handOver(duplex: Duplex, takeover: Takeover): void {
    const { log } = this.#around
    this.#taken = duplex
    if (this.#around.draining) this.drain()
    duplex.once('close', () => this.#settle({ status: this.#status, error: null, aborted: false }))
    const failed = (error: unknown): void => {
      log.error({ err: error, path: this.#req.url }, 'The takeover failed')
      duplex.destroy()
    }
    Promise.resolve(duplex)
      .then((taken) => takeover[TAKEOVER](taken))
      .catch(failed)
  }

  // The head is out, so the only honest answer is an end that nobody takes for a whole one.
  #cut(error: unknown): void {
    if (this.#res.destroyed) return
    this.#around.log.error({ err: error, path: this.#req.url }, 'The answer was cut off')
    this.#error = error
    // A body that HTTP/1.0 delimits by the end of the connection is cut visibly by a reset alone.
    if (this.#head?.http === '1.0' && this.#req.socket instanceof Socket) this.#req.socket.resetAndDestroy()
    else this.#res.destroy()
  }

  #closed(): void {
    const whole = this.#res.writableFinished || this.#lingers
    const error = whole
      ? this.#error
      : (this.#error ?? new Fault('request_aborted', { reason: 'the client went away' }))
    this.#settle({ status: this.#status, error, aborted: !whole })
  }

  #settle(outcome: Outcome): void {
    this.call.settle(outcome).then(this.#settled, this.#settled)
  }
}

function trailerLines(fields: ResponseHeaders | null): [string, string][] {
  const flat = flatFields(fields ?? {})
  const lines: [string, string][] = []
  for (let at = 0; at < flat.length; at += 2) lines.push([flat[at]!, flat[at + 1]!])
  return lines
}
