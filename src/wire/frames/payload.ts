/**
 * What frames carry: hello, heads, credit, trailers, failures.
 *
 * @module
 */
import type { ResponseHeaders } from '../../contract.ts'
import { Fault, type FaultCode, type FaultDetail, isCode } from '../../fault.ts'
import { isRecord } from '../../value/data.ts'
import { flatFields } from '../../value/fields.ts'
import type { RequestHead, ResponseHead } from '../../value/head.ts'
import { isFieldName, isFieldValue } from '../../value/headers.ts'
import { packMessage, unpackMessage } from '../../value/packed.ts'
import { utf8Bytes, utf8Text } from '../../value/utf8.ts'
import { MAX_DATA, MAX_PAYLOAD, MAX_WORDS } from './frame.ts'
import { isMark } from './mark.ts'

export interface Hello {
  readonly v: 1
  readonly role: 'caller' | 'worker'
  /** Who it is, for messages. */
  readonly name: string
  /** Octets of body that it takes together with a head, at most 65,536. */
  readonly inline: number
  /** The mark of what a worker offers by name: see `contractMark`. Absent where it offers nothing. */
  readonly contract?: string
}

export function encodeHello(hello: Hello): Uint8Array {
  return utf8Bytes(JSON.stringify(hello))
}

/** Fault: frame_faulty. */
export function decodeHello(payload: Uint8Array, role: Hello['role']): Hello {
  const data = decodeData(payload, 'hello')
  const { v, role: told, name, inline, contract } = isRecord(data) ? data : {}
  if (v !== 1) throw faulty('hello of another version')
  if (told !== role) throw faulty(`hello of another role than ${role}`)
  if (typeof name !== 'string') throw faulty('hello without a name')
  if (typeof inline !== 'number' || !Number.isInteger(inline) || inline < 0 || inline > MAX_DATA)
    throw faulty(`hello whose inline is not 0 to ${MAX_DATA}`)
  if (contract === undefined) return { v, role, name, inline }
  if (typeof contract !== 'string' || !isMark(contract)) throw faulty('hello whose contract is no mark')
  return { v, role, name, inline, contract }
}

/** A head, and the body that travels with it or is still to come. */
export interface Message<H> {
  readonly head: H
  readonly body: Uint8Array | null | { readonly length: number | null }
}

/**
 * Writes a head; a body of bytes goes with it. The payload may be a view on a buffer that others share.
 * Fault: value_faulty when the head cannot be written.
 */
export function encodeMessage(head: RequestHead | ResponseHead, body: Message<unknown>['body']): Uint8Array {
  return body instanceof Uint8Array ? packMessage(head, body.byteLength, body) : packMessage(head, body, null)
}

/** Fault: value_faulty, field_faulty, frame_faulty. */
export function decodeRequest(payload: Uint8Array): Message<RequestHead> {
  const message = decodeMessage(payload)
  if (!('method' in message.head)) throw faulty('a response in the place of a request')
  return message as Message<RequestHead>
}

/** Fault: value_faulty, field_faulty, frame_faulty. */
export function decodeResponse(payload: Uint8Array): Message<ResponseHead> {
  const message = decodeMessage(payload)
  if (!('status' in message.head)) throw faulty('a request in the place of a response')
  return message as Message<ResponseHead>
}

export function encodeCredit(octets: number): Uint8Array {
  const payload = new Uint8Array(4)
  new DataView(payload.buffer).setUint32(0, octets)
  return payload
}

/** Fault: frame_faulty. */
export function decodeCredit(payload: Uint8Array): number {
  const octets = payload.byteLength === 4 ? new DataView(payload.buffer, payload.byteOffset).getUint32(0) : 0
  if (octets === 0) throw faulty('credit of no octets')
  return octets
}

/** Trailers as flat pairs; nothing without any. Fault: value_faulty for more than a frame takes. */
export function encodeTrailers(fields: ResponseHeaders | null): Uint8Array {
  if (fields === null) return new Uint8Array(0)
  const payload = utf8Bytes(JSON.stringify(flatFields(fields)))
  if (payload.byteLength <= MAX_PAYLOAD) return payload
  throw new Fault('value_faulty', { form: 'trailers', reason: `they are over ${MAX_PAYLOAD} bytes` })
}

/** The field lines of trailers, or null without any. Fault: frame_faulty. */
export function decodeTrailers(payload: Uint8Array): [name: string, value: string][] | null {
  return payload.byteLength === 0 ? null : decodeLines(payload, 'trailers')
}

/** Fields that are told before an answer; null for more than a frame takes. */
export function encodeHint(fields: ResponseHeaders): Uint8Array | null {
  const payload = utf8Bytes(JSON.stringify(flatFields(fields)))
  return payload.byteLength <= MAX_WORDS ? payload : null
}

/** The field lines of a hint. Fault: frame_faulty. */
export function decodeHint(payload: Uint8Array): [name: string, value: string][] {
  return decodeLines(payload, 'hint')
}

/** `reason` is for people; a long one is cut. */
export function encodeCancel(reason: string): Uint8Array {
  return utf8Bytes(JSON.stringify({ reason: reason.slice(0, 1_000) }))
}

/** Why nobody waits any more. Fault: frame_faulty. */
export function decodeCancel(payload: Uint8Array): string {
  const data = decodeData(payload, 'cancel')
  const reason = isRecord(data) ? data['reason'] : undefined
  if (typeof reason !== 'string') throw faulty('cancel without a reason')
  return reason
}

/** Why a call has no answer. A failure that a service declares says its kind as well. */
export interface Failed {
  readonly code: string
  readonly detail: unknown
  readonly kind?: string
}

/** A fault; one whose detail no frame can hold stands as `app_failed`. Never throws. */
export function encodeFailed({ code, detail, kind }: Failed): Uint8Array {
  try {
    const payload = utf8Bytes(JSON.stringify({ code, detail, kind }))
    if (payload.byteLength <= MAX_PAYLOAD) return payload
  } catch {} // what an app gives as a detail may be anything
  return utf8Bytes('{"code":"app_failed","detail":{}}')
}

/**
 * The far side's fault; one whose code or detail we do not know stands for its failing.
 *
 *   Fault  frame_faulty: it is no JSON
 */
export function decodeFailed(payload: Uint8Array, to: string): Fault {
  const data = decodeData(payload, 'failed')
  const { code, detail } = isRecord(data) ? data : {}
  if (!isCode(code) || !isRecord(detail)) return new Fault('call_faulty', { to, reason: 'it failed' })
  try {
    return new Fault(code, detail as FaultDetail[FaultCode])
  } catch (error) {
    return new Fault('call_faulty', { to, reason: `it failed with ${code}` }, error)
  }
}

/** What it says, whoever knows it. Fault: frame_faulty: it is no JSON. */
export function decodeFailure(payload: Uint8Array): { code: string; detail: unknown; kind: string | null } {
  const data = decodeData(payload, 'failed')
  const { code, detail, kind } = isRecord(data) ? data : {}
  return {
    code: typeof code === 'string' ? code : 'app_failed',
    detail,
    kind: typeof kind === 'string' ? kind : null,
  }
}

function decodeMessage(payload: Uint8Array): Message<RequestHead | ResponseHead> {
  const { value: head, body, rest } = unpackMessage(payload, 'frame')
  const inline = typeof body === 'number' ? body : 0
  // Each side here says in its hello that it takes as much as there may be.
  if (inline > MAX_DATA) throw faulty(`an inline body of ${inline} octets`)
  if (rest.byteLength !== inline)
    throw faulty(`a body of ${rest.byteLength} octets where ${inline} were told`)
  return { head, body: typeof body === 'number' ? rest : body }
}

function decodeLines(payload: Uint8Array, what: 'trailers' | 'hint'): [name: string, value: string][] {
  const flat = decodeData(payload, what)
  const isOne = what === 'hint'
  if (!Array.isArray(flat) || flat.length % 2 === 1)
    throw faulty(`${what} ${isOne ? 'is' : 'are'} no list of pairs`)
  const lines: [string, string][] = []
  for (let at = 0; at < flat.length; at += 2) {
    const [name, value] = [flat[at] as unknown, flat[at + 1] as unknown]
    if (typeof name !== 'string' || !isFieldName(name) || typeof value !== 'string' || !isFieldValue(value)) {
      throw faulty(`${what} ${isOne ? 'holds' : 'hold'} a faulty field`)
    }
    lines.push([name, value])
  }
  return lines
}

function decodeData(payload: Uint8Array, what: string): unknown {
  const text = utf8Text(payload)
  try {
    return JSON.parse(text ?? '')
  } catch (error) {
    throw new Fault('frame_faulty', { reason: `${what} is no JSON` }, error)
  }
}

function faulty(reason: string): Fault {
  return new Fault('frame_faulty', { reason })
}
