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
import { headOf, packHead, unpackText } from '../../value/packed.ts'
import { utf8Bytes } from '../../value/utf8.ts'
import { MAX_DATA } from './frame.ts'
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

/** Fault: value_faulty for a name, a time or a context that cannot be written. */
export function encodeCall(
  { name, timeoutMs, context }: CallHead,
  body: Message<unknown>['body'],
): Uint8Array {
  if (!isName(name))
    throw new Fault('value_faulty', { form: 'call', reason: `its name is not 1 to ${MAX_NAME} octets` })
  const head = `"name":${JSON.stringify(name)},"timeoutMs":${writeWhole(timeoutMs, 'call')},"context":${writeCarried(context, 'call')}`
  return packedHead(`{"v":1,"kind":"call",${head},"body":`, body)
}

// As they are written here where nothing is carried: read at a glance.
const PLAIN_CALL =
  /^\{"v":1,"kind":"call","name":"([\w.-]{1,256})","timeoutMs":(null|0|[1-9]\d{0,14}),"context":\{\},"body":(null|0|[1-9]\d{0,14})\}$/
const PLAIN_RESULT = /^\{"v":1,"kind":"result","gives":"data","context":\{\},"body":(null|0|[1-9]\d{0,14})\}$/
const PLAIN_DATA: ResultHead = { gives: 'data', context: NO_CONTEXT }

/** Fault: value_faulty, frame_faulty. */
export function decodeCall(payload: Uint8Array): Message<CallHead> {
  const { json, rest } = unpackText(payload)
  const plain = PLAIN_CALL.exec(json)
  if (plain !== null) {
    const [, name, timeoutMs, body] = plain
    return message({ name: name!, timeoutMs: wholeOf(timeoutMs!), context: NO_CONTEXT }, wholeOf(body!), rest)
  }
  return decoded(json, rest, 'call', (read) => {
    const name = read.text('name')
    if (!isName(name)) read.refuse('name', `is not 1 to ${MAX_NAME} octets`)
    return { name, timeoutMs: read.wholeOrNull('timeoutMs'), context: read.context() }
  })
}

/** Fault: value_faulty for a context that cannot be written. */
export function encodeResult({ gives, context }: ResultHead, body: Message<unknown>['body']): Uint8Array {
  return packedHead(
    `{"v":1,"kind":"result","gives":"${gives}","context":${writeCarried(context, 'result')},"body":`,
    body,
  )
}

/** Fault: value_faulty, frame_faulty. */
export function decodeResult(payload: Uint8Array): Message<ResultHead> {
  const { json, rest } = unpackText(payload)
  const plain = PLAIN_RESULT.exec(json)
  if (plain !== null) return message(PLAIN_DATA, wholeOf(plain[1]!), rest)
  return decoded(json, rest, 'result', (read) => ({
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

function packedHead(front: string, body: Message<unknown>['body']): Uint8Array {
  const member: BodyMember = body instanceof Uint8Array ? body.byteLength : body
  return packHead(`${front}${JSON.stringify(member)}}`, body instanceof Uint8Array ? body : null)
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
