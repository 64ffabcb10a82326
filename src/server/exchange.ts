/**
 * One request and its answer, whatever the protocol, which is behind `Line`: calls the app, checks
 * what it answers, sends it, and tells the call how it ended.
 *
 * @module
 */
import { isPromise } from '../call/after.ts'
import { answer, isOurs } from '../call/answer.ts'
import type { Budget } from '../call/budget.ts'
import { Call, NOTHING_DEFERRED, type Road } from '../call/call.ts'
import { abandon } from '../call/chunks.ts'
import { type BodySource, SourceInput } from '../call/input.ts'
import { logThrown } from '../call/log.ts'
import type { CallOptions } from '../call/options.ts'
import { type Outgoing, outgoing } from '../call/outgoing.ts'
import type {
  App,
  Duplex,
  Log,
  Outcome,
  RequestHeaders,
  ResponseHeaders,
  Result,
  Server,
  Stream,
  Takeover,
} from '../contract.ts'
import { TAKEOVER } from '../contract.ts'
import { Fault, isFault } from '../fault.ts'
import { isStream, isTakeover } from '../value/result.ts'
import { utf8Length } from '../value/utf8.ts'
import { pump } from './pump.ts'
import type { Sink } from './sink.ts'

/** What an exchange needs of the gateway it belongs to. */
export interface Surroundings {
  readonly app: App
  readonly server: Server
  readonly log: Log
  /** Of the bodies that are buffered; null for none. */
  readonly budget: Budget | null
  /** True once the server stops: answers then close their connection. */
  readonly draining: boolean
}

/** What a protocol does for one exchange. All but `cut` are called before the exchange is over. */
export interface Line {
  /** Sends 103. */
  hint(fields: ResponseHeaders): void
  /** Sends an answer whose body is not streamed. */
  whole(sent: Outgoing): void
  /** Sends the head of a streamed answer, and gives where the body goes. */
  begin(sent: Outgoing): Sink
  /** Ends a streamed answer. `trailers` are asked for where they can be sent. */
  end(trailers: () => ResponseHeaders | null): void
  /** Sends the head of a takeover and gives the connection. Faults: upgrade_unavailable, result_faulty. */
  accept(sent: Outgoing): Duplex
  /** Ends the line so that nobody takes the answer for a whole one. */
  cut(): void
}

export class Exchange implements Road {
  readonly call: Call
  readonly method: string
  readonly path: string
  readonly #around: Surroundings
  readonly #line: Line
  readonly #settled: (exchange: Exchange) => void
  #answered = false
  #status: number | null = null
  #error: unknown = null
  #taken: Duplex | null = null
  #endless = false
  #halfClosed = false
  #over = false

  /** `settled` is called once everything of this call is over, teardown included. */
  constructor(
    around: Surroundings,
    line: Line,
    method: string,
    path: string,
    settled: (exchange: Exchange) => void,
  ) {
    this.call = new Call(around.server, around.log, this)
    this.method = method
    this.path = path
    this.#around = around
    this.#line = line
    this.#settled = settled
  }

  /** The body of this request, from `source`. */
  input(source: BodySource): SourceInput {
    const { budget, server } = this.#around
    return new SourceInput(source, server.limits.body, budget === null ? null : this.call.chargedTo(budget))
  }

  /** True once a final head is on its way. */
  get answered(): boolean {
    return this.#answered
  }

  /** True when the line was given away. */
  get taken(): boolean {
    return this.#taken !== null
  }

  /**
   * Calls the app with options of this call, and sends what it answers. `method` is given where the app
   * is asked by another one than came: extended CONNECT (RFC 8441 section 4). Never throws.
   */
  run(headers: RequestHeaders, options: CallOptions, method: string = this.method): void {
    const { app, server } = this.#around
    try {
      const result = app(method, this.path, headers, options, server)
      if (!isPromise(result)) this.#send(result)
      else {
        result.then(
          (value) => this.#send(value),
          (error: unknown) => this.fail(error),
        )
      }
    } catch (error) {
      this.fail(error)
    }
  }

  /** Answers what was thrown, or what made the request unreadable; once an answer is out, nothing. */
  fail(error: unknown): void {
    if (this.#answered) return
    if (isOurs(error)) this.#report(error, 'The app threw')
    this.#error = error
    this.#send(answer(error))
  }

  hint(fields: ResponseHeaders): void {
    if (!this.#answered && !this.#over) this.#line.hint(fields)
  }

  /** Tells what has no end of its own that the server stops; other answers are left to finish (16). */
  drain(): void {
    if (this.#taken !== null || this.#endless) this.call.abort(new Fault('draining', {}))
  }

  /**
   * The client has ended its side, and may still read: its answer is sent whole (16). Where an answer
   * has no end of its own nobody would ever learn whether it does, so that one is cut.
   */
  halfClosed(): void {
    const reason = new Fault('half_closed', {})
    this.#halfClosed = true
    if (this.#endless) this.cut(reason)
    else this.call.abort(reason)
  }

  /** Ends the call whatever it is doing. */
  cut(reason: Fault): void {
    this.#error ??= reason
    this.call.abort(reason)
    this.#line.cut()
  }

  /**
   * The line is over: `whole` says that all of an answer was handed on, `begun` that some was. Again,
   * it does nothing.
   */
  over(whole: boolean, begun = true): void {
    if (this.#over) return
    this.#over = true
    const aborted = !whole && this.#taken === null
    if (aborted) this.#error ??= new Fault('request_aborted', { reason: 'the client went away' })
    const outcome =
      whole && this.#error === null && this.#status !== null
        ? wholeOutcome(this.#status)
        : { status: begun ? this.#status : null, error: this.#error, aborted }
    const settling = this.call.settle(outcome)
    if (settling === NOTHING_DEFERRED) this.#settled(this)
    else void settling.then(() => this.#settled(this))
  }

  // Only the first answer counts: the app may still be at work when its request broke off.
  #send(result: Result): void {
    if (this.#answered || this.#over) return abandon(result)
    this.#answered = true
    try {
      this.#write(this.#checked(result), result)
    } catch (error) {
      this.#cutOff(error)
    }
  }

  #checked(result: Result): Outgoing {
    try {
      const sent = outgoing(result, this.method, octetsOf)
      if (isTakeover(sent.body)) this.#taken = this.#line.accept(sent)
      return sent
    } catch (error) {
      this.#report(error, 'The answer was refused')
      this.#error = error
      return outgoing(answer(error), this.method, octetsOf)
    }
  }

  #write(sent: Outgoing, result: Result): void {
    const { body } = sent
    this.#status = sent.status
    if (typeof body === 'string' || body === null || body instanceof Uint8Array) {
      // Where nothing is sent of its body, or something else in its place.
      if (body === null || this.#error !== null) abandon(result)
      this.#line.whole(sent)
    } else if (isStream(body)) this.#stream(sent, body, result[1])
    else this.#handOver(this.#taken!, body)
  }

  #stream(sent: Outgoing, body: Stream, contentType: string | null): void {
    const sink = this.#line.begin(sent)
    // A browser leaves such a stream when its page is closed, and comes back when it was ended.
    this.#endless = sent.length === null && contentType?.startsWith('text/event-stream') === true
    if (this.#around.draining) this.drain()
    if (this.#endless && this.#halfClosed) this.cut(new Fault('half_closed', {}))
    pump(body, sink, sent.length)
      .then(() => {
        if (!sink.gone) this.#line.end(() => this.call.trailers())
      })
      .catch((error: unknown) => this.#cutOff(error))
  }

  #handOver(duplex: Duplex, takeover: Takeover): void {
    this.#status = this.method === 'CONNECT' ? 200 : 101 // whatever the app called it (24)
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
  #cutOff(error: unknown): void {
    if (this.#over) return
    this.#report(error, 'The answer was cut off')
    this.#error = error
    this.#line.cut()
  }

  #report(error: unknown, message: string): void {
    const { log } = this.#around
    try {
      // The cause of a fault is what its message does not tell.
      if (isFault(error) && error.cause !== undefined) logThrown(log, error, { path: this.path })
      else log.error({ err: error, path: this.path }, message)
    } catch {} // a log that fails must not take the answer with it
  }
}

/** A text up to so long is counted before a call of Node's would begin. */
const SHORT = 64

const octetsOf = (text: string): number => (text.length <= SHORT ? utf8Length(text) : Buffer.byteLength(text))

// What nearly every call ends with, made once for each status.
const WHOLE = new Map<number, Outcome>()

function wholeOutcome(status: number): Outcome {
  let outcome = WHOLE.get(status)
  if (outcome === undefined) {
    outcome = Object.freeze({ status, error: null, aborted: false })
    WHOLE.set(status, outcome) // of at most 500 statuses
  }
  return outcome
}
