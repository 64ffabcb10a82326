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
import { isRecord } from './data.ts'
import { isFinalStatus, isMethod, isMount, isPathOf, isQuery } from './head-grammar.ts'
import { type BodyMember, HeadReader } from './head-reader.ts'
import { emptyFields, headersFrom, isFieldValue } from './headers.ts'
import { KNOWN_FIELDS } from './known-fields.ts'
import type { Carried, RequestValue, ResponseValue } from './message.ts'

export type { BodyMember } from './head-reader.ts'

export type RequestHead = Omit<RequestValue, 'body'>
export type ResponseHead = Omit<ResponseValue, 'body'>

const VERSION = 1

/** Writes the head's JSON text. Fault: value_faulty for a number or a text that cannot be written. */
export function writeHead(value: RequestHead | ResponseHead, body: BodyMember): string {
  return headText(value, body, quoted)
}

/**
 * As `writeHead`, in half the time; and right only if all of it is printable ASCII, which its reader has
 * to look at: controls and lone surrogates stand in it as they are.
 */
export function draftHead(value: RequestHead | ResponseHead, body: BodyMember): string {
  return headText(value, body, drafted)
}

type Quote = (text: string) => string

function quoted(text: string): string {
  if (!text.isWellFormed()) throw unwritable('a lone surrogate is no text')
  return JSON.stringify(text)
}

function drafted(text: string): string {
  // Each is one native search; together they cost a fraction of what JSON.stringify does.
  return text.indexOf('"') < 0 && text.indexOf('\\') < 0 ? `"${text}"` : JSON.stringify(text)
}

function headText(value: RequestHead | ResponseHead, body: BodyMember, quote: Quote): string {
  const context = isNothing(value.context) ? '{}' : writeCarried(value.context, 'packed')
  const bodyText = typeof body === 'number' ? String(body) : JSON.stringify(body)
  const headers = pairs(value.headers, quote)
  if ('method' in value) {
    const { method, path, query, mount, http, client, protocol, upgrade } = value
    return (
      `{"v":${VERSION},"kind":"request","method":${quote(method)},"path":${quote(path)}` +
      `,"query":${orNull(query, quote)},"mount":${quote(mount)},"http":${orNull(http, quote)}` +
      `,"client":${orNull(client, quote)},"protocol":${quote(protocol)}` +
      `,"upgrade":${upgrade === null ? 'null' : JSON.stringify(upgrade)},"timeoutMs":${writeWhole(value.timeoutMs, 'packed')}` +
      `,"headers":${headers},"context":${context},"body":${bodyText}}`
    )
  }
  const trailers = value.trailers === null ? 'null' : pairs(value.trailers, quote)
  return (
    `{"v":${VERSION},"kind":"response","status":${writeWhole(value.status, 'packed')},"contentType":${orNull(value.contentType, quote)}` +
    `,"headers":${headers},"trailers":${trailers},"context":${context},"body":${bodyText}}`
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
  if (!isMethod(method)) read.refuse('method', 'is no upper-case token')
  const path = read.text('path')
  if (!isPathOf(method, path)) read.refuse('path', 'is no path')
  const query = read.textOrNull('query')
  if (query !== null && !isQuery(query)) read.refuse('query', 'is no query')
  const mount = read.text('mount')
  if (!isMount(mount)) read.refuse('mount', 'is no path prefix')
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

function readResponse(read: HeadReader): ResponseHead {
  const status = read.wholeOrNull('status')
  if (status === null || !isFinalStatus(status)) read.refuse('status', 'is no final status')
  const contentType = read.textOrNull('contentType')
  if (contentType !== null && !isFieldValue(contentType)) read.refuse('contentType', 'is no field value')
  return {
    status: status as number,
    contentType,
    headers: responseHeaders(read.pairs('headers')),
    trailers: read.member('trailers') === null ? null : responseHeaders(read.pairs('trailers')),
    context: read.context(),
  }
}

/** Response headers of flat pairs: a name that comes again becomes an array. */
export function responseHeaders(lines: readonly (readonly [string, string])[]): ResponseHeaders {
  const fields = emptyFields()
  for (const [name, value] of lines) {
    if (fields[name] === undefined) fields[name] = value
    else addResponseField(fields, name, value)
  }
  return frozenFields(fields)
}

/** Adds to a field that is there already. */
export function addResponseField(
  fields: Record<string, string | string[]>,
  name: string,
  value: string,
): void {
  const before = fields[name]!
  if (typeof before === 'string') fields[name] = [before, value]
  else before.push(value)
}

/** Freezes response headers in the making. */
export function frozenFields(fields: Record<string, string | string[]>): ResponseHeaders {
  for (const name of Object.keys(fields)) {
    const value = fields[name]
    if (typeof value !== 'string') Object.freeze(value)
  }
  return Object.freeze(fields)
}

function orNull(text: string | null, quote: Quote): string {
  return text === null ? 'null' : quote(text)
}

/** A number as every head says it: whole, and not less than 0. Fault: value_faulty for what is none. */
export function writeWhole(value: number | null, form: string): string {
  if (value === null) return 'null'
  const rounded = Math.max(0, Math.round(value))
  if (Number.isSafeInteger(rounded)) return String(rounded)
  throw new Fault('value_faulty', { form, reason: `${value} is no number that all would read alike` })
}

function unwritable(reason: string): Fault {
  return new Fault('value_faulty', { form: 'packed', reason })
}

function isNothing(context: Carried): boolean {
  return isRecord(context) && Object.keys(context).length === 0
}

const FRONTS: ReadonlyMap<string, string> = new Map(
  [...KNOWN_FIELDS.values()].map(({ name }) => [name, `"${name}",`]),
)

function pairs(headers: RequestHeaders | ResponseHeaders, quote: Quote): string {
  let text = '['
  for (const name of Object.keys(headers)) {
    const value = headers[name]!
    const front = FRONTS.get(name) ?? `${quote(name)},`
    if (typeof value === 'string') text += `${text.length > 1 ? ',' : ''}${front}${quote(value)}`
    else for (const one of value) text += `${text.length > 1 ? ',' : ''}${front}${quote(one)}`
  }
  return `${text}]`
}
