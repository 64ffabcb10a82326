/**
 * Heads as nearly all of them are: printable ASCII, members in their order and without spaces. Read in
 * one pass, at a fraction of what JSON as a whole costs.
 *
 * Whatever is otherwise, or faulty, is left to `readHead`, which has the last word: nothing is read here
 * that would be read in another way there.
 *
 * @module
 */
import type { ResponseHeaders } from '../contract.ts'
import {
  addResponseField,
  type BodyMember,
  frozenFields,
  type RequestHead,
  type ResponseHead,
} from './head.ts'
import { IN_METHOD, IN_PATH, IN_QUERY, IN_TEXT, isFinalStatus } from './head-grammar.ts'
import { NO_CONTEXT } from './head-reader.ts'
import { joinField } from './headers.ts'
import type { RequestValue, ResponseValue } from './message.ts'
import { octetsOf, PlainReader, words } from './plain-reader.ts'
import { RepeatedEnds } from './repeated-ends.ts'

export interface PlainHead {
  /** Nobody else has it yet, so its body may be put into it. */
  readonly value: RequestValue | ResponseValue
  readonly body: BodyMember
}

/** What a request's head says behind its query. */
type RequestEnd = Omit<RequestHead, 'method' | 'path' | 'query' | 'upgrade'>

const SECRET = ['authorization', 'cookie', 'proxy-authorization', 'set-cookie'] as const
const REQUESTS = new RepeatedEnds<RequestEnd>()
const RESPONSES = new RepeatedEnds<ResponseHead>()
const REQUEST = octetsOf('{"v":1,"kind":"request","method":')
const PATH = octetsOf(',"path":')
const QUERY = octetsOf(',"query":')
const MOUNT = octetsOf(',"mount":')
const HTTP = octetsOf(',"http":')
const CLIENT = octetsOf(',"client":')
const PROTOCOL = octetsOf(',"protocol":')
const TIMEOUT = octetsOf(',"upgrade":null,"timeoutMs":')
const RESPONSE = octetsOf('{"v":1,"kind":"response","status":')
const CONTENT_TYPE = octetsOf(',"contentType":')
const HEADERS = octetsOf(',"headers":[')
const TRAILERS = octetsOf(',"trailers":[')
const METHODS = words('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS')
const VERSIONS = words('1.1', null, '2', '1.0')
const PROTOCOLS = words('http', 'https')
const NULL = octetsOf('null')
const SLASH = 0x2f
const NO_TRAILERS = octetsOf(',"trailers":null')

/** The head that the octets from `from` to `to` are, or null when it is no plain one. Fault: field_faulty. */
export function readPlainHead(octets: Uint8Array, from: number, to: number): PlainHead | null {
  const again = RESPONSES.get(octets, from, to)
  if (again !== null) return { value: responseOf(again.value), body: again.body }
  const read = PlainReader.of(octets, from, to)
  if (read === null) return null
  if (read.has(REQUEST)) return readRequest(read)
  const response = read.has(RESPONSE) ? readResponse(read) : null
  if (response === null) return null
  const { value, body } = response
  if (isOpen(value) && isTold(body)) RESPONSES.keep(octets, from, to, { value, body })
  return { value: responseOf(value), body }
}

function readRequest(read: PlainReader): PlainHead | null {
  const method = read.oneOf(METHODS) ?? read.textOf(IN_METHOD)
  if (method === undefined || method === '' || !read.has(PATH)) return null
  const path = read.textOf(IN_PATH)
  if (path === undefined || path.charCodeAt(0) !== SLASH || method === 'CONNECT' || !read.has(QUERY))
    return null
  const query = read.has(NULL) ? null : read.textOf(IN_QUERY)
  if (query === undefined) return null
  const end = read.again(REQUESTS) ?? readRequestEnd(read)
  return end === null ? null : { value: requestOf(method, path, query, end.value), body: end.body }
}

function readRequestEnd(read: PlainReader): { value: RequestEnd; body: BodyMember } | null {
  const { at } = read
  if (!read.has(MOUNT)) return null
  const mount = read.textOf(IN_PATH)
  if (mount === undefined || (mount !== '' && mount.charCodeAt(0) !== SLASH) || !read.has(HTTP)) return null
  const http = read.oneOf(VERSIONS)
  if (http === undefined || !read.has(CLIENT)) return null
  const client = read.has(NULL) ? null : read.textOf(IN_TEXT)
  if (client === undefined || !read.has(PROTOCOL)) return null
  const protocol = read.oneOf(PROTOCOLS)
  if (protocol === undefined || !read.has(TIMEOUT)) return null
  const timeoutMs = read.wholeOrNull()
  if (timeoutMs === undefined || !read.has(HEADERS) || !read.isPrintable()) return null
  const fields = read.fields(joinField)
  const end = fields === null ? null : read.end()
  if (fields === null || end === null) return null
  const headers = Object.freeze(fields)
  const { context, body } = end
  const value = { mount, http, client, protocol, timeoutMs, headers, context }
  if (isOpen(value) && isTold(body)) read.keep(REQUESTS, at, { value, body })
  return { value, body }
}

function requestOf(method: string, path: string, query: string | null, end: RequestEnd): RequestValue {
  const { mount, http, client, protocol, timeoutMs, headers, context } = end
  const upgrade = null
  // Member by member, in this order: one shape for all.
  // biome-ignore format: a line for each would hide that nothing is done here
  return {
    method, path, query, mount, http, client, protocol, upgrade, timeoutMs, headers, context, body: null,
  }
}

function readResponse(read: PlainReader): { value: ResponseHead; body: BodyMember } | null {
  const status = read.wholeOrNull()
  if (status === undefined || status === null || !isFinalStatus(status)) return null
  if (!read.has(CONTENT_TYPE) || !read.isPrintable()) return null
  const contentType = read.fieldValueOrNull()
  if (contentType === undefined || !read.has(HEADERS)) return null
  const headers = responseFields(read)
  if (headers === undefined) return null
  const trailers = read.has(NO_TRAILERS) ? null : read.has(TRAILERS) ? responseFields(read) : undefined
  const end = trailers === undefined ? null : read.end()
  if (trailers === undefined || end === null) return null
  const { context, body } = end
  return { value: { status, contentType, headers, trailers, context }, body }
}

function responseOf({ status, contentType, headers, trailers, context }: ResponseHead): ResponseValue {
  return { status, contentType, headers, trailers, context, body: null }
}

/** True where no time that reading takes could tell of secrets: what is carried, and credentials, are not kept. */
function isOpen({ context, headers }: Pick<RequestEnd | ResponseHead, 'context' | 'headers'>): boolean {
  return context === NO_CONTEXT && SECRET.every((name) => headers[name] === undefined)
}

function isTold(body: BodyMember): body is number | null {
  return body === null || typeof body === 'number'
}

function responseFields(read: PlainReader): ResponseHeaders | undefined {
  const fields = read.fields(addResponseField)
  return fields === null ? undefined : frozenFields(fields)
}
