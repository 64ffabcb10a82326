/**
 * What every server checks and works out before it writes an answer. Clauses 20-24.
 *
 * @module
 */
import type { Result, Stream, Takeover } from '../contract.ts'
import { Fault } from '../fault.ts'
import { isRecord } from '../value/data.ts'
import { fieldFlaw } from '../value/fields.ts'
import { CONNECTION_FIELDS, isFieldValue } from '../value/headers.ts'
import { isBodiless, isStream, isTakeover, NO_HEADERS } from '../value/result.ts'
import { utf8Length } from '../value/utf8.ts'

/** An answer ready to be written. */
export interface Outgoing {
  readonly status: number
  /** Flat pairs, content-type first, no framing fields. */
  readonly fields: readonly string[]
  /** What to send: null where the method or the status sends none. */
  readonly body: string | Uint8Array | Stream | Takeover | null
  /** Octets of the body, in HEAD and 304 of the one not sent; null when unknown, or not to be told. */
  readonly length: number | null
}

/**
 * Checks a result.
 *
 *   in     the result, the method it answers, and how to count a text's octets in UTF-8
 *   Fault  result_faulty: what it says, an app must not send
 */
export function outgoing(
  result: Result,
  method: string,
  octetsOf: (text: string) => number = utf8Length,
): Outgoing {
  if (!Array.isArray(result) || result.length !== 4)
    throw faulty('it is not [status, contentType, headers, body]')
  const status = result[0]
  const contentType = result[1]
  const headers = result[2]
  const body = result[3]
  const took = isTakeover(body)
  if (took && status !== 101 && status !== 200)
    throw faulty(`a takeover has status 101, or 200 for CONNECT, not ${String(status)}`)
  if (!Number.isInteger(status) || status > 599 || (status < 200 && !took))
    throw faulty(`${String(status)} is no final status`)
  // 2xx to CONNECT gives the connection away (RFC 9110 9.3.6), so nothing else may be answered with it.
  if (!took && method === 'CONNECT' && status < 300) throw new Fault('upgrade_unavailable', { method })
  if (contentType !== null && !isContentType(contentType)) {
    throw faulty('its content type is neither null nor a field value')
  }
  const bodiless = isBodiless(status)
  if (bodiless && !took && body !== null && body !== '')
    throw faulty(`an answer with status ${status} has no body`)
  const declared = declaredLength(headers, method, status, isStream(body))
  const fields = checkedFields(contentType, headers, status)
  if (took) return { status, fields, body, length: null }
  const sent = bodiless || method === 'HEAD' ? null : body
  return { status, fields, body: sent, length: declared ?? lengthOf(body, status, octetsOf) }
}

// An app mostly answers with the content type that it, or another, answered with before.
let lastType = ''

function isContentType(value: unknown): boolean {
  if (value === lastType) return true
  if (typeof value !== 'string' || !isFieldValue(value)) return false
  lastType = value
  return true
}

function checkedFields(contentType: string | null, headers: unknown, status: number): string[] {
  const flat = contentType === null ? [] : ['content-type', contentType]
  if (headers === NO_HEADERS) return flat
  // A Headers or a Map keeps its fields elsewhere: they would be lost without a word.
  if (!isRecord(headers)) throw faulty('its headers are no plain object')
  for (const name in headers) {
    if (!Object.hasOwn(headers, name)) continue
    // Read once: what is checked is what is sent.
    const given = headers[name]
    const value = Array.isArray(given) ? ([...given] as unknown[]) : given
    const flaw = fieldFlaw(name, value)
    if (flaw !== null) throw faulty(flaw)
    if (name === 'content-type') throw faulty('content-type has its own place, the second')
    if (isGateways(name, status)) throw faulty(`field ${name} is the gateway's`)
    if (name === 'content-length') continue
    if (typeof value === 'string') flat.push(name, value)
    else for (const one of value as string[]) flat.push(name, one)
  }
  return flat
}

// An upgrade names the protocol it switches to, or asks for (RFC 9110 7.8, 15.5.22).
function isGateways(name: string, status: number): boolean {
  return (
    name === 'trailer' ||
    (CONNECTION_FIELDS.has(name) && !(name === 'upgrade' && (status === 101 || status === 426)))
  )
}

function declaredLength(headers: Result[2], method: string, status: number, streams: boolean): number | null {
  const declared = (headers as Result[2] | null | undefined)?.['content-length']
  if (declared === undefined) return null
  if (status === 204 || (!streams && method !== 'HEAD' && status !== 304)) {
    throw faulty('content-length is computed; only a stream may declare it')
  }
  if (typeof declared !== 'string' || !/^[0-9]{1,15}$/.test(declared))
    throw faulty('content-length is no number of octets')
  return Number(declared)
}

function lengthOf(body: unknown, status: number, octetsOf: (text: string) => number): number | null {
  if (status === 204 || status === 304 || status < 200) return null
  if (body === null) return 0
  if (typeof body === 'string') return octetsOf(body)
  if (body instanceof Uint8Array) return body.byteLength
  if (isStream(body as Stream)) return null
  throw faulty('its body is none of string, Uint8Array, null, stream(...) and takeover(...)')
}

function faulty(reason: string): Fault {
  return new Fault('result_faulty', { reason })
}
