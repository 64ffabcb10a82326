/**
 * The head of a final response, whole: what it says, and how its body is framed. Interim responses in
 * front of it are read and let go. RFC 9112 sections 4 to 6.
 *
 * @module
 */
import type { Limits, ResponseHeaders } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import { fieldFlaw } from '../../value/fields.ts'
import { responseHeaders } from '../../value/head.ts'
import { emptyFields, joinField, nominatedFields } from '../../value/headers.ts'
import { hasNoBody, tellsLength } from '../../value/http-part.ts'
import { KNOWN_FIELDS } from '../../value/known-fields.ts'
import { readFieldLines } from './field-lines.ts'
import { bodyLength } from './framing.ts'
import { latin1 } from './octets.ts'

export interface FinalHead {
  readonly status: number
  readonly contentType: string | null
  /** End to end, without what frames the message. */
  readonly headers: ResponseHeaders
  /** Octets of the body, if there is one; null when it ends with the connection. */
  readonly length: number | 'chunked' | null
  /** Where the head ends. */
  readonly end: number
}

type HeadLimits = Pick<Limits, 'head' | 'fields'>

// The phrase is for people, and may be empty; the space in front of it may not be missing (RFC 9112 4).
const STATUS_LINE = /^HTTP\/([0-9])\.([0-9]) ([0-9]{3}) [\t\x20-\x7e\x80-\xff]*$/
/** Each is one head to read. */
const MAX_INTERIM = 64

/**
 * Reads the heads at the front of `octets`, up to the first that is final.
 *
 *   method   of the request that it answers
 *   Fault    value_faulty, version_unsupported, field_faulty, head_faulty, head_too_large,
 *            fields_too_many, framing_faulty, length_invalid, coding_unsupported
 */
export function finalHead(octets: Uint8Array, method: string, limits: HeadLimits): FinalHead {
  let at = 0
  for (let interim = 0; interim <= MAX_INTERIM; interim++) {
    const text = headText(octets, at, limits)
    const { status, http, from } = statusLine(text)
    const fields = collect(text, from, limits)
    at += text.length + 2
    if (status >= 200 || status === 101) return { ...understood(status, http, fields, method), end: at }
    // Framed, it would have a body for some of its readers (RFC 9110 8.6, RFC 9112 6.1).
    if (isFramed(fields)) throw unframed('an interim response has no body')
  }
  throw faulty(`more than ${MAX_INTERIM} interim responses come first`)
}

/** From `at` to behind the CRLF of the last line. */
function headText(octets: Uint8Array, at: number, { head }: HeadLimits): string {
  const text = latin1(octets, at, Math.min(octets.byteLength, at + head + 4))
  const end = text.indexOf('\r\n\r\n')
  if (end >= 0 && end + 2 <= head) return text.slice(0, end + 2)
  if (text.length > head) throw new Fault('head_too_large', { limit: head })
  throw faulty('it ends within its head')
}

function statusLine(text: string): { status: number; http: '1.0' | '1.1'; from: number } {
  const end = text.indexOf('\r\n')
  const match = STATUS_LINE.exec(text.slice(0, end))
  if (match === null) throw faulty('its first line is no status line')
  const [, major = '', minor = '', digits = ''] = match
  if (major !== '1') throw new Fault('version_unsupported', { version: `${major}.${minor}` })
  const status = Number(digits)
  if (status < 100 || status > 599) throw faulty(`${digits} is no status`)
  return { status, http: minor === '0' ? '1.0' : '1.1', from: end + 2 }
}

interface Collected {
  readonly lines: readonly (readonly [name: string, value: string])[]
  /** Those of the connection, those that frame, and the content type: each by its name. */
  readonly apart: Readonly<Record<string, string>>
}

function collect(text: string, from: number, limits: HeadLimits): Collected {
  const lines: [string, string][] = []
  const apart = emptyFields()
  let count = 0
  readFieldLines(text, from, text.length, (received, value) => {
    if (++count > limits.fields) throw new Fault('fields_too_many', { limit: limits.fields })
    const name = received.toLowerCase()
    if (isApart(name)) joinField(apart, name, value)
    else lines.push([name, value])
  })
  return { lines, apart }
}

function isApart(name: string): boolean {
  return name === 'content-type' || name === 'content-length' || KNOWN_FIELDS.get(name)?.hop === true
}

function isFramed({ apart }: Collected): boolean {
  return apart['transfer-encoding'] !== undefined || apart['content-length'] !== undefined
}

function understood(
  status: number,
  http: '1.0' | '1.1',
  fields: Collected,
  method: string,
): Omit<FinalHead, 'end'> {
  const { apart, lines } = fields
  const { 'transfer-encoding': coding, 'content-length': told, connection, upgrade } = apart
  const length = bodyLength(http, coding, told)
  if (hasNoBody(status, method) && !tellsLength(status, method) && isFramed(fields)) {
    throw unframed(`a response with status ${status} has no body here`)
  }
  const nominated = nominatedFields(connection)
  const kept = lines.filter(([name]) => name !== 'trailer' && !nominated.includes(name))
  if (tellsLength(status, method) && told !== undefined) kept.push(['content-length', told])
  if ((status === 101 || status === 426) && upgrade !== undefined) kept.push(['upgrade', upgrade])
  const headers = responseHeaders(kept)
  for (const name of Object.keys(headers)) {
    const flaw = fieldFlaw(name, headers[name])
    if (flaw !== null) throw new Fault('field_faulty', { name, reason: flaw })
  }
  return {
    status,
    contentType: apart['content-type'] ?? null,
    headers,
    length: isFramed(fields) ? (length ?? 'chunked') : null,
  }
}

function unframed(reason: string): Fault {
  return new Fault('framing_faulty', { reason })
}

function faulty(reason: string): Fault {
  return new Fault('value_faulty', { form: 'http', reason })
}
