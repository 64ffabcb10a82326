/**
 * Calls by name: the heads of `call` and `result`, which know no HTTP. Clause 35.
 *
 *   call     {"v":1,"kind":"call","name":"notes.add","timeoutMs":null,"context":{},"body":13}
 *   result   {"v":1,"kind":"result","gives":"data","context":{},"body":20}
 *
 * The data are the body, as JSON: what is large moves against credit, as every body does. Items come as
 * JSON lines, each ended by a line feed, and chunks are octets as they are.
 *
 * @module
 */
import { Fault } from '../../fault.ts'
import { writeCarried } from '../../value/carried.ts'
import { writeWhole } from '../../value/head.ts'
import { type BodyMember, HeadReader, NO_CONTEXT } from '../../value/head-reader.ts'
import type { Carried } from '../../value/message.ts'
import { HEAD_AT, headEnd, headOf, headText, packHead, packTexts } from '../../value/packed.ts'
import { utf8Bytes } from '../../value/utf8.ts'
import { MAX_DATA } from './frame.ts'
import { Glance } from './glance.ts'
import type { Message } from './payload.ts'

export interface CallHead {
  /** Of a handler, such as "notes.add". */
  readonly name: string
  /** How long the caller waits, in milliseconds; null for as long as it takes. */
  readonly timeoutMs: number | null
  readonly context: Carried
}

export interface ResultHead {
  /** One value, items as they come, or bytes as they come. */
  readonly gives: 'data' | 'items' | 'chunks'
  readonly context: Carried
}

/** Octets of a name, in UTF-8. */
export const MAX_NAME = 256

/** What goes with a head: text that goes at once, or as the body of any message. */
export type NamedBody = Message<unknown>['body'] | string

/** Fault: value_faulty for a name, a time or a context that cannot be written. */
export function encodeCall({ name, timeoutMs, context }: CallHead, body: NamedBody): Uint8Array {
  if (context === NO_CONTEXT && timeoutMs === null)
    return packedHead(FRONTS.get(name) ?? plainFront(name), body)
  return packedHead(callFront(name, writeWhole(timeoutMs, 'call'), writeCarried(context, 'call')), body)
}

function callFront(name: string, timeoutMs: string, context: string): string {
  if (!isName(name))
    throw new Fault('value_faulty', { form: 'call', reason: `its name is not 1 to ${MAX_NAME} octets` })
  return `{"v":1,"kind":"call","name":${JSON.stringify(name)},"timeoutMs":${timeoutMs},"context":${context},"body":`
}

/** Of calls that carry nothing, by name: they come again and again. */
const FRONTS = new Map<string, string>()
const MAX_FRONTS = 1_000

function plainFront(name: string): string {
  const front = callFront(name, 'null', '{}')
  if (FRONTS.size < MAX_FRONTS) FRONTS.set(name, front)
  return front
}

// As they are written here where nothing is carried.
const PLAIN_CALL =
  /^\{"v":1,"kind":"call","name":"([\w.-]{1,256})","timeoutMs":(null|0|[1-9]\d{0,14}),"context":\{\},"body":(null|0|[1-9]\d{0,14})\}$/
const PLAIN_RESULT = '{"v":1,"kind":"result","gives":"data","context":{},"body":'

const calls = new Glance<CallHead>()
const results = new Glance<ResultHead>()
results.learn(utf8Bytes(PLAIN_RESULT), { gives: 'data', context: NO_CONTEXT })

/** Fault: value_faulty, frame_faulty. */
export function decodeCall(payload: Uint8Array): Message<CallHead> {
  const end = headEnd(payload)
  const rest = behind(payload, end)
  const seen = calls.read(payload, HEAD_AT, end)
  if (seen !== null) return message(seen, calls.octets, rest)
  const json = headText(payload, end)
  const plain = PLAIN_CALL.exec(json)
  if (plain !== null) {
    const [, name, timeoutMs, body] = plain
    const head = { name: name!, timeoutMs: wholeOf(timeoutMs!), context: NO_CONTEXT }
    if (timeoutMs === 'null' && body !== 'null')
      calls.learn(payload.subarray(HEAD_AT, end - body!.length - 1), head)
    return message(head, wholeOf(body!), rest)
  }
  return decoded(json, rest, 'call', (read) => {
    const name = read.text('name')
    if (!isName(name)) read.refuse('name', `is not 1 to ${MAX_NAME} octets`)
    return { name, timeoutMs: read.wholeOrNull('timeoutMs'), context: read.context() }
  })
}

/** Fault: value_faulty for a context that cannot be written. */
export function encodeResult({ gives, context }: ResultHead, body: NamedBody): Uint8Array {
  if (context === NO_CONTEXT && gives === 'data') return packedHead(PLAIN_RESULT, body)
  const carried = writeCarried(context, 'result')
  return packedHead(`{"v":1,"kind":"result","gives":"${gives}","context":${carried},"body":`, body)
}

/** Fault: value_faulty, frame_faulty. */
export function decodeResult(payload: Uint8Array): Message<ResultHead> {
  const end = headEnd(payload)
  const rest = behind(payload, end)
  const seen = results.read(payload, HEAD_AT, end)
  if (seen !== null) return message(seen, results.octets, rest)
  return decoded(headText(payload, end), rest, 'result', (read) => ({
    gives: read.oneOf('gives', ['data', 'items', 'chunks'] as const),
    context: read.context(),
  }))
}

function isName(name: string): boolean {
  return (
    name.length > 0 &&
    name.length <= MAX_NAME &&
    name.isWellFormed() &&
    (name.length <= MAX_NAME / 3 || utf8Bytes(name).byteLength <= MAX_NAME) // a code unit takes at most three
  )
}

function packedHead(front: string, body: NamedBody): Uint8Array {
  if (typeof body === 'string')
    return packTexts(`${front}${body.length}}`, body) ?? packedHead(front, utf8Bytes(body))
  const member: BodyMember = body instanceof Uint8Array ? body.byteLength : body
  return packHead(`${front}${JSON.stringify(member)}}`, body instanceof Uint8Array ? body : null)
}

// No subarray, which would be a Buffer of a Buffer.
function behind({ buffer, byteOffset, byteLength }: Uint8Array, end: number): Uint8Array {
  return new Uint8Array(buffer, byteOffset + end, byteLength - end)
}

function decoded<H>(
  json: string,
  rest: Uint8Array,
  kind: string,
  read: (reader: HeadReader) => H,
): Message<H> {
  const reader = new HeadReader(headOf(json), kind)
  if (reader.member('v') !== 1) reader.refuse('v', 'is not 1')
  if (reader.member('kind') !== kind) reader.refuse('kind', `is not ${kind}`)
  return message(read(reader), reader.body(), rest)
}

function message<H>(head: H, body: BodyMember, rest: Uint8Array): Message<H> {
  const inline = typeof body === 'number' ? body : 0
  if (inline > MAX_DATA) throw faulty(`an inline body of ${inline} octets`)
  if (rest.byteLength !== inline)
    throw faulty(`a body of ${rest.byteLength} octets where ${inline} were told`)
  return { head, body: typeof body === 'number' ? rest : body }
}

function wholeOf(written: string): number | null {
  return written === 'null' ? null : Number(written)
}

function faulty(reason: string): Fault {
  return new Fault('frame_faulty', { reason })
}
