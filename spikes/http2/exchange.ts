/**
 * One request and its answer, whatever the protocol, which is behind `Line`. Nothing here is of
 * HTTP/2: it is what `server/node-http/exchange.ts` could share.
 *
 * @module
 */
import type { Duplex, Writable } from 'node:stream'
import { isPromise } from '../../src/call/after.ts'
import { answer, isOurs, problemOf } from '../../src/call/answer.ts'
import { Call, type Road } from '../../src/call/call.ts'
import { abandon } from '../../src/call/chunks.ts'
import { CallOptions } from '../../src/call/options.ts'
import { type Outgoing, outgoing } from '../../src/call/outgoing.ts'
import type {
  App,
  Input,
  Log,
  OptionsData,
  RequestHeaders,
  ResponseHeaders,
  Result,
  Server,
} from '../../src/contract.ts'
import { TAKEOVER } from '../../src/contract.ts'
import { Fault } from '../../src/fault.ts'
import { pump } from '../../src/server/pump.ts'
import { isStream, isTakeover } from '../../src/value/result.ts'

/** What an exchange needs of the gateway it belongs to. */
export interface Surroundings {
  readonly app: App
  readonly server: Server
  readonly log: Log
  readonly draining: boolean
}

export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: RequestHeaders
  readonly data: OptionsData
  readonly input: Input
}

/** What a protocol does for one exchange. */
export interface Line extends Road {
  /** The method as it came: CONNECT gives the line away with any 2xx. */
  readonly method: string
  /** False once a final head is out, or nobody is there to see one. */
  readonly open: boolean
  /** Reads and checks the head. Faults: those of the head. */
  receive(): Asked
  /** Sends an answer whose body is not streamed. */
  whole(sent: Outgoing): void
  /** Sends a head; the body goes into what it gives. `trailers` is asked after the last octet. */
  begin(sent: Outgoing, trailers: (() => ResponseHeaders) | null): Writable
  /** Sends the head of a takeover and gives the line; null where there is none to give. */
  readonly accept: ((fields: readonly string[]) => Duplex) | null
  /** Ends the line so that nobody takes the answer for a whole one. */
  cut(): void
  /** Called once, when the line is over: `whole` says that all of an answer was handed on. */
  closed(listener: (whole: boolean) => void): void
}

export class Exchange {
  readonly call: Call
  readonly #around: Surroundings
  readonly #line: Line
  #method: string // as the app was asked, which extended CONNECT is not
  #status: number | null = null
  #error: unknown = null
  #taken = false

  /** `settled` is called once everything of this call is over, teardown included. */
  constructor(around: Surroundings, line: Line, settled: () => void) {
    this.call = new Call(around.server, around.log, line)
    this.#around = around
    this.#line = line
    this.#method = line.method
    line.closed((whole) => {
      const aborted = !whole && !this.#taken
      if (aborted) this.#error ??= new Fault('request_aborted', { reason: 'the client went away' })
      void this.call.settle({ status: this.#status, error: this.#error, aborted }).then(settled)
    })
  }

  /** Calls the app and sends what it answers. Never throws. */
  run(): void {
    const { app, server } = this.#around
    const fail = (error: unknown): void => {
      if (isOurs(error)) this.#around.log.error({ err: error }, 'The app threw')
      this.#error = error
      this.#send(answer(error))
    }
    try {
      const { method, path, headers, data, input } = this.#line.receive()
      this.#method = method
      const result = app(method, path, headers, new CallOptions(this.call, input, data), server)
      if (isPromise(result)) result.then((value) => this.#send(value), fail)
      else this.#send(result)
    } catch (error) {
      fail(error)
    }
  }

  /** Tells a takeover that the server stops; other answers are left to finish (16). */
  drain(): void {
    if (this.#taken) this.call.abort(new Fault('draining', {}))
  }

  #send(result: Result): void {
    const line = this.#line
    if (!line.open) return abandon(result) // nobody will iterate it (23)
    try {
      this.#write(this.#checked(result), result)
    } catch (error) {
      if (!line.open) return this.#cut(error)
      // The protocol would not have this head, and none is out yet.
      this.#refused(error, result)
      line.whole(outgoing(answer(error), this.#method))
    }
  }

  #checked(result: Result): Outgoing {
    const { method, accept } = this.#line
    try {
      const sent = outgoing(result, this.#method)
      // 2xx to CONNECT gives the line away (RFC 9110 9.3.6), so nothing else may be answered with it.
      const gives = method === 'CONNECT' && sent.status < 300
      if (isTakeover(sent.body) ? accept === null : gives) throw new Fault('upgrade_unavailable', { method })
      return sent
    } catch (error) {
      this.#refused(error, result)
      return outgoing(answer(error), this.#method)
    }
  }

  #refused(error: unknown, result: Result): void {
    this.#around.log.error({ err: error }, 'The answer was refused')
    this.#error = error
    this.#status = problemOf(error).status
    abandon(result)
  }

  #write(sent: Outgoing, result: Result): void {
    const { status, body, fields, length } = sent
    this.#status = status
    if (isTakeover(body)) {
      const duplex = this.#line.accept!(fields)
      this.#status = this.#line.method === 'CONNECT' ? 200 : 101 // whatever the app called it (24)
      this.#taken = true
      if (this.#around.draining) this.drain()
      Promise.resolve(duplex)
        .then((taken) => body[TAKEOVER](taken))
        .catch((error: unknown) => this.#cut(error))
    } else if (isStream(body)) {
      const sink = this.#line.begin(sent, this.call.hasTrailer ? () => this.call.trailers() ?? {} : null)
      pump(body, sink, length)
        .then(() => void (sink.destroyed || sink.end()))
        .catch((error: unknown) => this.#cut(error))
    } else {
      abandon(result)
      this.#line.whole(sent)
    }
  }

  // The head is out, so the only honest answer is an end that nobody takes for a whole one.
  #cut(error: unknown): void {
    this.#around.log.error({ err: error }, 'The answer was cut off')
    this.#error = error
    this.#line.cut()
  }
}
