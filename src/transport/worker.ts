/**
 * The worker's side of a link: requests in, an app's answers out. `spec/frames.md`.
 *
 * @module
 */

import { answer, isOurs } from '../call/answer.ts'
import { Call } from '../call/call.ts'
import { abandon } from '../call/chunks.ts'
import { SourceInput, WholeInput } from '../call/input.ts'
import { logThrown } from '../call/log.ts'
import { CallOptions } from '../call/options.ts'
import { type Outgoing, outgoing } from '../call/outgoing.ts'
import { responseHead } from '../call/perform.ts'
import type { App, Input, Log, RequestHeaders, Result, Server } from '../contract.ts'
import { Fault, isFault } from '../fault.ts'
import type { RequestHead } from '../value/head.ts'
import { headersFrom } from '../value/headers.ts'
import { isStream, isTakeover } from '../value/result.ts'
import { utf8Bytes } from '../value/utf8.ts'
import {
  CANCEL,
  CREDIT,
  DATA,
  END,
  FAILED,
  type Frame,
  frame,
  HELLO,
  MAX_CALLS,
  MAX_DATA,
  REQUEST,
  RESPONSE,
} from '../wire/frames/frame.ts'
import { IncomingBody } from '../wire/frames/incoming.ts'
import { OutgoingBody } from '../wire/frames/outgoing.ts'
import {
  decodeCancel,
  decodeCredit,
  decodeHello,
  decodeRequest,
  decodeTrailers,
  encodeCredit,
  encodeFailed,
  encodeHello,
  encodeMessage,
  encodeTrailers,
  type Message,
} from '../wire/frames/payload.ts'
import { sendStream } from './body-stream.ts'
import type { Link, LinkOwner } from './link.ts'

interface Running {
  readonly call: Call
  readonly request: IncomingBody | null
  readonly response: OutgoingBody
  /** Of the head that was sent; null before. */
  status: number | null
}

export class FrameWorker implements LinkOwner {
  readonly #app: App
  readonly #server: Server
  readonly #log: Log
  readonly #name: string
  readonly #running = new Map<number, Running>()
  readonly #teardowns = new Set<Promise<void>>()
  readonly #onEnd: () => void
  #link: Link | null = null
  #inline: number | null = null
  #last = 0

  /** `onEnd` hears once when the link is over and the teardown of every call has run. */
  constructor(app: App, server: Server, log: Log, name: string, onEnd: () => void) {
    this.#app = app
    this.#server = server
    this.#log = log
    this.#name = name
    this.#onEnd = onEnd
  }

  /** Says hello: the app is ready. */
  attach(link: Link): void {
    this.#link = link
    this.#send(HELLO, 0, encodeHello({ v: 1, role: 'worker', name: this.#name, inline: MAX_DATA }))
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
    for (const [id, running] of this.#running) this.#abort(id, running, reason)
    void Promise.all(this.#teardowns).then(() => this.#onEnd())
  }

  #take(type: Frame['type'], id: number, payload: Uint8Array): void {
    if (this.#inline === null) {
      if (type !== HELLO || id !== 0) throw faulty('a frame before hello')
      this.#inline = decodeHello(payload, 'caller').inline
      return
    }
    if (type === HELLO) throw faulty('a second hello')
    if (type === RESPONSE || type === FAILED) throw faulty('a frame that a caller does not send')
    if (type === REQUEST) return this.#begin(id, payload)
    if (id === 0 || id > this.#last) throw faulty(`a frame for call ${id}, which never was`)
    const running = this.#running.get(id)
    if (running === undefined) return // it crossed with the end of the call
    if (type === CREDIT) running.response.grant(decodeCredit(payload))
    else if (type === CANCEL) this.#abort(id, running, decodeCancel(payload))
    else if (running.request === null) throw faulty('a body that was not announced')
    else if (type === DATA) running.request.accept(payload)
    else {
      const lines = decodeTrailers(payload)
      running.request.end(lines === null ? null : headersFrom(lines))
    }
  }

  #begin(id: number, payload: Uint8Array): void {
    if (id <= this.#last) throw faulty(`request ${id} after request ${this.#last}`)
    const { head, body } = decodeRequest(payload)
    this.#last = id
    if (this.#running.size >= MAX_CALLS) {
      const refused = new Fault('call_refused', {
        to: this.#name,
        reason: `${MAX_CALLS} calls are under way`,
      })
      this.#link?.send(frame(FAILED, id, encodeFailed(refused)))
      return
    }
    const call = new Call(this.#server, this.#log, undefined, head.context)
    const request = coming(body, (octets) => this.#send(CREDIT, id, encodeCredit(octets)))
    const response = new OutgoingBody((piece) => this.#send(DATA, id, piece))
    const running: Running = { call, request, response, status: null }
    this.#running.set(id, running)
    void this.#run(id, running, head, inputOf(body, request, this.#server.limits.body))
  }

  async #run(id: number, running: Running, head: RequestHead, input: Input): Promise<void> {
    let error: unknown = null
    try {
      await this.#respond(id, running, head.method, await this.#answer(head, input, running.call))
    } catch (thrown) {
      error = thrown
      this.#log.error({ err: thrown, path: head.path }, 'The answer was cut off')
      this.#send(FAILED, id, encodeFailed(oursOf(thrown)))
    }
    this.#running.delete(id)
    this.#settle(running, error)
  }

  /** What to send, and the result that it was made of: that may hold a body to be left. */
  async #answer(head: RequestHead, input: Input, call: Call): Promise<[sent: Outgoing, result: Result]> {
    const { method, path, headers, query, mount, http, client, protocol, timeoutMs } = head
    const deadline = timeoutMs === null ? null : this.#server.now() + timeoutMs
    const data = { query, mount, http, client, protocol, deadline, upgrade: null }
    const options = new CallOptions(call, input, data)
    let result: Result | null = null
    try {
      result = await this.#app(method, path, headers, options, this.#server)
      const sent = outgoing(result, method)
      if (isTakeover(sent.body)) throw new Fault('upgrade_unavailable', { method })
      return [sent, result]
    } catch (error) {
      if (result !== null) abandon(result)
      if (isOurs(error)) logThrown(this.#log, error, { path })
      const answered = answer(error)
      return [outgoing(answered, method), answered]
    }
  }

  async #respond(
    id: number,
    running: Running,
    method: string,
    [sent, result]: [Outgoing, Result],
  ): Promise<void> {
    if (!this.#running.has(id)) return abandon(result)
    const { call, response } = running
    const body = typeof sent.body === 'string' ? utf8Bytes(sent.body) : sent.body
    // A body that is left out: to HEAD, or beside a status that has none.
    if (body === null) abandon(result)
    const whole = body === null || body instanceof Uint8Array ? body : undefined
    const fits = whole === null || (whole !== undefined && whole.byteLength <= this.#inline!)
    const head = { status: sent.status, ...headOf(sent, method), trailers: null, context: call.changed() }
    this.#send(RESPONSE, id, encodedHead(head, fits ? whole : { length: sent.length }))
    running.status = sent.status
    if (fits) return
    if (whole !== undefined) {
      if (await response.write(whole)) this.#send(END, id, encodeTrailers(null))
    } else if (body !== null && isStream(body) && (await sendStream(body, sent.length, response))) {
      this.#send(END, id, encodeTrailers(call.trailers()))
    }
  }

  // At once, and not when an app that looks at no signal gives its answer or its next chunk.
  #abort(id: number, running: Running, reason: string): void {
    this.#running.delete(id)
    const fault = new Fault('request_aborted', { reason })
    running.response.stop()
    running.request?.fail(fault)
    this.#settle(running, fault)
  }

  // Only the first time counts.
  #settle({ call, status }: Running, error: unknown): void {
    const teardown = call.settle({ status, error, aborted: error !== null })
    this.#teardowns.add(teardown)
    void teardown.then(() => this.#teardowns.delete(teardown))
  }

  #send(type: Frame['type'], call: number, payload: Uint8Array): void {
    if (call === 0 || this.#running.has(call)) this.#link?.send(frame(type, call, payload))
  }
}

function coming(body: Message<RequestHead>['body'], grant: (octets: number) => void): IncomingBody | null {
  return body === null || body instanceof Uint8Array ? null : new IncomingBody(body.length, grant)
}

function inputOf(body: Message<RequestHead>['body'], request: IncomingBody | null, limit: number): Input {
  if (request === null) return new WholeInput(body instanceof Uint8Array ? body : null, limit)
  const read = (): Promise<Uint8Array | null> => request.read()
  // They were joined as request fields are.
  const trailers = (): RequestHeaders | null => request.trailers() as RequestHeaders | null
  return new SourceInput({ length: request.length, read, trailers }, limit)
}

// An answer to HEAD tells the length that GET's would have, and an empty one's is 0.
function headOf(sent: Outgoing, method: string): ReturnType<typeof responseHead> {
  const { contentType, headers } = responseHead(sent)
  if (method !== 'HEAD' || sent.length === null) return { contentType, headers }
  return { contentType, headers: { ...headers, 'content-length': String(sent.length) } }
}

function encodedHead(...[head, body]: Parameters<typeof encodeMessage>): Uint8Array {
  try {
    return encodeMessage(head, body)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Fault('result_faulty', { reason }, error)
  }
}

// What broke an answer off is never the client's fault.
function oursOf(thrown: unknown): Fault {
  return isFault(thrown) && thrown.status >= 500 ? thrown : new Fault('app_failed', {})
}

function faulty(reason: string): Fault {
  return new Fault('frame_faulty', { reason })
}
