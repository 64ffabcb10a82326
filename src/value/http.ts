/**
 * The http form: one whole HTTP/1.1 message, for other tools: netcat, `curl --raw`, files.
 *
 * It holds what HTTP carries of a value (`httpPart`), in one framing: the length, or chunks where
 * trailers follow. It is read again by `wire/http1/message.ts`. RFC 9112, contract clause 31; vectors in
 * `spec/vectors/http.json`.
 *
 * @module
 */
import type { RequestHeaders, ResponseHeaders } from '../contract.ts'
import { Fault } from '../fault.ts'
import { flatFields } from './fields.ts'
import { hasNoBody, httpPart } from './http-part.ts'
import type { RequestValue, ResponseValue } from './message.ts'
import { reasonPhrase } from './status.ts'

/** What request or status line and fields may take, in octets: as much as a packed head. */
export const MAX_HTTP_HEAD: number = 64 * 1024

/**
 * Writes one message.
 *
 *   in     a value; for a response, the method that it answers
 *   Fault  value_faulty, field_faulty: what no HTTP/1.1 message may hold, or a head over 64 KiB
 */
export function encodeHttp(value: RequestValue | ResponseValue, method: string = 'GET'): Uint8Array {
  const part = httpPart(value, method)
  if ('method' in part) return message(requestHead(part), part.body, null)
  return message(responseHead(part, method), part.body, part.trailers)
}

function requestHead({ method, path, query, http, headers, upgrade }: RequestValue): string {
  const target = query === null ? path : `${path}?${query}`
  const switching = upgrade === null ? '' : `connection: upgrade\r\nupgrade: ${upgrade.join(', ')}\r\n`
  return `${method} ${target} HTTP/${http}\r\n${lines(headers)}${switching}`
}

function responseHead(
  { status, contentType, headers, trailers, body }: ResponseValue,
  method: string,
): string {
  const type = contentType === null ? '' : `content-type: ${contentType}\r\n`
  const switching = headers['upgrade'] === undefined ? '' : 'connection: upgrade\r\n'
  const framing = hasNoBody(status, method)
    ? ''
    : trailers === null
      ? `content-length: ${body?.byteLength ?? 0}\r\n`
      : 'transfer-encoding: chunked\r\n'
  return `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n${type}${lines(headers)}${switching}${framing}`
}

function message(head: string, body: Uint8Array | null, trailers: ResponseHeaders | null): Uint8Array {
  if (head.length > MAX_HTTP_HEAD) throw tooLarge('its head')
  let front = `${head}\r\n`
  let end = ''
  if (trailers !== null) {
    const section = lines(trailers)
    if (section.length > MAX_HTTP_HEAD) throw tooLarge('its trailer section')
    if (body !== null) front += `${body.byteLength.toString(16)}\r\n`
    end = `${body === null ? '' : '\r\n'}0\r\n${section}\r\n`
  }
  const size = body?.byteLength ?? 0
  const octets = new Uint8Array(front.length + size + end.length)
  put(octets, 0, front)
  if (body !== null) octets.set(body, front.length)
  put(octets, front.length + size, end)
  return octets
}

function lines(fields: RequestHeaders | ResponseHeaders): string {
  const flat = flatFields(fields)
  let text = ''
  for (let at = 0; at < flat.length; at += 2) text += `${flat[at]!}: ${flat[at + 1]!}\r\n`
  return text
}

/** One octet for each code unit: all were checked to be no more than that (7). */
function put(octets: Uint8Array, at: number, text: string): void {
  for (let index = 0; index < text.length; index++) octets[at + index] = text.charCodeAt(index)
}

function tooLarge(what: string): Fault {
  return new Fault('value_faulty', { form: 'http', reason: `${what} is over ${MAX_HTTP_HEAD} bytes` })
}
