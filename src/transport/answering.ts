/**
 * An app's answer to one call, as frames. `spec/frames.md`, "Calls".
 *
 * @module
 */
import { answer, isOurs } from '../call/answer.ts'
import type { Budget } from '../call/budget.ts'
import { abandon } from '../call/chunks.ts'
import { SourceInput, WholeInput } from '../call/input.ts'
import { isAsyncIterable, leave } from '../call/leave.ts'
import { logThrown } from '../call/log.ts'
import { CallOptions } from '../call/options.ts'
import { type Outgoing, outgoing } from '../call/outgoing.ts'
import { responseHead } from '../call/perform.ts'
import { boundsOf } from '../codec/format.ts'
import { decodeJson, encodeJson } from '../codec/json.ts'
import { encodeLine } from '../codec/lines.ts'
import type { App, Input, Log, OptionsData, RequestHeaders, Result, Server } from '../contract.ts'
import { Fault, isFault } from '../fault.ts'
import type { RequestHead } from '../value/head.ts'
import type { Carried } from '../value/message.ts'
import { isStream, isTakeover, stream } from '../value/result.ts'
import { utf8Bytes, utf8Fits, utf8Length } from '../value/utf8.ts'
import { END, FAILED, type FrameType, MAX_DATA, RESPONSE, RESULT } from '../wire/frames/frame.ts'
import { type CallHead, encodeResult } from '../wire/frames/named.ts'
import {
  encodeFailed,
  encodeMessage,
  encodeTrailers,
  type Failed,
  type Message,
} from '../wire/frames/payload.ts'
import type { CallEvent } from '../wire/frames/states.ts'
import { ArrivedInput } from './arrived-input.ts'
import { sendStream } from './body-stream.ts'
import { type Door, failedOf } from './door.ts'
import type { Peer } from './peer.ts'
import { RequestBody } from './request-body.ts'
import type { Running } from './running.ts'

/** What an answer is made with. */
export interface Answering {
  readonly running: Running
  readonly input: Input
  /** Octets that the caller takes with a head. */
  readonly inline: number
  readonly server: Server
  readonly log: Log
  /** Sends a frame of the call. False when the call is over. */
  readonly move: (event: CallEvent, type: FrameType, payload: Uint8Array) => boolean
  /** What travels back. */
  readonly context: () => Carried
}

/** Asks the app, and sends what it answers. Resolves with what broke it off, or null; never rejects. */
export async function answerRequest(app: App, head: RequestHead, answering: Answering): Promise<unknown> {
  const { log, move } = answering
  const { method, path } = head
  try {
    let result: Result | null = null
    let sent: Outgoing
    try {
      result = await asked(app, head, answering)
      sent = outgoing(result, method, octetsOf)
      if (isTakeover(sent.body)) throw new Fault('upgrade_unavailable', { method })
    } catch (error) {
      if (result !== null) abandon(result)
      if (isOurs(error)) logThrown(log, error, { path })
      result = answer(error)
      sent = outgoing(result, method, octetsOf)
    }
    const sending = respond(method, sent, result, answering)
    if (sending !== null) await sending
    return null
  } catch (thrown) {
    if (answering.running.isOver) return thrown
    log.error({ err: thrown, path }, 'The answer was cut off')
    move('failed', FAILED, encodeFailed(oursOf(thrown)))
    return thrown
  }
}

/** The same for a handler that is called by its name. */
export async function answerCall(
  door: Door | null,
  { name, timeoutMs }: CallHead,
  from: { readonly peer: Peer | null; readonly headers: RequestHeaders },
  answering: Answering,
): Promise<unknown> {
  const { running, input, server, log, move } = answering
  try {
    if (door === null) throw new Fault('handler_unknown', { name })
    const { client = null, protocol = 'http', mount = '' } = from.peer ?? {}
    const deadline = timeoutMs === null ? null : server.now() + timeoutMs
    const data: OptionsData = { query: null, mount, http: null, client, protocol, deadline, upgrade: null }
    const options = new CallOptions(running.call, new WholeInput(null, 0), data)
    const limit = door.limitOf(name, server.limits)
    const bytes = input instanceof WholeInput ? input.whole(limit) : await input.bytes(limit)
    const sent = input.absent ? undefined : decodeJson(bytes, boundsOf(limit))
    const giving = give(await door.invoke(name, sent, { headers: from.headers, options }), answering)
    if (giving !== null) await giving
    return null
  } catch (thrown) {
    if (running.isOver) return thrown
    if (isOurs(thrown)) logThrown(log, thrown, { path: name })
    move('failed', FAILED, encodeFailed(failedOf(thrown)))
    return thrown
  }
}

/** Octets of a body that came with its head and are not charged: a call weighs as much without them. */
const LIGHT = 4 * 1024

/** The body of a call as it came, or as it will; what is held of it is charged to the budget of the server. */
export function inputOf(
  body: Message<unknown>['body'],
  { call, request }: Running,
  { limits }: Server,
  budget: Budget | null,
): Input {
  const whole = body instanceof Uint8Array ? body : null
  if (request === null) {
    if (budget === null || whole === null || whole.byteLength <= LIGHT)
      return new WholeInput(whole, limits.body)
    return new ArrivedInput(whole, limits.body, call.chargedTo(budget))
  }
  const charge = budget === null ? null : call.chargedTo(budget)
  return new SourceInput(new RequestBody(request, limits), limits.body, charge)
}

function asked(app: App, head: RequestHead, { running, input, server }: Answering): Result | Promise<Result> {
  const { method, path, headers, query, mount, http, client, protocol, timeoutMs } = head
  const deadline = timeoutMs === null ? null : server.now() + timeoutMs
  const data = { query, mount, http, client, protocol, deadline, upgrade: null }
  return app(method, path, headers, new CallOptions(running.call, input, data), server)
}

/** Null where all of it is sent. `result` is what `sent` was made of: it may hold a body to be left. */
function respond(
  method: string,
  sent: Outgoing,
  result: Result,
  answering: Answering,
): Promise<unknown> | null {
  const { running, inline, move } = answering
  if (running.isOver) {
    abandon(result)
    return null
  }
  const { body, length } = sent
  // A body that is left out: to HEAD, or beside a status that has none.
  if (body === null) abandon(result)
  const isWhole = body === null || typeof body === 'string' || body instanceof Uint8Array
  const fits = isWhole && (body === null || (length !== null && length <= inline))
  const whole = isWhole ? bytesOf(body, length, fits) : null
  const { contentType, headers } = headOf(sent, method)
  const context = answering.context()
  const head = { status: sent.status, contentType, headers, trailers: null, context }
  const payload = encodedHead(head, fits ? whole : { length })
  move(fits ? 'whole answer' : 'answer begins', RESPONSE, payload)
  running.begun(sent.status)
  return fits ? null : sendBody(whole ?? body, length, answering)
}

async function sendBody(
  body: Outgoing['body'],
  length: number | null,
  { running, move }: Answering,
): Promise<void> {
  const { call, response } = running
  if (body instanceof Uint8Array) {
    if (await response.write(body)) move('worker end', END, encodeTrailers(null))
  } else if (body !== null && typeof body !== 'string' && isStream(body)) {
    if (await sendStream(body, length, response)) move('worker end', END, encodeTrailers(call.trailers()))
  }
}

const encoder = new TextEncoder()
let scratch = new Uint8Array(0)
/** The text whose octets are in `scratch`. */
let written: string | null = null

// Counting takes longer than writing, so a text that may go with its head is written where it is copied from.
function octetsOf(text: string): number {
  if (text.length > MAX_DATA) return utf8Length(text)
  if (scratch.byteLength === 0) scratch = new Uint8Array(MAX_DATA)
  const took = encoder.encodeInto(text, scratch)
  written = took.read === text.length ? text : null
  return written === null ? utf8Length(text) : took.written
}

// A text that goes with its head is copied beside it at once, and needs no bytes of its own.
function bytesOf(
  body: string | Uint8Array | null,
  length: number | null,
  isCopied: boolean,
): Uint8Array | null {
  if (typeof body !== 'string') return body
  if (!isCopied || length === null || written !== body) return utf8Bytes(body)
  written = null
  return new Uint8Array(scratch.buffer, 0, length)
}

/** Null where all of it is sent. */
function give(given: unknown, answering: Answering): Promise<void> | null {
  const { running, inline, move } = answering
  if (isAsyncIterable(given)) return running.isOver ? leave(given) : giveItems(given, answering)
  if (running.isOver) return null
  const head = { gives: 'data', context: answering.context() } as const
  const text = given === undefined ? null : encodeJson(given)
  if (text === null || utf8Fits(text, inline)) {
    move('whole answer', RESULT, encodeResult(head, text))
    running.begun(null)
    return null
  }
  const bytes = utf8Bytes(text)
  move('answer begins', RESULT, encodeResult(head, { length: bytes.byteLength }))
  running.begun(null)
  return giveLater(bytes, answering)
}

async function giveLater(bytes: Uint8Array, { running, move }: Answering): Promise<void> {
  if (await running.response.write(bytes)) move('worker end', END, encodeTrailers(null))
}

async function giveItems(items: AsyncIterable<unknown>, answering: Answering): Promise<void> {
  const { running, move } = answering
  move(
    'answer begins',
    RESULT,
    encodeResult({ gives: 'items', context: answering.context() }, { length: null }),
  )
  running.begun(null)
  if (await sendStream(stream(linesOf(items)), null, running.response))
    move('worker end', END, encodeTrailers(null))
}

// Asked for one by one, and left where the stream is.
function linesOf(items: AsyncIterable<unknown>): AsyncIterable<string> {
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = items[Symbol.asyncIterator]()
      return {
        next: async () => {
          const next = await iterator.next()
          return next.done === true
            ? { done: true, value: undefined }
            : { done: false, value: encodeLine(next.value) }
        },
        return: async () => {
          await iterator.return?.()
          return { done: true, value: undefined }
        },
      }
    },
  }
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
function oursOf(thrown: unknown): Failed {
  return isFault(thrown) && thrown.status >= 500 ? thrown : new Fault('app_failed', {})
}
