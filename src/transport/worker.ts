/**
 * The worker's side of a link: calls in, an app's answers out. `spec/frames.md`.
 *
 * @module
 */
import type { Budget } from '../call/budget.ts'
import { budgetFor } from '../call/budgets.ts'
import { Call, NOTHING_DEFERRED } from '../call/call.ts'
import type { App, Log, Server } from '../contract.ts'
import { Fault } from '../fault.ts'
import { NO_CONTEXT } from '../value/head-reader.ts'
import { headersFrom } from '../value/headers.ts'
import type { Carried } from '../value/message.ts'
import { ByCall } from '../wire/frames/by-call.ts'
import { decodeGoAway, decodeTimeout, encodeGoAway } from '../wire/frames/control.ts'
import { Conversation } from '../wire/frames/conversation.ts'
import * as frames from '../wire/frames/frame.ts'
import { type Frame, frame, MAX_CALLS, MAX_DATA } from '../wire/frames/frame.ts'
import { IncomingBody } from '../wire/frames/incoming.ts'
import { decodeCall } from '../wire/frames/named.ts'
import {
  decodeCancel,
  decodeCredit,
  decodeHello,
  decodeRequest,
  decodeTrailers,
  encodeCredit,
  encodeFailed,
  encodeHello,
  type Message,
} from '../wire/frames/payload.ts'
import { type Answering, answerCall, answerRequest, inputOf } from './answering.ts'
import { type Door, doorOf } from './door.ts'
import { Hints } from './hints.ts'
import type { Link, LinkOwner } from './link.ts'
import { isToCome } from './opening.ts'
import { believed, fieldsOf, type Peer } from './peer.ts'
import { Running } from './running.ts'

export interface FrameWorkerOptions {
  /** Who is on the other side, where its word is not taken for that; by default a gateway of ours. */
  readonly peer?: Peer | null
  /** Calls at once, at most 1,024 and by default as many. */
  readonly maxCalls?: number
}

type Begins = typeof frames.REQUEST | typeof frames.CALL

/** Calls that were cancelled and whose app does not end: an app that looks at no signal. */
const MAX_STUCK = 8_192

export class FrameWorker implements LinkOwner {
  readonly #app: App
  readonly #door: Door | null
  readonly #server: Server
  readonly #log: Log
  readonly #name: string
  readonly #peer: Peer | null
  readonly #maxCalls: number
  readonly #budget: Budget | null
  readonly #talk: Conversation = new Conversation('worker')
  readonly #running = new ByCall<Running>()
  readonly #teardowns = new Set<Promise<void>>()
  readonly #onEnd: () => void
  readonly #room = (): Promise<void> | null => this.#link?.room?.() ?? null
  readonly #sendPiece = (id: number, piece: Uint8Array): void =>
    void this.#say(id, 'worker data', frames.DATA, piece)
  readonly #sendHint = (id: number, payload: Uint8Array): void => {
    // One that comes when its answer has begun is of no use to anybody.
    if (this.#running.get(id)?.hasBegun === false) this.#say(id, 'hint', frames.HINT, payload)
  }
  readonly #afterMicrotasks = (): void => {
    if (this.#begun?.hasBegun === true) this.#beginNext()
    else process.nextTick(this.#beginNext)
  }
  readonly #beginNext = (): void => {
    const turn = this.#link?.turn
    if (turn?.isLong() === true) return void setImmediate(this.#beginNext) // and what is done has left by then
    turn?.works()
    this.#queue.shift()?.()
    if (this.#queue.length > 0) queueMicrotask(this.#afterMicrotasks)
  }
  #link: Link | null = null
  #inline = 0
  #stuck = 0
  /** Calls that came in this turn and are not begun, in their order. */
  readonly #queue: (() => void)[] = []
  /** The call that was begun last. */
  #begun: Running | null = null
  /** Why it is to leave as soon as it has heard hello. */
  #leaves: string | null = null

  /** `onEnd` hears once when the link is over and the teardown of every call has run. */
  constructor(
    app: App,
    server: Server,
    log: Log,
    name: string,
    onEnd: () => void,
    { peer = null, maxCalls = MAX_CALLS }: FrameWorkerOptions = {},
  ) {
    this.#app = app
    this.#door = doorOf(app)
    this.#server = server
    this.#log = log
    this.#name = name
    this.#onEnd = onEnd
    this.#peer = peer
    this.#maxCalls = maxCalls
    this.#budget = budgetFor(server)
  }

  /** True once the caller said hello. */
  get isOpen(): boolean {
    return this.#talk.link !== 'opening'
  }

  /** Calls under way. */
  get load(): number {
    return this.#running.size
  }

  /** Says hello: the app is ready. */
  attach(link: Link): void {
    this.#link = link
    const hello = { v: 1, role: 'worker', name: this.#name, inline: MAX_DATA } as const
    const mark = this.#door?.mark ?? null
    this.#send(frames.HELLO, 0, encodeHello(mark === null ? hello : { ...hello, contract: mark }))
  }

  /** Takes no new calls; the link ends when those under way are over. */
  leave(reason: string): void {
    if (this.#talk.link === 'opening') this.#leaves = reason // and says so when it is heard
    if (!this.#talk.left()) return
    this.#send(frames.GO_AWAY, 0, encodeGoAway({ last: this.#talk.last, reason }))
    this.#leaveIdle()
  }

  /** Ends the link and with it every call under way. */
  end(reason: string): void {
    this.#link?.end(reason)
  }

  frame({ type, call, payload }: Frame): void {
    try {
      this.#take(type, call, payload)
    } catch (error) {
      this.#log.error({ err: error }, 'The caller broke the protocol')
      this.#link?.end(error instanceof Error ? error.message : String(error))
    }
  }

  ended(reason: string): void {
    for (const id of this.#running.numbers())
      this.#abort(this.#running.get(id)!, new Fault('request_aborted', { reason }))
    this.#talk.ended()
    void Promise.all(this.#teardowns).then(() => this.#onEnd())
  }

  #take(type: Frame['type'], id: number, payload: Uint8Array): void {
    const heard = this.#talk.heard(type, id, payload.byteLength)
    if (heard.of === 'nothing') return
    if (heard.of === 'link') return this.#takeOfLink(heard.type, payload)
    if (heard.of === 'new') return this.#begin(heard.type, id, payload, heard.isTaken)
    const running = this.#running.get(id)!
    switch (heard.type) {
      case frames.CREDIT:
        this.#talk.moved(id, 'caller credit')
        if (!running.response.grant(decodeCredit(payload))) this.#talk.useless('grants of credit')
        return
      case frames.CANCEL: {
        const reason = decodeCancel(payload)
        this.#talk.moved(id, 'cancel')
        this.#talk.useless('cancels')
        return this.#abort(running, new Fault('request_aborted', { reason }))
      }
      case frames.TIMEOUT:
        this.#talk.moved(id, 'timeout')
        return this.#limit(running, decodeTimeout(payload))
      case frames.DATA:
        this.#talk.moved(id, 'caller data')
        return running.request?.accept(payload)
      case frames.END: {
        const lines = decodeTrailers(payload)
        this.#talk.moved(id, 'caller end')
        return running.request?.end(lines === null ? null : headersFrom(lines))
      }
    }
  }

  #takeOfLink(type: Frame['type'], payload: Uint8Array): void {
    if (type === frames.HELLO) {
      this.#inline = decodeHello(payload, 'caller').inline
      if (this.#leaves !== null) this.leave(this.#leaves)
    } else if (type === frames.PING) this.#send(frames.PONG, 0, payload)
    else if (type === frames.GO_AWAY) decodeGoAway(payload)
  }

  #begin(type: Begins, id: number, payload: Uint8Array, isTaken: boolean): void {
    // Looked at whatever becomes of it: what is no head closes the link.
    const asked = type === frames.REQUEST ? decodeRequest(payload) : decodeCall(payload)
    if (!isTaken) return this.#talk.refuse(id)
    if (this.#running.size >= this.#maxCalls) {
      this.#talk.refuse(id)
      const reason = `${this.#maxCalls} calls are under way`
      return this.#send(
        frames.FAILED,
        id,
        encodeFailed(new Fault('call_refused', { to: this.#name, reason })),
      )
    }
    const context = this.#peer === null ? asked.head.context : NO_CONTEXT
    const running = this.#runningOf(type, id, asked.body, context)
    this.#talk.begin(id, type, isToCome(asked.body))
    this.#running.set(id, running)
    const input = inputOf(asked.body, running, this.#server, this.#budget)
    const answering: Answering = {
      running,
      input,
      inline: this.#inline,
      server: this.#server,
      log: this.#log,
      move: (event, frameType, answer) => this.#say(id, event, frameType, answer),
      context: () => (this.#peer === null ? running.call.changed() : NO_CONTEXT),
    }
    const { head } = asked
    this.#inTurn(() => {
      if (running.isOver) return void this.#stuck-- // cancelled before it began
      this.#begun = running
      const answered =
        'method' in head
          ? answerRequest(this.#app, believed(head, this.#peer), answering)
          : answerCall(this.#door, head, { peer: this.#peer, headers: fieldsOf(this.#peer) }, answering)
      void answered.then((error) => this.#answered(running, error))
    })
  }

  // Of those that come together each when the one before has its answer or waits for something: what computes for long
  // would otherwise hold up their answers until the last is computed.
  #inTurn(begin: () => void): void {
    const turn = this.#link?.turn
    if (turn === undefined || (this.#queue.length === 0 && turn.works())) return begin()
    if (this.#queue.push(begin) === 1) queueMicrotask(this.#afterMicrotasks)
  }

  #runningOf(type: Begins, id: number, body: Message<unknown>['body'], context: Carried): Running {
    const hints = type === frames.REQUEST ? new Hints(id, this.#sendHint) : undefined
    const call = new Call(this.#server, this.#log, hints, context)
    const request = isToCome(body) ? this.#requestOf(id, body.length) : null
    return new Running(id, call, request, this.#sendPiece, this.#room)
  }

  #requestOf(id: number, length: number | null): IncomingBody {
    return new IncomingBody(
      length,
      (octets) => void this.#say(id, 'worker credit', frames.CREDIT, encodeCredit(octets)),
    )
  }

  #answered(running: Running, error: unknown): void {
    if (running.isOver)
      this.#stuck-- // and it has ended after all
    else this.#finish(running, error)
  }

  // The clock is this side's: the two need not agree on what time it is.
  #limit(running: Running, ms: number | null): void {
    if (running.isLimited) this.#talk.useless('timeouts')
    running.limit(ms, () => {
      if (running.hasBegun) return // and may take its time
      const fault = new Fault('call_timeout', { to: this.#name, limitMs: ms ?? 0 })
      this.#say(running.id, 'failed', frames.FAILED, encodeFailed(fault))
      this.#abort(running, fault)
    })
  }

  // At once, and not when an app that looks at no signal gives its answer or its next chunk.
  #abort(running: Running, fault: Fault): void {
    this.#stuck++
    running.stop()
    this.#finish(running, fault)
    if (this.#stuck > MAX_STUCK) {
      this.#link?.end(`Link closed: ${MAX_STUCK} calls were cancelled and do not end`)
    }
  }

  #finish(running: Running, error: unknown): void {
    this.#running.delete(running.id)
    this.#talk.owed(running.owed)
    const teardown = running.settle(error)
    if (teardown !== NOTHING_DEFERRED) {
      this.#teardowns.add(teardown)
      void teardown.then(() => this.#teardowns.delete(teardown))
    }
    this.#leaveIdle()
  }

  #leaveIdle(): void {
    const { link } = this.#talk
    if ((link === 'leaving' || link === 'parting') && this.#running.size === 0)
      this.#link?.end('it is stopping')
  }

  // Of a call that may be over. False then.
  #say(
    id: number,
    event: Parameters<Conversation['moved']>[1],
    type: Frame['type'],
    payload: Uint8Array,
  ): boolean {
    const isUnderWay = this.#talk.moved(id, event)
    if (isUnderWay) this.#send(type, id, payload)
    return isUnderWay
  }

  #send(type: Frame['type'], call: number, payload: Uint8Array): void {
    this.#link?.send(frame(type, call, payload))
  }
}
