/**
 * The caller's side of a link: requests out, responses in. `spec/frames.md`.
 *
 * @module
 */
import { bodyPieces } from '../call/input.ts'
import type { Near } from '../call/transport.ts'
import type { Input, Result } from '../contract.ts'
import { Fault } from '../fault.ts'
import { type RequestHead, type ResponseHead, responseHeaders } from '../value/head.ts'
import {
  CANCEL,
  CREDIT,
  DATA,
  END,
  FAILED,
  type Frame,
  frame,
  HELLO,
  MAX_CALL,
  MAX_CALLS,
  MAX_DATA,
  REQUEST,
  RESPONSE,
} from '../wire/frames/frame.ts'
import { IncomingBody } from '../wire/frames/incoming.ts'
import { OutgoingBody } from '../wire/frames/outgoing.ts'
import {
  decodeCredit,
  decodeFailed,
  decodeHello,
  decodeResponse,
  decodeTrailers,
  encodeCancel,
  encodeCredit,
  encodeHello,
  encodeMessage,
  encodeTrailers,
  type Message,
} from '../wire/frames/payload.ts'
import { onAbort, unlessAborted } from './aborts.ts'
import type { Link, LinkOwner } from './link.ts'
import type { Patience } from './patience.ts'
import { resultOf } from './response.ts'

interface Pending {
  readonly near: Near
  readonly method: string
  readonly request: OutgoingBody
  readonly patience: Patience | null
  readonly forget: () => void
  response: IncomingBody | null
  resolve(result: Result): void
  reject(fault: unknown): void
}

export class Caller implements LinkOwner {
  /** Resolves when the worker said hello; rejects with why it never will. */
  readonly ready: Promise<void>
  readonly #to: string
  readonly #onEnd: (reason: string) => void
  readonly #calls = new Map<number, Pending>()
  #link: Link | null = null
  #inline: number | null = null
  #last = 0
  /** Calls that are not sent yet: their small body is on its way to us. */
  #gathering = 0
  #over: Fault | null = null
  #helloed!: { resolve(): void; reject(fault: unknown): void }

  /** `to` names the worker in faults; `onEnd` hears once when the link is over. */
  constructor(to: string, onEnd: (reason: string) => void) {
    this.#to = to
    this.#onEnd = onEnd
    this.ready = new Promise((resolve, reject) => {
      this.#helloed = { resolve, reject }
    })
    this.ready.catch(() => {}) // whoever starts a worker awaits it; a later loss is told to the calls
  }

  /** Says hello on a link that this caller owns. */
  attach(link: Link): void {
    this.#link = link
    this.#send(HELLO, 0, encodeHello({ v: 1, role: 'caller', name: 'hagaki', inline: MAX_DATA }))
  }

  /** Why it carries no calls any more, or null. */
  get over(): Fault | null {
    return this.#over
  }

  /** Calls under way. */
  get load(): number {
    return this.#calls.size + this.#gathering
  }

  /**
   * Carries one call, once the worker is ready. `patience` runs while the worker is to begin its answer.
   *
   *   Faults  call_lost, call_refused, call_faulty, and the far side's own; value_faulty for a head
   *           that cannot be written; the reason of the near signal
   */
  async call(head: RequestHead, input: Input, near: Near, patience: Patience | null = null): Promise<Result> {
    const { signal } = near
    if (this.#over !== null) throw this.#over
    signal.throwIfAborted()
    this.#gathering++ // at once, so that many calls in one turn count each other
    let body: Message<RequestHead>['body']
    try {
      body = await this.#gathered(head, input, signal)
    } finally {
      this.#gathering--
    }
    if (this.over !== null) throw this.over
    signal.throwIfAborted()
    // Clients that are slow to send take no place on the link from others.
    if (this.#calls.size >= MAX_CALLS || this.#last === MAX_CALL) {
      throw new Fault('call_refused', { to: this.#to, reason: `${MAX_CALLS} calls are under way` })
    }
    const payload = encodeMessage(head, body)
    // Numbers rise on the link, so a call has none before it is sent.
    const id = ++this.#last
    return new Promise((resolve, reject) => {
      const request = new OutgoingBody(
        (piece) => this.#send(DATA, id, piece),
        (wanted) => (wanted ? patience?.hold() : patience?.run()),
      )
      const forget = onAbort(signal, () => this.#cancel(id, signal.reason))
      const { method } = head
      this.#calls.set(id, { near, method, request, patience, forget, response: null, resolve, reject })
      this.#send(REQUEST, id, payload)
      patience?.run()
      if (body === null || body instanceof Uint8Array) return
      this.#sendBody(id, request, input).catch((error: unknown) => this.#cancel(id, error))
    })
  }

  frame({ type, call, payload }: Frame): void {
    try {
      this.#take(type, call, payload)
    } catch (error) {
      this.end(error instanceof Error ? error.message : String(error))
    }
  }

  ended(reason: string): void {
    if (this.#over !== null) return
    this.#over = new Fault('call_lost', { to: this.#to }, new Error(reason))
    this.#helloed.reject(this.#over)
    for (const id of [...this.#calls.keys()]) this.#finish(id, this.#over)
    this.#onEnd(reason)
  }

  /** Ends the link and with it every call under way. */
  end(reason: string): void {
    this.#link?.end(reason)
    this.ended(reason)
  }

  // Small bodies go with the head; what is longer, or waits for "100 Continue", until the far side asks.
  async #gathered(
    { headers }: RequestHead,
    input: Input,
    signal: AbortSignal,
  ): Promise<Message<RequestHead>['body']> {
    const { absent, length } = input
    if (absent) return null
    const inline = this.#inline ?? 0
    if (length === null || length > inline || headers['expect'] !== undefined) return { length }
    return unlessAborted(input.bytes(inline), signal)
  }

  async #sendBody(id: number, request: OutgoingBody, input: Input): Promise<void> {
    if (!(await request.asked())) return
    for await (const piece of bodyPieces(input)) if (!(await request.write(piece))) return
    request.end()
    if (this.#calls.has(id)) this.#send(END, id, encodeTrailers(input.trailers()))
  }

  #take(type: Frame['type'], id: number, payload: Uint8Array): void {
    if (this.#inline === null) return this.#takeHello(type, id, payload)
    if (type === HELLO) throw faulty('a second hello')
    if (type === REQUEST || type === CANCEL) throw faulty('a frame that a worker does not send')
    if (id === 0 || id > this.#last) throw faulty(`a frame for call ${id}, which never was`)
    const pending = this.#calls.get(id)
    if (pending === undefined) return // it crossed with the end of the call
    if (type === RESPONSE) this.#respond(id, pending, decodeResponse(payload))
    else if (type === CREDIT) pending.request.grant(decodeCredit(payload))
    else if (type === FAILED) this.#finish(id, decodeFailed(payload, this.#to))
    else if (pending.response === null) throw faulty('a body before its head')
    else if (type === DATA) pending.response.accept(payload)
    else {
      const lines = decodeTrailers(payload)
      const trailers = lines === null ? null : responseHeaders(lines)
      pending.response.end(trailers)
      if (trailers !== null) pending.near.trailers?.(trailers)
      this.#finish(id, null)
    }
  }

  #takeHello(type: Frame['type'], id: number, payload: Uint8Array): void {
    if (type === FAILED && id === 0) return this.#helloed.reject(decodeFailed(payload, this.#to))
    if (type !== HELLO || id !== 0) throw faulty('a frame before hello')
    this.#inline = decodeHello(payload, 'worker').inline
    this.#helloed.resolve()
  }

  #respond(id: number, pending: Pending, { head, body }: Message<ResponseHead>): void {
    if (pending.response !== null) throw faulty('a second response')
    pending.near.adopt?.(head.context)
    if (body === null || body instanceof Uint8Array) {
      pending.resolve(resultOf(head, body, pending.method))
      this.#finish(id, null)
      return
    }
    const incoming = new IncomingBody(body.length, (octets) => this.#send(CREDIT, id, encodeCredit(octets)))
    pending.response = incoming
    const leave = (): void => this.#cancel(id, new Error('nobody takes the rest'))
    pending.resolve(resultOf(head, { incoming, leave }, pending.method))
  }

  // Nothing for a call that is over.
  #cancel(id: number, reason: unknown): void {
    if (!this.#calls.has(id)) return
    this.#send(CANCEL, id, encodeCancel(reason instanceof Error ? reason.message : String(reason)))
    this.#finish(id, reason)
  }

  // Over: by its end (null), or by what broke it off.
  #finish(id: number, error: unknown): void {
    const pending = this.#calls.get(id)
    if (pending === undefined) return
    this.#calls.delete(id)
    pending.forget()
    pending.patience?.end()
    pending.request.stop()
    if (error === null) return
    pending.response?.fail(error)
    pending.reject(error)
  }

  #send(type: Frame['type'], call: number, payload: Uint8Array): void {
    this.#link?.send(frame(type, call, payload))
  }
}

function faulty(reason: string): Fault {
  return new Fault('frame_faulty', { reason })
}
