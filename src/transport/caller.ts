/**
 * The caller's side of a link: calls out, answers in. `spec/frames.md`.
 *
 * @module
 */
import type { Aborts } from '../call/aborts.ts'
import { bodyPieces } from '../call/input.ts'
import type { Near } from '../call/transport.ts'
import type { Input, RequestHeaders, Result } from '../contract.ts'
import { Fault } from '../fault.ts'
import { type RequestHead, responseHeaders } from '../value/head.ts'
import { NO_CONTEXT } from '../value/head-reader.ts'
import { utf8Fits } from '../value/utf8.ts'
import { ByCall } from '../wire/frames/by-call.ts'
import { decodeGoAway, encodeGoAway, encodeNumber, encodeTimeout } from '../wire/frames/control.ts'
import { Conversation } from '../wire/frames/conversation.ts'
import * as frames from '../wire/frames/frame.ts'
import { type Frame, frame, MAX_CALL, MAX_CALLS, MAX_DATA } from '../wire/frames/frame.ts'
import { IncomingBody } from '../wire/frames/incoming.ts'
import type { CallHead } from '../wire/frames/named.ts'
import { OutgoingBody } from '../wire/frames/outgoing.ts'
import {
  decodeCredit,
  decodeFailed,
  decodeTrailers,
  encodeCancel,
  encodeCredit,
  encodeHello,
  encodeTrailers,
  type Message,
} from '../wire/frames/payload.ts'
import { abortsOf, throwIfAborted } from './aborts.ts'
import { FarSide } from './far-side.ts'
import { takeHint } from './hints.ts'
import { Idle } from './idle.ts'
import type { Link, LinkOwner } from './link.ts'
import { failureOf, inputOf, type NamedData, NO_INPUT } from './named.ts'
import { type CallBody, gathered, isToCome, NamedOpening, RequestOpening } from './opening.ts'
import type { Patience } from './patience.ts'
import { type AnyHead, type Opening, type UnderWay, unbegun } from './under-way.ts'

export interface CallerOptions {
  /** False for a far side that is told no carried context, and whose own is not taken. By default true. */
  readonly isTrusted?: boolean
  /** Hears once when it takes no new calls: those under way go on. */
  readonly onLeave?: (reason: string) => void
}

const LEAVING = 'it is stopping'

export class Caller implements LinkOwner {
  readonly #to: string
  readonly #onEnd: (reason: string) => void
  readonly #isTrusted: boolean
  readonly #onLeave: (reason: string) => void
  readonly #talk: Conversation = new Conversation('caller')
  readonly #calls = new ByCall<UnderWay>()
  readonly #far = new FarSide()
  readonly #idle = new Idle()
  #link: Link | null = null
  /** Calls that are not sent yet: their small body is on its way to us. */
  #gathering = 0
  #over: Fault | null = null
  #heard = 0
  #ponged = true

  /** `to` names the worker in faults; `onEnd` hears once when the link is over. */
  constructor(
    to: string,
    onEnd: (reason: string) => void,
    { isTrusted = true, onLeave }: CallerOptions = {},
  ) {
    this.#to = to
    this.#onEnd = onEnd
    this.#isTrusted = isTrusted
    this.#onLeave = onLeave ?? (() => {})
  }

  /** Says hello on a link that this caller owns. */
  attach(link: Link): void {
    this.#link = link
    this.#send(frames.HELLO, 0, encodeHello({ v: 1, role: 'caller', name: 'hagaki', inline: MAX_DATA }))
  }

  /** Resolves when the worker said hello; rejects with why it never will. */
  get ready(): Promise<void> {
    return this.#far.ready
  }

  /** Why it carries no calls any more, or null. */
  get over(): Fault | null {
    return this.#over
  }

  /** Calls under way. */
  get load(): number {
    return this.#calls.size + this.#gathering
  }

  /** True once the worker takes no new calls. */
  get isLeaving(): boolean {
    return this.#talk.link === 'left' || this.#talk.link === 'parting'
  }

  /** Frames that have come. */
  get heard(): number {
    return this.#heard
  }

  /** The mark of what the worker offers by name, once it said hello; null where that is nothing. */
  get contract(): string | null {
    return this.#far.contract
  }

  /**
   * Carries one call, once the worker is ready. `patience` runs while the worker is to begin its answer.
   *
   *   Faults  call_lost, call_refused, call_faulty, and the far side's own; value_faulty for a head
   *           that cannot be written; the reason of the near signal
   */
  call(head: RequestHead, input: Input, near: Near, patience: Patience | null = null): Promise<Result> {
    const told = this.#isTrusted ? head : { ...head, context: NO_CONTEXT }
    return this.#carry(head.headers, input, near, patience, (body) => new RequestOpening(told, body))
  }

  /**
   * Calls a handler by its name with data. Resolves with what it gives: data, or an iterable of items. Faults: as
   * `call`; `call_answered` for what the service refuses.
   */
  invoke(head: CallHead, data: NamedData, near: Near, patience: Patience | null = null): Promise<unknown> {
    const told = this.#isTrusted ? head : { ...head, context: NO_CONTEXT }
    const text = typeof data === 'string' && utf8Fits(data, this.#far.inline) ? data : null
    const input = text === null ? inputOf(data) : NO_INPUT
    return this.#carry({}, input, near, patience, (body) => new NamedOpening(told, text ?? body, this.#to))
  }

  /** Asks for a sign of life. False when the one before is still to come. */
  ping(): boolean {
    if (!this.#ponged) return false
    if (this.#talk.link === 'opening' || this.#over !== null || !this.#talk.pinged()) return true
    this.#ponged = false
    this.#send(frames.PING, 0, encodeNumber(this.#heard >>> 0))
    return true
  }

  /** Begins no more calls; resolves when none is under way. */
  async leave(reason: string): Promise<void> {
    if (this.#talk.left()) this.#send(frames.GO_AWAY, 0, encodeGoAway({ last: 0, reason }))
    await this.idle()
  }

  /** Resolves when no call is under way. */
  idle(): Promise<void> {
    return this.load === 0 ? Promise.resolve() : this.#idle.next()
  }

  frame({ type, call, payload }: Frame): void {
    this.#heard++
    try {
      this.#take(type, call, payload)
    } catch (error) {
      this.end(error instanceof Error ? error.message : String(error))
    }
  }

  ended(reason: string, unheard: number = Number.POSITIVE_INFINITY): void {
    if (this.#over !== null) return
    this.#over = new Fault('call_lost', { to: this.#to }, new Error(reason))
    this.#talk.ended()
    this.#far.lost(this.#over)
    for (const id of this.#calls.numbers())
      this.#finish(id, id < unheard ? this.#over : unbegun(this.#refused(reason)))
    this.#onEnd(reason)
  }

  /** Ends the link and with it every call under way. */
  end(reason: string): void {
    this.#link?.end(reason)
    this.ended(reason)
  }

  // Nearly every call is begun at once: a promise less, and many calls in one turn count each other.
  #carry<H extends AnyHead, T>(
    headers: RequestHeaders,
    input: Input,
    near: Near,
    patience: Patience | null,
    opening: (body: CallBody) => Opening<H, T>,
  ): Promise<T> {
    try {
      const aborts = abortsOf(near)
      this.#open(aborts)
      const body = gathered(headers, input, this.#far.inline, aborts)
      if (!(body instanceof Promise)) return this.#begin(opening(body), input, near, patience)
      return this.#beginWith(body, opening, input, near, patience)
    } catch (error) {
      return Promise.reject(error as Error)
    }
  }

  // Its small body is on its way to us, and it counts meanwhile.
  async #beginWith<H extends AnyHead, T>(
    gathering: Promise<CallBody>,
    opening: (body: CallBody) => Opening<H, T>,
    input: Input,
    near: Near,
    patience: Patience | null,
  ): Promise<T> {
    this.#gathering++
    try {
      const body = await gathering.finally(() => this.#gathering--)
      this.#open(abortsOf(near))
      return await this.#begin(opening(body), input, near, patience)
    } finally {
      this.#told()
    }
  }

  #open(aborts: Aborts): void {
    if (this.#over !== null) throw unbegun(new Fault('call_lost', { to: this.#to }, this.#over.cause))
    throwIfAborted(aborts)
    if (!this.#talk.mayBegin && this.#talk.link !== 'opening') throw unbegun(this.#refused(LEAVING))
  }

  #begin<H extends AnyHead, T>(
    opening: Opening<H, T>,
    input: Input,
    near: Near,
    patience: Patience | null,
  ): Promise<T> {
    // Clients that are slow to send take no place on the link from others.
    if (this.#calls.size >= MAX_CALLS) throw this.#refused(`${MAX_CALLS} calls are under way`)
    // Numbers rise on the link, so a call has none before it is sent.
    const id = this.#talk.last + 1
    const aborts = abortsOf(near)
    return new Promise<T>((resolve, reject) => {
      const request = opening.isToCome ? this.#requestOf(id, patience) : null
      const forget = aborts.onAbort(() => this.#cancel(id, aborts.reason))
      this.#talk.begin(id, opening.type, opening.isToCome)
      this.#calls.set(id, {
        near,
        opening: opening as unknown as Opening<AnyHead, unknown>,
        request,
        patience,
        forget,
        response: null,
        hints: 0,
        resolve: resolve as (answer: unknown) => void,
        reject,
      })
      this.#send(opening.type, id, opening.payload)
      if (id === MAX_CALL) this.#onLeave('the numbers of its link are used up')
      patience?.run()
      if (request === null) return this.#limit(id, patience)
      this.#sendBody(id, request, input, patience).catch((error: unknown) => this.#cancel(id, error))
    })
  }

  #requestOf(id: number, patience: Patience | null): OutgoingBody {
    return new OutgoingBody(
      (piece) => {
        if (this.#talk.moved(id, 'caller data')) this.#send(frames.DATA, id, piece)
      },
      (wanted) => (wanted ? patience?.hold() : patience?.run()),
    )
  }

  // The far side's own clock, where it is told of one.
  #limit(id: number, patience: Patience | null): void {
    const { toldMs = null } = patience ?? {}
    if (toldMs !== null && this.#talk.moved(id, 'timeout'))
      this.#send(frames.TIMEOUT, id, encodeTimeout(toldMs))
  }

  async #sendBody(id: number, request: OutgoingBody, input: Input, patience: Patience | null): Promise<void> {
    if (!(await request.asked())) return
    for await (const piece of bodyPieces(input)) if (!(await request.write(piece))) return
    request.end()
    if (!this.#talk.moved(id, 'caller end')) return
    this.#send(frames.END, id, encodeTrailers(input.trailers()))
    this.#limit(id, patience)
  }

  #take(type: Frame['type'], id: number, payload: Uint8Array): void {
    const heard = this.#talk.heard(type, id, payload.byteLength)
    if (heard.of === 'nothing') return
    if (heard.of === 'link') return this.#takeOfLink(heard.type, payload)
    const call = this.#calls.get(id)!
    switch (heard.type) {
      case frames.RESPONSE:
      case frames.RESULT:
        this.#talk.answeredBy(id, heard.type, frames.RESULT)
        return this.#answer(id, call, call.opening.decode(payload))
      case frames.CREDIT:
        this.#talk.moved(id, 'worker credit')
        return this.#takeCredit(call, decodeCredit(payload))
      case frames.FAILED: {
        const fault =
          call.opening.type === frames.CALL ? failureOf(payload, this.#to) : decodeFailed(payload, this.#to)
        this.#talk.moved(id, 'failed')
        return this.#finish(id, fault)
      }
      case frames.HINT:
        this.#talk.moved(id, 'hint')
        return takeHint(call, payload)
      case frames.DATA:
        this.#talk.moved(id, 'worker data')
        return call.response?.accept(payload)
      case frames.END:
        return this.#takeEnd(id, call, payload)
    }
  }

  // What nobody waits for is of no use.
  #takeCredit({ request }: UnderWay, octets: number): void {
    if (request === null || !request.grant(octets)) this.#talk.useless('grants of credit')
  }

  #takeEnd(id: number, call: UnderWay, payload: Uint8Array): void {
    const lines = decodeTrailers(payload)
    const trailers = lines === null ? null : responseHeaders(lines)
    this.#talk.moved(id, 'worker end')
    call.response?.end(trailers)
    if (trailers !== null) call.near.trailers?.(trailers)
    this.#finish(id, null)
  }

  #takeOfLink(type: Frame['type'], payload: Uint8Array): void {
    if (type === frames.FAILED) return this.#far.lost(decodeFailed(payload, this.#to))
    if (type === frames.PING) return this.#send(frames.PONG, 0, payload)
    if (type === frames.PONG) this.#ponged = true
    else if (type === frames.GO_AWAY) this.#takeGoAway(payload)
    else this.#far.greets(payload)
  }

  #takeGoAway(payload: Uint8Array): void {
    const { last, reason } = decodeGoAway(payload)
    if (last > this.#talk.last)
      throw new Fault('frame_faulty', { reason: `go-away after call ${last}, which never was` })
    this.#onLeave(reason)
    for (const id of this.#calls.numbers()) {
      if (id <= last) continue
      this.#talk.moved(id, 'failed')
      this.#finish(id, unbegun(this.#refused(LEAVING)))
    }
  }

  #refused(reason: string): Fault {
    return new Fault('call_refused', { to: this.#to, reason })
  }

  #answer(id: number, call: UnderWay, { head, body }: Message<AnyHead>): void {
    const { near, opening } = call
    this.#talk.moved(id, isToCome(body) ? 'answer begins' : 'whole answer')
    if (this.#isTrusted) near.adopt?.(head.context)
    if (body === null || body instanceof Uint8Array) {
      call.resolve(opening.answer(head, body))
      return this.#finish(id, null)
    }
    const incoming = new IncomingBody(body.length, (octets) => this.#grant(id, octets))
    call.response = incoming
    const leave = (): void => this.#cancel(id, new Error('nobody takes the rest'))
    call.patience?.end()
    call.resolve(opening.answer(head, { incoming, leave }))
  }

  #grant(id: number, octets: number): void {
    if (this.#talk.moved(id, 'caller credit')) this.#send(frames.CREDIT, id, encodeCredit(octets))
  }

  // Nothing for a call that is over.
  #cancel(id: number, reason: unknown): void {
    if (!this.#talk.moved(id, 'cancel')) return
    this.#send(frames.CANCEL, id, encodeCancel(reason instanceof Error ? reason.message : String(reason)))
    this.#finish(id, reason)
  }

  // Over: by its end (null), or by what broke it off.
  #finish(id: number, error: unknown): void {
    const call = this.#calls.get(id)
    if (call === undefined) return
    this.#calls.delete(id)
    call.forget()
    call.patience?.end()
    call.request?.stop()
    if (call.response !== null && !call.response.isOver) this.#talk.owed(call.response.owed)
    this.#told()
    if (error === null) return
    call.response?.fail(error)
    call.reject(error)
  }

  #told(): void {
    if (this.load === 0) this.#idle.tell()
  }

  #send(type: Frame['type'], call: number, payload: Uint8Array): void {
    this.#link?.send(frame(type, call, payload))
  }
}
