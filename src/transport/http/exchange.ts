/**
 * One request on one connection, and its answer: sent and read at the same time, for an answer may come
 * before all of its request was sent. RFC 9112 sections 6 to 9; contract clauses 13, 16, 18 and 20 to 24.
 *
 * @module
 */

import type { ResponseHeaders, Result } from '../../contract.ts'
import { Fault, isFault } from '../../fault.ts'
import { hasNoBody } from '../../value/http-part.ts'
import { stream, takeover } from '../../value/result.ts'
import type { ResponseHead } from '../../wire/http1/response-reader.ts'
import { AnswerBody, type Flow } from './answer-body.ts'
import type { Asked } from './asked.ts'
import { Failure } from './failure.ts'
import type { Line, LineUser } from './line.ts'
import { Sending } from './sending.ts'
import { tunnel } from './tunnel.ts'

/** An answer of up to so many octets that came with its head is passed on whole. */
const WHOLE = 64 * 1024

export class Exchange implements Flow, LineUser {
  readonly #line: Line
  readonly #asked: Asked
  readonly #sending: Sending
  /** Takes back what listens to the end of the call. */
  #forget = (): void => {}
  #told!: (outcome: Result | Failure) => void
  #head: ResponseHead | null = null
  #body: AnswerBody | null = null
  #over = false
  #waitedMs = 0
  /** Why nothing comes behind what is here. */
  #ending: string | null = null

  private constructor(line: Line, asked: Asked) {
    this.#line = line
    this.#asked = asked
    line.begin(this, asked.method)
    this.#sending = new Sending(line.socket, asked)
  }

  /** Asks on a connection that nothing is asked on. Never rejects. */
  static run(line: Line, asked: Asked): Promise<Result | Failure> {
    return new Promise((resolve) => {
      const exchange = new Exchange(line, asked)
      exchange.#told = resolve
      exchange.#sending.run().then(
        () => exchange.#sent(),
        (error: unknown) => exchange.#fail(new Failure('ours', error)),
      )
      exchange.#forget = asked.aborts.onAbort(() => exchange.#unwanted(asked.aborts.reason))
    })
  }

  // What the connection tells.

  /** True while somebody waits for octets. */
  get waits(): boolean {
    return this.#body === null || this.#body.waits
  }

  received(): void {
    if (this.#head !== null) this.#waitedMs = 0 // a head has one time for all of it
    try {
      while (this.#head === null) {
        const head = this.#line.reader.head()
        if (head === null) return
        this.#heard(head)
        if (this.#over) return
      }
      this.#body?.arrived()
    } catch (error) {
      this.broken(error)
    }
  }

  drained(): void {
    this.#sending.drained()
  }

  /** The upstream sends nothing more, or the connection is gone. What has come of a body is still given. */
  ended(reason: string): void {
    this.#ending = reason
    if (this.#body === null) this.#lost(reason)
    else this.#body.arrived()
  }

  #lost(reason: string): void {
    const { reader, rested, road } = this.#line
    const isStale = rested && this.#head === null && reader.untouched
    this.#fail(road.failures.lost(isStale ? 'stale' : 'lost', reason))
  }

  tick(elapsedMs: number): void {
    const { settings, failures } = this.#line.road
    if (this.#sending.tick(elapsedMs) >= settings.sendMs)
      return this.#fail(failures.late(settings.sendMs, 'it takes nothing of the request'))
    // While its request is on the way, the upstream has nothing to answer.
    if (this.#head === null && !this.#sending.isWhole) return
    if (this.#head !== null && this.#body?.waits !== true) return
    this.#waitedMs += elapsedMs
    const limitMs = this.#head === null ? this.#asked.limitMs : settings.silenceMs
    if (this.#waitedMs < limitMs) return
    this.#fail(failures.late(limitMs, this.#head === null ? 'no answer' : 'it fell silent within its answer'))
  }

  // What the body of the answer asks.

  want(): void {
    this.#waitedMs = 0
    this.#line.want()
  }

  whole(): void {
    const { trailers } = this.#line.reader
    if (trailers !== null && Object.keys(trailers).length > 0) this.#asked.near.trailers?.(trailers)
    this.#finish()
  }

  get isCut(): boolean {
    return this.#ending !== null
  }

  cut(): void {
    this.#lost(`${this.#ending}, within its answer`)
  }

  left(): void {
    this.#fail(new Failure('ours', new Fault('request_aborted', { reason: 'nobody takes the rest' })))
  }

  broken(error: unknown): void {
    this.#fail(this.#line.road.failures.faulty(error))
  }

  // The answer.

  #heard(head: ResponseHead): void {
    const { near } = this.#asked
    if (head.status === 100) return this.#sending.proceed()
    if (head.status === 103) return near.hint?.(head.headers)
    if (head.status < 200 && head.status !== 101) return
    this.#head = head
    this.#waitedMs = 0
    if (this.#isSwitch(head)) return this.#handOver(head)
    this.#sending.answered()
    this.#answer(head)
  }

  #isSwitch({ status, upgrade }: ResponseHead): boolean {
    const { method, offered } = this.#asked
    if (status !== 101) return method === 'CONNECT' && status < 300
    const names = (offered ?? []).map((one) => one.toLowerCase())
    if (upgrade.length !== 1 || !names.includes(upgrade[0]!.toLowerCase()))
      throw new Error('it switches to a protocol that nobody named')
    return true
  }

  #answer(head: ResponseHead): void {
    const { reader } = this.#line
    const { status, contentType, headers, length } = head
    const { method } = this.#asked
    if (hasNoBody(status, method)) {
      this.#finish()
      // Nobody knows how long it would be; null would say that it is empty.
      const unknown = method === 'HEAD' && status >= 200 && status !== 204 && status !== 304
      const body = unknown && headers['content-length'] === undefined ? stream([]) : null
      return this.#told([status, contentType, headers, body])
    }
    const whole = length === null || (typeof length === 'number' && length > WHOLE) ? [] : this.#whole(length)
    if (whole instanceof Uint8Array && status !== 205) {
      this.#finish()
      return this.#told([status, contentType, headers, whole])
    }
    this.#body = new AnswerBody(reader, this, whole instanceof Uint8Array ? [whole] : whole)
    if (status === 205) return void this.#reset(contentType, headers, this.#body)
    const told = typeof length === 'number' ? { ...headers, 'content-length': String(length) } : headers
    this.#told([status, contentType, told, stream(this.#body)])
  }

  /** The body, if all of it is here, and nothing behind it; else what is. */
  #whole(length: number | 'chunked'): Uint8Array | Uint8Array[] {
    const { reader } = this.#line
    if (typeof length === 'number' && reader.pendingLength < length) return []
    const pieces: Uint8Array[] = []
    for (let piece = reader.piece(); piece !== null; piece = reader.piece()) pieces.push(piece)
    if (!reader.over || reader.trailers !== null) return pieces
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
  }

  // 205 says that it has no body, and then has to be framed as one of nothing (RFC 9110 15.3.6).
  async #reset(contentType: string | null, headers: ResponseHeaders, body: AnswerBody): Promise<void> {
    try {
      for await (const piece of body) if (piece.byteLength > 0) this.broken(new Error('a 205 has a body'))
      this.#told([205, contentType, headers, null])
    } catch {} // which is told already
  }

  #handOver({ status, headers }: ResponseHead): void {
    this.#over = true
    this.#forget()
    const { near, aborts } = this.#asked
    const { socket, early } = this.#line.release()
    // Whoever is offered the connection may never take it.
    near.defer?.(() => void socket.destroy())
    const forget = aborts.onAbort(() => void socket.destroy())
    socket.once('close', forget)
    this.#told([status, null, headers, takeover((duplex) => tunnel(duplex, socket, early, aborts))])
  }

  // The end.

  #sent(): void {
    this.#waitedMs = 0
  }

  #unwanted(reason: unknown): void {
    // The client may still read, and an answer that has begun is sent whole (16).
    if (this.#head !== null && isFault(reason, 'half_closed')) return
    this.#fail(new Failure('ours', reason))
  }

  #finish(): void {
    if (this.#over) return
    this.#over = true
    this.#forget()
    const { persists, idleS } = this.#head!
    this.#sending.stop()
    this.#line.end(persists && this.#sending.isWhole, idleS)
  }

  #fail(failure: Failure): void {
    if (this.#over) return
    this.#over = true
    this.#forget()
    this.#sending.stop()
    this.#line.end(false, null)
    this.#body?.fail(failure.fault)
    this.#told(failure)
  }
}
