/**
 * The head of a value as JSON data: what the packed form and the frames share.
 *
 * Members come in a fixed order, and nothing is taken on trust when reading: what a field or a
 * path may not hold on HTTP, it may not hold here. Contract clause 29.
 *
 * @module
 */
import type { RequestHeaders, ResponseHeaders } from '../contract.ts'
import { Fault } from '../fault.ts'
import { writeCarried } from './carried.ts'
import type { Json } from './data.ts'
import { isRecord } from './data.ts'
import { headersFrom, isFieldName, isFieldValue, isToken } from './headers.ts'
import type { Carried, RequestValue, ResponseValue } from './message.ts'
import { isHost } from './target.ts'

/** Bytes that follow at once, none, or a body still to come of known or unknown length. */
export type BodyMember = number | null | { readonly length: number | null }

export type RequestHead = Omit<RequestValue, 'body'>
export type ResponseHead = Omit<ResponseValue, 'body'>

const VERSION = 1

/** Writes the head's JSON text. Fault: value_faulty for a carried number that is not whole. */
export function writeHead(value: RequestHead | ResponseHead, body: BodyMember): string {
  const context = writeCarried(value.context, 'packed')
  const bodyText = JSON.stringify(body)
  if ('method' in value) {
    return (
      `{"v":${VERSION},"kind":"request","method":${text(value.method)},"path":${text(value.path)}` +
      `,"query":${text(value.query)},"mount":${text(value.mount)},"http":${text(value.http)}` +
      `,"client":${text(value.client)},"protocol":${text(value.protocol)}` +
      `,"upgrade":${JSON.stringify(value.upgrade)},"timeoutMs":${whole(value.timeoutMs)}` +
      `,"headers":${pairs(value.headers)},"context":${context},"body":${bodyText}}`
    )
  }
  return (
    `{"v":${VERSION},"kind":"response","status":${whole(value.status)},"contentType":${text(value.contentType)}` +
    `,"headers":${pairs(value.headers)},"trailers":${value.trailers === null ? 'null' : pairs(value.trailers)}` +
    `,"context":${context},"body":${bodyText}}`
  )
}

/** Checks head data and gives the value it stands for, without its body. Fault: value_faulty. */
export function readHead(
  data: unknown,
  form: string,
): { readonly value: RequestHead | ResponseHead; readonly body: BodyMember } {
  const read = new HeadReader(data, form)
  if (read.member('v') !== VERSION) read.refuse('v', `is not ${VERSION}`)
  const kind = read.oneOf('kind', ['request', 'response'] as const)
  const value = kind === 'request' ? readRequest(read) : readResponse(read)
  return { value, body: read.body() }
}

function readRequest(read: HeadReader): RequestHead {
  const method = read.text('method')
  if (!isToken(method) || method !== method.toUpperCase()) read.refuse('method', 'is no upper-case token')
  const path = read.text('path')
  if (!isPathOf(method, path)) read.refuse('path', 'is no path')
  const query = read.textOrNull('query')
  if (query !== null && !/^[!"$-~]*$/.test(query)) read.refuse('query', 'is no query')
  const mount = read.text('mount')
  if (mount !== '' && !/^\/[!"$->@-~]*$/.test(mount)) read.refuse('mount', 'is no path prefix')
  return {
    method,
    path,
    query,
    mount,
    http: read.oneOf('http', ['1.0', '1.1', '2', null] as const),
    client: read.textOrNull('client'),
    protocol: read.oneOf('protocol', ['http', 'https'] as const),
    upgrade: read.tokensOrNull('upgrade'),
    timeoutMs: read.wholeOrNull('timeoutMs'),
    headers: headersFrom(read.pairs('headers')),
    context: read.context(),
  }
}

// Clause 2: "/...", "*" for OPTIONS, the authority for CONNECT.
function isPathOf(method: string, path: string): boolean {
  if (path === '*') return method === 'OPTIONS'
  if (method === 'CONNECT') return isHost(path) && /:[0-9]+$/.test(path)
  return /^\/[!"$->@-~]*$/.test(path)
}

function readResponse(read: HeadReader): ResponseHead {
  const status = read.wholeOrNull('status')
  if (status === null || (status < 200 && status !== 101) || status > 599)
    read.refuse('status', 'is no final status')
  const contentType = read.textOrNull('contentType')
  if (contentType !== null && !isFieldValue(contentType)) read.refuse('contentType', 'is no field value')
  return {
    status: status!,
    contentType,
    headers: responseHeaders(read.pairs('headers')),
    trailers: read.member('trailers') === null ? null : responseHeaders(read.pairs('trailers')),
    context: read.context(),
  }
}

/** Response headers of flat pairs: a name that comes again becomes an array. */
export function responseHeaders(lines: readonly (readonly [string, string])[]): ResponseHeaders {
  const fields = Object.create(null) as Record<string, string | string[]>
  for (const [name, value] of lines) {
    const before = fields[name]
    if (before === undefined) fields[name] = value
    else if (typeof before === 'string') fields[name] = [before, value]
    else before.push(value)
  }
  for (const value of Object.values(fields)) if (typeof value !== 'string') Object.freeze(value)
  return Object.freeze(fields)
}

function text(value: string | null): string {
  return JSON.stringify(value)
}

function whole(value: number | null): string {
  return value === null ? 'null' : String(Math.max(0, Math.round(value)))
}

function pairs(headers: RequestHeaders | ResponseHeaders): string {
  const flat: string[] = []
  for (const name of Object.keys(headers)) {
    const value = headers[name]!
    if (typeof value === 'string') flat.push(name, value)
    else for (const one of value) flat.push(name, one)
  }
  return JSON.stringify(flat)
}

/** Reads named members, each checked, and refuses by name. */
class HeadReader {
  readonly #data: Record<string, unknown>
  readonly #form: string

  constructor(data: unknown, form: string) {
    this.#form = form
    this.#data = isRecord(data) ? data : this.refuse('head', 'is no object')
  }

  refuse(member: string, reason: string): never {
    throw new Fault('value_faulty', { form: this.#form, reason: `${member} ${reason}` })
  }

  member(name: string): unknown {
    return Object.hasOwn(this.#data, name) ? this.#data[name] : undefined
  }

  text(name: string): string {
    const value = this.member(name)
    return typeof value === 'string' ? value : this.refuse(name, 'is no string')
  }

  textOrNull(name: string): string | null {
    return this.member(name) === null ? null : this.text(name)
  }

  wholeOrNull(name: string): number | null {
    const value = this.member(name)
    if (value === null) return null
    return Number.isSafeInteger(value) && (value as number) >= 0
      ? (value as number)
      : this.refuse(name, 'is no whole number')
  }

  oneOf<const T>(name: string, values: readonly T[]): T {
    const value = this.member(name)
    return values.includes(value as T)
      ? (value as T)
      : this.refuse(name, `is none of ${JSON.stringify(values)}`)
  }

  tokensOrNull(name: string): readonly string[] | null {
    const value = this.member(name)
    if (value === null) return null
    if (Array.isArray(value) && value.every((one) => typeof one === 'string' && isFieldValue(one)))
      return value as string[]
    return this.refuse(name, 'is no list of protocols')
  }

  pairs(name: string): [string, string][] {
    const flat = this.member(name)
    if (!Array.isArray(flat) || flat.length % 2 === 1) return this.refuse(name, 'is no list of pairs')
    const lines: [string, string][] = []
    for (let at = 0; at < flat.length; at += 2) {
      const [field, value] = [flat[at] as unknown, flat[at + 1] as unknown]
      if (typeof field !== 'string' || !isFieldName(field)) return this.refuse(name, 'holds a faulty name')
      if (typeof value !== 'string' || !isFieldValue(value))
        return this.refuse(name, `holds a faulty value for ${field}`)
      lines.push([field, value])
    }
    return lines
  }

  context(): Carried {
    const value = this.member('context')
    if (!isRecord(value)) return this.refuse('context', 'is no object')
    writeCarried(value as Record<string, Json>, this.#form)
    return Object.freeze(Object.assign(Object.create(null) as object, value)) as Carried
  }

  body(): BodyMember {
    const value = this.member('body')
    if (value === null || (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0))
      return value
    if (isRecord(value)) {
      const length = value['length']
      if (length === null || (typeof length === 'number' && Number.isSafeInteger(length) && length >= 0))
        return { length }
    }
    return this.refuse('body', 'is neither null nor a length')
  }
}
