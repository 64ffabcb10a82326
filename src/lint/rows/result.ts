/**
 * The result, as the app gives it back. Clauses 7 and 20 to 24.
 *
 * @module
 */
import { type Body, type ResponseHeaders, type Result, STREAM, TAKEOVER } from '../../contract.ts'
import { fieldFlaw } from '../../value/fields.ts'
import { CONNECTION_FIELDS, isFieldName, isFieldValue } from '../../value/headers.ts'
import { isStream, isTakeover } from '../../value/result.ts'
import { kindOf, type Rows, unless } from '../row.ts'

export interface Answered {
  readonly method: string
  readonly result: Result
}

/** In an order in which each may rely on those before it. */
export const RESULT_ROWS: Rows<Answered> = [
  {
    section: '21',
    rule: 'A result is `[status, contentType, headers, body]`',
    check: ({ result }) => {
      const kind = unless(Array.isArray(result) && result.length === 4, result)
      return kind === null ? null : kind + instead(result)
    },
  },
  {
    section: '20',
    rule: 'The status is 200 to 599, or 101 with a takeover',
    check: ({ result: [status, , , body] }) => {
      const final = Number.isInteger(status) && status >= 200 && status <= 599
      return final || (status === 101 && isTakeover(body)) ? null : shown(status)
    },
  },
  {
    section: '21',
    rule: '`contentType` is null or a field value',
    check: ({ result: [, contentType] }) =>
      unless(
        contentType === null || (typeof contentType === 'string' && isFieldValue(contentType)),
        contentType,
      ),
  },
  {
    section: '21',
    rule: 'Headers are a plain object with names in lower case',
    check: ({ result: [, , headers] }) => {
      if (typeof headers !== 'object' || headers === null) return kindOf(headers)
      const prototype: unknown = Object.getPrototypeOf(headers)
      if (prototype !== null && prototype !== Object.prototype) return kindOf(headers)
      return faulty(headers, (name) => (isFieldName(name) ? null : JSON.stringify(name.slice(0, 80))))
    },
  },
  {
    section: '21',
    rule: 'Header values are strings or arrays of strings',
    check: ({ result: [, , headers] }) =>
      faulty(headers, (name, value) => (areStrings(value) ? null : `${name}: ${kindOf(value)}`)),
  },
  {
    section: '7',
    rule: 'In a response anything else is refused before it is encoded: a latin1 write of U+010A is a line feed',
    check: ({ result: [, , headers] }) => faulty(headers, fieldFlaw),
  },
  {
    section: '7',
    rule: 'Octets are never read by `TextDecoder("latin1")`: it is windows-1252',
    held: 'src/value/utf8.test.ts',
    by: 'no source decodes anything but UTF-8 with TextDecoder',
  },
  {
    section: '21',
    rule: '`content-type` is not among the headers: it has a place of its own',
    check: ({ result: [, , headers] }) => (Object.hasOwn(headers, 'content-type') ? 'it is' : null),
  },
  {
    section: '22',
    rule: '`content-length` may be set with a stream, on HEAD and on 304 only; otherwise it is computed',
    check: ({ method, result: [status, , headers, body] }) => {
      const length = headers['content-length']
      if (length === undefined) return null
      if (status === 204 || (!isStream(body) && method !== 'HEAD' && status !== 304)) return 'it elsewhere'
      return typeof length === 'string' && /^[0-9]{1,15}$/.test(length) ? null : kindOf(length)
    },
  },
  {
    section: '22',
    rule: 'Other framing and connection fields are the gateway’s',
    check: ({ result: [status, , headers] }) =>
      faulty(headers, (name) => (isGateways(name, status) ? name : null)),
  },
  {
    section: '23',
    rule: 'A body is a string, a `Uint8Array`, null, `stream(iterable)` or `takeover(fn)`: only what is branded streams',
    check: ({ result: [, , , body] }) => {
      const kind = unless(isBody(body), body)
      return kind === null ? null : kind + insteadOfBody(body)
    },
  },
  {
    section: '23',
    rule: 'A stream holds an iterable',
    check: ({ result: [, , , body] }) => {
      if (!isStream(body)) return null
      const chunks: unknown = body[STREAM]
      const iterable =
        typeof chunks === 'object' &&
        chunks !== null &&
        (Symbol.asyncIterator in chunks || Symbol.iterator in chunks)
      return unless(iterable, chunks)
    },
  },
  {
    section: '24',
    rule: 'A takeover is branded, and holds a function',
    check: ({ result: [, , , body] }) =>
      isTakeover(body) ? unless(typeof body[TAKEOVER] === 'function', body[TAKEOVER]) : null,
  },
  {
    section: '24',
    rule: 'The gateway writes the head of a takeover: 101; 200 for CONNECT and extended CONNECT',
    // Which of the two the app says does not matter: the gateway writes the one that fits.
    check: ({ result: [status, , , body] }) =>
      isTakeover(body) && status !== 101 && status !== 200 ? shown(status) : null,
  },
  {
    section: '24',
    rule: '2xx to CONNECT gives the connection away: only a takeover may have it',
    check: ({ method, result: [status, , , body] }) =>
      method === 'CONNECT' && status < 300 && !isTakeover(body) ? `${shown(status)} without one` : null,
  },
  {
    section: '20',
    rule: '204, 205 and 304 carry no body',
    check: ({ result: [status, , , body] }) =>
      [204, 205, 304].includes(status) && body !== null ? `${kindOf(body)} with ${status}` : null,
  },
  {
    section: '20',
    rule: 'The body of HEAD is not sent',
    held: 'src/call/outgoing.test.ts',
    by: 'the body of HEAD is not sent, and its length is that of GET',
  },
]

// An upgrade names the protocol it switches to, or asks for (RFC 9110 7.8, 15.5.22).
function isGateways(name: string, status: number): boolean {
  if (name === 'upgrade') return status !== 101 && status !== 426
  return name === 'trailer' || CONNECTION_FIELDS.has(name)
}

function isBody(body: Body): boolean {
  if (body === null || typeof body === 'string' || body instanceof Uint8Array) return true
  return isStream(body) || isTakeover(body)
}

function areStrings(value: unknown): boolean {
  return typeof value === 'string' || (Array.isArray(value) && value.every((one) => typeof one === 'string'))
}

function faulty(
  headers: ResponseHeaders,
  flaw: (name: string, value: unknown) => string | null,
): string | null {
  for (const name of Object.keys(headers)) {
    const found = flaw(name, headers[name])
    if (found !== null) return found
  }
  return null
}

function shown(status: unknown): string {
  return typeof status === 'number' ? String(status) : kindOf(status)
}

// What other frameworks take for an answer, and what makes one of it here.
function instead(result: unknown): string {
  if (typeof result === 'string') return '. Write text(...) or html(...)'
  if (result === undefined) return '. Return what is answered, [204, null, {}, null] for nothing'
  if (result instanceof Response) return '. Write text(...), json(...), html(...) or redirect(...)'
  return Array.isArray(result) ? '' : '. Write json(...)'
}

function insteadOfBody(body: unknown): string {
  if (typeof body !== 'object' || body === null) return ''
  const flows = Symbol.asyncIterator in body || body instanceof ReadableStream
  return flows ? '. Write stream(...)' : '. Write json(...)'
}
