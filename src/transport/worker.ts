/**
 * The worker's side of a link: requests in, an app's answers out. `spec/frames.md`.
 *
 * @module
 */
import { answer, isOurs } from '../call/answer.ts'
import { Call } from '../call/call.ts'
import { SourceInput, WholeInput } from '../call/input.ts'
import { logThrown } from '../call/log.ts'
import { CallOptions } from '../call/options.ts'
import { type Outgoing, outgoing } from '../call/outgoing.ts'
import { chunkBytes, responseHead } from '../call/perform.ts'
import type { App, Input, Log, Server, Stream } from '../contract.ts'
import { STREAM } from '../contract.ts'
import { Fault, isFault } from '../fault.ts'
import type { RequestHead } from '../value/head.ts'
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
  MAX_DATA,
  REQUEST,
  RESPONSE,
} from '../wire/frames/frame.ts'
import { IncomingBody } from '../wire/frames/incoming.ts'
import { OutgoingBody } from '../wire/frames/outgoing.ts'
import {
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
import type { Link, LinkOwner } from './link.ts'

interface Running {
  readonly call: Call
  readonly request: IncomingBody | null
  readonly response: OutgoingBody
}

export class FrameWorker implements LinkOwner {
  readonly #app: App
  readonly #server: Server
  readonly #log: Log
  readonly #name: string
  readonly #running = new Map<number, Running>()
  readonly #ended: () => void
  #link: Link | null = null
  #inline: number | null = null
  #last = 0

  /** `ended` hears once when the link is over and every call has been aborted. */
  constructor(app: App, server: Server, log: Log, name: string, ended: () => void) {
    this.#app = app
    this.#server = server
    this.#log = log
    this.#name = name
    this.#ended = ended
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
    for (const [id, running] of this.#running) {
      this.#running.delete(id)
      this.#abort(running, new Fault('request_aborted', { reason }))
    }
    this.#ended()
  }

  #take(type: Frame['type'], id: number, payload: Uint8Array): void {
    if (this.#inline === null) {
      if (type !== HELLO || id !== 0) throw faulty('a frame before hello')
      this.#inline = decodeHello(payload, 'caller').inline
      return
    }
    if (type === REQUEST) return this.#begin(id, decodeRequest(payload))
    if (type === HELLO || type === RESPONSE || type === FAILED)
      throw faulty('a frame that a caller does not send')
    if (id === 0 || id > this.#last) throw faulty(`a frame for call ${id}, which never was`)
    const running = this.#running.get(id)
    if (running === undefined) return // it crossed with the end of the call
    if (type === CREDIT) running.response.grant(decodeCredit(payload))
    else if (type === CANCEL) {
      this.#running.delete(id)
      this.#abort(running, new Fault('request_aborted', { reason: 'the caller cancelled' }))
    } else if (running.request === null) throw faulty('a body that was not announced')
    else if (type === DATA) running.request.accept(payload)
    else running.request.end(decodeTrailers(payload))
  }

  #begin(id: number, { head, body }: Message<RequestHead>): void {
    if (id <= this.#last) throw faulty(`request ${id} after request ${this.#last}`)
    this.#last = id
    const call = new Call(this.#server, this.#log, undefined, head.context)
    const request =
      body === null || body instanceof Uint8Array
        ? null
        : new IncomingBody(body.length, (octets) => this.#send(CREDIT, id, encodeCredit(octets)))
    const response = new OutgoingBody((piece) => this.#send(DATA, id, piece))
    this.#running.set(id, { call, request, response })
    const { bytes } = { bytes: body instanceof Uint8Array ? body : null }
    const input =
      request === null ? new WholeInput(bytes, this.#server.limits.body) : bodyInput(request, this.#server)
    void this.#run(id, head, input, call, response)
  }

  async #run(id: number, head: RequestHead, input: Input, call: Call, response: OutgoingBody): Promise<void> {
    const sent = await this.#answer(head, input, call)
    let error: unknown = null
    try {
      await this.#respond(id, sent, call, response)
    } catch (thrown) {
      error = thrown
      this.#log.error({ err: thrown, path: head.path }, 'The answer was cut off')
      this.#send(FAILED, id, encodeFailed(isFault(thrown) ? thrown : new Fault('app_failed', {})))
    }
    this.#running.delete(id)
    await call.settle({ status: sent.status, error, aborted: error !== null })
  }

  async #answer(head: RequestHead, input: Input, call: Call): Promise<Outgoing> {
    const { method, path, headers, query, mount, http, client, protocol, timeoutMs } = head
    const deadline = timeoutMs === null ? null : this.#server.now() + timeoutMs
    const options = new CallOptions(call, input, {
      query,
      mount,
      http,
      client,
      protocol,
      deadline,
      upgrade: null,
    })
    try {
      const sent = outgoing(await this.#app(method, path, headers, options, this.#server), method)
      if (isTakeover(sent.body)) throw new Fault('upgrade_unavailable', { method })
      return sent
    } catch (error) {
      if (isOurs(error)) logThrown(this.#log, error, { path })
      return outgoing(answer(error), method)
    }
  }

  async #respond(id: number, sent: Outgoing, call: Call, response: OutgoingBody): Promise<void> {
    if (!this.#running.has(id)) return
    const whole = typeof sent.body === 'string' ? utf8Bytes(sent.body) : sent.body
    const fits = whole === null || (whole instanceof Uint8Array && whole.byteLength <= this.#inline!)
    const head = { status: sent.status, ...responseHead(sent), trailers: null, context: call.carried() }
    this.#send(RESPONSE, id, encodeMessage(head, fits ? whole : { length: sent.length }))
    if (fits) return
    const over =
      whole instanceof Uint8Array
        ? await response.write(whole)
        : await copy(whole as Stream, sent.length, response)
    if (over && this.#running.has(id)) this.#send(END, id, encodeTrailers(call.trailers()))
  }

  #abort({ call, request, response }: Running, fault: Fault): void {
    response.stop()
    request?.fail(fault)
    // At once, and not when an app that looks at no signal gives its next chunk.
    void call.settle({ status: null, error: fault, aborted: true })
  }

  #send(type: Frame['type'], call: number, payload: Uint8Array): void {
    if (call === 0 || this.#running.has(call)) this.#link?.send(frame(type, call, payload))
  }
}

function bodyInput(request: IncomingBody, server: Server): Input {
  // What the near side's client sent as trailers are strings; arrays stand for repeats.
  const trailers = (): Record<string, string> | null => request.trailers() as Record<string, string> | null
  return new SourceInput({ length: request.length, read: () => request.read(), trailers }, server.limits.body)
}

// Asks the app for a chunk when the far side has asked for octets, and not before. False: stopped.
async function copy(
  { [STREAM]: chunks }: Stream,
  length: number | null,
  response: OutgoingBody,
): Promise<boolean> {
  const iterator = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]()
  const leave = async (): Promise<void> => {
    try {
      await iterator.return?.()
    } catch {} // the call has its outcome already
  }
  response.onStop(() => void leave())
  let sent = 0
  try {
    while (await response.asked()) {
      const next = await iterator.next()
      if (next.done === true) {
        if (length !== null && sent < length) throw miscounted(length, sent)
        return true
      }
      const bytes = chunkBytes(next.value)
      sent += bytes.byteLength
      if (length !== null && sent > length) throw miscounted(length, sent)
      await response.write(bytes)
    }
    return false
  } catch (error) {
    await leave()
    throw error
  }
}

function miscounted(length: number, sent: number): Fault {
  return new Fault('result_faulty', { reason: `its stream has ${sent} octets and declared ${length}` })
}

function faulty(reason: string): Fault {
  return new Fault('frame_faulty', { reason })
}
