/**
 * The part of a value that an HTTP/1.1 message carries. Contract clauses 31 and 32.
 *
 * A message has no place for what one process knows of a call: mount (its path is the full one), client,
 * protocol, time left and context; it cannot tell an empty body from none; and fields of the connection
 * are the writer's.
 *
 * @module
 */
import type { RequestHeaders, ResponseHeaders } from '../contract.ts'
import { Fault } from '../fault.ts'
import { fieldFlaw, isTrailer } from './fields.ts'
import { isFinalStatus, isMethod, isMount, isPathOf, isQuery } from './head-grammar.ts'
import { NO_CONTEXT } from './head-reader.ts'
import { addField, CONNECTION_FIELDS, commaList, emptyFields, isFieldValue } from './headers.ts'
import type { RequestValue, ResponseValue } from './message.ts'
import { fullPath } from './path.ts'
import { isHost } from './target.ts'

/** Methods whose requests say that they have no body, if they have none (RFC 9110 8.6). */
const ANTICIPATE: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH'])

/**
 * What is left of a value behind `encodeHttp` and decoding.
 *
 *   in     a value; for a response, the method that it answers
 *   Fault  value_faulty, field_faulty: what no HTTP/1.1 message may hold
 */
export function httpPart<V extends RequestValue | ResponseValue>(value: V, method: string = 'GET'): V {
  const part = 'method' in value ? requestPart(value) : responsePart(value as ResponseValue, method)
  return part as RequestValue | ResponseValue as V
}

/** True when the answer to such a request has no body on the wire, whatever its fields say (RFC 9112 6.3). */
export function hasNoBody(status: number, method: string): boolean {
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return true
  return method === 'CONNECT' && status < 300
}

/** True when its length is told all the same (RFC 9110 8.6). */
export function tellsLength(status: number, method: string): boolean {
  return status === 304 || (method === 'HEAD' && status >= 200 && status !== 204)
}

function requestPart(value: RequestValue): RequestValue {
  const { method, query } = value
  if (!isMethod(method)) throw faulty('its method is no upper-case token')
  const path = value.path.startsWith('/') ? fullPath(value.mount, value.path) : value.path
  if (!isMount(value.mount) || !isPathOf(method, path)) throw faulty('its path is none')
  if (query !== null && (!isQuery(query) || !path.startsWith('/'))) throw faulty('its query is none')
  const http = value.http === '1.0' ? '1.0' : '1.1'
  const body = value.body === null || value.body.byteLength === 0 ? null : value.body
  return {
    method,
    path,
    query,
    mount: '',
    http,
    client: null,
    protocol: 'http',
    upgrade: body === null && http === '1.1' ? offered(value.upgrade) : null,
    timeoutMs: null,
    headers: requestFields(value, path, http, body),
    context: NO_CONTEXT,
    body,
  }
}

function requestFields(
  { method, headers }: RequestValue,
  path: string,
  http: '1.0' | '1.1',
  body: Uint8Array | null,
): RequestHeaders {
  const fields = emptyFields()
  for (const name of Object.keys(headers)) {
    if (CONNECTION_FIELDS.has(name) || name === 'content-length') continue
    const flaw = fieldFlaw(name, headers[name])
    if (flaw !== null) throw faulty(flaw)
    fields[name] = headers[name]!
  }
  if (body !== null) fields['content-length'] = String(body.byteLength)
  else if (ANTICIPATE.has(method) || headers['content-length'] !== undefined) fields['content-length'] = '0'
  if (method === 'CONNECT') fields['host'] = path
  if (!isHost(fields['host'] ?? '')) throw faulty('its host is neither a name nor an address')
  if (http === '1.1' && !/^100-continue$/i.test(fields['expect'] ?? '100-continue')) {
    throw faulty('it expects what HTTP does not know')
  }
  return Object.freeze(fields)
}

// h2c is no longer offered that way (RFC 9113 3.1).
function offered(upgrade: readonly string[] | null): readonly string[] | null {
  if (upgrade === null) return null
  for (const one of upgrade) if (!isFieldValue(one)) throw faulty('it offers what is no protocol')
  const protocols = commaList(upgrade.join(', '))
  return protocols.some((protocol) => !/^h2c$/i.test(protocol)) ? Object.freeze(protocols) : null
}

function responsePart(value: ResponseValue, method: string): ResponseValue {
  const { status, contentType } = value
  if (!Number.isInteger(status) || !isFinalStatus(status)) throw faulty('its status is no final one')
  if (contentType !== null && !isFieldValue(contentType)) throw faulty('its content type is no field value')
  const none = hasNoBody(status, method) || status === 205
  const body = none || value.body === null || value.body.byteLength === 0 ? null : value.body
  return {
    status,
    contentType,
    headers: responseFields(value, method),
    trailers: none || value.trailers === null ? null : trailerPart(value.trailers),
    context: NO_CONTEXT,
    body,
  }
}

function responseFields({ status, headers }: ResponseValue, method: string): ResponseHeaders {
  const fields = emptyFields() as Record<string, string | readonly string[]>
  for (const name of Object.keys(headers)) {
    const value = headers[name]!
    const flaw = fieldFlaw(name, value)
    if (flaw !== null) throw faulty(flaw)
    if (name === 'content-type') throw faulty('content-type has its own place')
    if (name === 'content-length') {
      if (!tellsLength(status, method)) continue
      if (typeof value !== 'string' || !/^[0-9]{1,15}$/.test(value)) throw faulty('its length is no number')
    }
    // An upgrade names the protocol it switches to, or asks for (RFC 9110 7.8, 15.5.22).
    const switching = name === 'upgrade' && (status === 101 || status === 426)
    if (switching) fields[name] = typeof value === 'string' ? value : value.join(', ')
    else if (name === 'trailer' || CONNECTION_FIELDS.has(name)) continue
    else if (typeof value === 'string') fields[name] = value
    else if (value.length > 0) fields[name] = value.length === 1 ? value[0]! : Object.freeze([...value])
  }
  return Object.freeze(fields)
}

/** Trailers are read as request fields are: repeats joined (6). */
function trailerPart(trailers: ResponseHeaders): ResponseHeaders | null {
  const fields = emptyFields()
  for (const name of Object.keys(trailers)) {
    const value = trailers[name]!
    const flaw = fieldFlaw(name, value)
    if (flaw !== null) throw faulty(flaw)
    if (!isTrailer(name)) continue
    for (const one of typeof value === 'string' ? [value] : value) addField(fields, name, one)
  }
  return Object.keys(fields).length === 0 ? null : Object.freeze(fields)
}

function faulty(reason: string): Fault {
  return new Fault('value_faulty', { form: 'http', reason })
}
