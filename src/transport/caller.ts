/**
 * The caller's side of a link: requests out, responses in. `spec/frames.md`.
 *
 * @module
 */
import { bodyPieces } from '../call/input.ts'
import type { Near } from '../call/transport.ts'
import type { Input, ResponseHeaders, Result } from '../contract.ts'
import { Fault } from '../fault.ts'
import type { RequestHead, ResponseHead } from '../value/head.ts'
import { stream } from '../value/result.ts'
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
import type { Link, LinkOwner } from './link.ts'

/** Calls that one link carries at once. */
const MAX_CALLS = 1_024

interface Pending {
  readonly near: Near
  readonly method: string
  readonly request: OutgoingBody
  readonly cancel: () => void
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

  /** Calls under way. */
  get load(): number {
    return this.#calls.size
  }

  /** Carries one call. Faults: call_lost, call_refused, call_faulty, and the far side's own. */
  call(head: RequestHead, input: Input, near: Near): Promise<Result> {
    if (this.#over !== null) return Promise.reject(this.#over)
    if (this.#calls.size >= MAX_CALLS || this.#last === MAX_CALL) {
      return Promise.reject(
        new Fault('call_refused', { to: this.#to, reason: `${MAX_CALLS} calls are under way` }),
      )
    }
    if (near.signal.aborted) return Promise.reject(near.signal.reason as Error)
    const id = ++this.#last
    return new Promise((resolve, reject) => {
      const request = new OutgoingBody((piece) => this.#send(DATA, id, piece))
      const cancel = (): void => this.#cancel(id, near.signal.reason)
      const pending: Pending = { near, method: head.method, request, cancel, response: null, resolve, reject }
      this.#calls.set(id, pending)
      near.signal.addEventListener('abort', cancel, { once: true })
      this.#begin(id, head, input, pending).catch((error: unknown) => this.#cancel(id, error))
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

  // Small bodies that are here go with the head; what is still to come waits for the far side to ask.
  async #begin(id: number, head: RequestHead, input: Input, pending: Pending): Promise<void> {
    const expects = head.headers['expect'] !== undefined
    const whole = !input.absent && input.length !== null && input.length <= this.#inline! && !expects
    const body = input.absent ? null : whole ? await input.bytes(this.#inline!) : { length: input.length }
    if (!this.#calls.has(id)) return
    this.#send(REQUEST, id, encodeMessage(head, body))
    if (body === null || body instanceof Uint8Array || !(await pending.request.asked())) return
    for await (const piece of bodyPieces(input)) if (!(await pending.request.write(piece))) return
    if (this.#calls.has(id)) this.#send(END, id, encodeTrailers(input.trailers()))
  }

  #take(type: Frame['type'], id: number, payload: Uint8Array): void {
    if (this.#inline === null) return this.#takeHello(type, id, payload)
    if (type === HELLO || type === REQUEST || type === CANCEL)
      throw faulty('a frame that a worker does not send')
    if (id === 0 || id > this.#last) throw faulty(`a frame for call ${id}, which never was`)
    const pending = this.#calls.get(id)
    if (pending === undefined) return // it crossed with the end of the call
    if (type === RESPONSE) this.#respond(id, pending, decodeResponse(payload))
    else if (type === CREDIT) pending.request.grant(decodeCredit(payload))
    else if (type === FAILED) this.#finish(id, decodeFailed(payload, this.#to))
    else if (pending.response === null) throw faulty('a body before its head')
    else if (type === DATA) pending.response.accept(payload)
    else {
      const trailers = decodeTrailers(payload)
      if (trailers !== null) pending.near.trailers?.(trailers)
      pending.response.end(trailers)
      this.#finish(id, null)
    }
  }

  #takeHello(type: Frame['type'], id: number, payload: Uint8Array): void {
    if (type === FAILED && id === 0) {
      this.#helloed.reject(decodeFailed(payload, this.#to))
      return
    }
    if (type !== HELLO || id !== 0) throw faulty('a frame before hello')
    this.#inline = decodeHello(payload, 'worker').inline
    this.#helloed.resolve()
  }

  #respond(id: number, pending: Pending, { head, body }: Message<ResponseHead>): void {
    if (pending.response !== null) throw faulty('a second response')
    pending.near.adopt?.(head.context)
    const streams = body !== null && !(body instanceof Uint8Array)
    const { status, contentType } = head
    const headers = tellLength(
      head.headers,
      streams ? body.length : null,
      streams || pending.method === 'HEAD' || status === 304,
    )
    if (!streams) {
      pending.resolve([status, contentType, headers, body])
      this.#finish(id, null)
      return
    }
    const incoming = new IncomingBody(body.length, (octets) => this.#send(CREDIT, id, encodeCredit(octets)))
    pending.response = incoming
    pending.resolve([status, contentType, headers, stream(this.#pieces(id, incoming))])
  }

  async *#pieces(id: number, body: IncomingBody): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (let piece = await body.read(); piece !== null; piece = await body.read()) yield piece
    } finally {
      if (!body.isOver) this.#cancel(id, new Error('nobody takes the rest'))
    }
  }

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
    pending.near.signal.removeEventListener('abort', pending.cancel)
    pending.request.stop()
    if (error === null) return
    pending.response?.fail(error)
    pending.reject(error)
  }

  #send(type: Frame['type'], call: number, payload: Uint8Array): void {
    this.#link?.send(frame(type, call, payload))
  }
}

// A length is told where the contract lets an app tell one (22), and worked out elsewhere.
function tellLength(headers: ResponseHeaders, length: number | null, mayTell: boolean): ResponseHeaders {
  if (!mayTell && headers['content-length'] !== undefined) {
    const { 'content-length': _, ...rest } = headers
    return rest
  }
  return length === null ? headers : { ...headers, 'content-length': String(length) }
}

function faulty(reason: string): Fault {
  return new Fault('frame_faulty', { reason })
}
