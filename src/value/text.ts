/**
 * The text form: JSON for files and people. The members of the packed head, headers as an object,
 * and `body` (text) or `body64` (base64), never both; neither for a value without a body.
 *
 * Contract clause 30; vectors in `spec/vectors/text.json`.
 *
 * @module
 */
import type { RequestHeaders, ResponseHeaders } from '../contract.ts'
import { Fault } from '../fault.ts'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { isRecord } from './data.ts'
import { readHead, writeHead } from './head.ts'
import { repeatsMember } from './members.ts'
import type { RequestValue, ResponseValue } from './message.ts'
import { utf8Bytes, utf8Text } from './utf8.ts'

/** Writes one value as JSON text with two spaces of indent. Fault: value_faulty. */
export function encodeText(value: RequestValue | ResponseValue): string {
  const head = JSON.parse(writeHead(value, null)) as Record<string, unknown>
  delete head['body']
  head['headers'] = value.headers
  if ('trailers' in value) head['trailers'] = value.trailers
  return JSON.stringify({ ...head, ...writtenBody(value.body) }, null, 2)
}

/** Reads one value. Fault: value_faulty. */
export function decodeText(text: string): RequestValue | ResponseValue {
  const data = parse(text)
  const body = readBody(data)
  const head = { ...data, headers: flat(data['headers']), body: null }
  if (data['trailers'] !== undefined && data['trailers'] !== null)
    Object.assign(head, { trailers: flat(data['trailers']) })
  const { value } = readHead(head, 'text')
  return { ...value, body } as RequestValue | ResponseValue
}

function parse(text: string): Record<string, unknown> {
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch (error) {
    throw new Fault('value_faulty', { form: 'text', reason: 'it is not JSON' }, error)
  }
  if (!isRecord(data)) throw faulty('it is no object')
  if (repeatsMember(text, data)) throw faulty('a member stands in it twice')
  return data
}

function writtenBody(body: Uint8Array | null): { body?: string; body64?: string } {
  if (body === null) return {}
  const text = utf8Text(body)
  return text === null ? { body64: encodeBase64(body) } : { body: text }
}

function readBody(data: Record<string, unknown>): Uint8Array | null {
  const [body, body64] = [data['body'], data['body64']]
  if (body !== undefined && body64 !== undefined) throw faulty('it has both body and body64')
  if (body !== undefined) {
    if (typeof body !== 'string' || !body.isWellFormed()) throw faulty('body is no well-formed string')
    return utf8Bytes(body)
  }
  if (body64 === undefined) return null
  const bytes = typeof body64 === 'string' ? decodeBase64(body64) : null
  if (bytes === null) throw faulty('body64 is not base64')
  return bytes
}

/** An object of fields as the flat pairs of the packed form. */
function flat(fields: unknown): unknown {
  if (!isRecord(fields)) throw faulty('headers is no object')
  return Object.entries(fields as RequestHeaders | ResponseHeaders).flatMap(([name, value]) =>
    Array.isArray(value) ? (value as string[]).flatMap((one) => [name, one]) : [name, value],
  )
}

function faulty(reason: string): Fault {
  return new Fault('value_faulty', { form: 'text', reason })
}
