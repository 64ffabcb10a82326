/**
 * The head of a request as `node:http` gives it, checked and in the contract's form. Clauses 1-9.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http'
import type { Limits, RequestHeaders, Server } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import { commaList, endToEnd, headersFrom, withField } from '../../value/headers.ts'
import { segments } from '../../value/path.ts'
import { checkHost, requestTarget } from '../../value/target.ts'
import { bodyLength } from '../../wire/http1/framing.ts'

export interface Head {
  readonly method: string
  readonly path: string
  readonly query: string | null
  readonly headers: RequestHeaders
  readonly http: '1.0' | '1.1'
  /** Bytes of the body: 0 without one, null when unknown. */
  readonly length: number | null
  /** True when the client sends no further request on this connection. */
  readonly closes: boolean
  /** True when the client takes trailer fields (RFC 9110 10.1.4). */
  readonly takesTrailers: boolean
}

/** Reads and checks one head. Faults: those of the head in `fault.ts`, 400 to 505. */
export function readHead(req: IncomingMessage, server: Server): Head {
  const { method = '', url = '', httpVersion } = req
  if (httpVersion !== '1.1' && httpVersion !== '1.0')
    throw new Fault('version_unsupported', { version: httpVersion })
  checkSize(req, server.limits)
  const all = headersFrom(fieldLines(req.rawHeaders))
  const length = bodyLength(httpVersion, all['transfer-encoding'], all['content-length'])
  checkExpectation(all['expect'], httpVersion)
  const { path, query, authority } = requestTarget(method, url)
  return {
    method,
    path,
    query,
    headers: withAuthority(endToEnd(all), authority, httpVersion, server),
    http: httpVersion,
    length,
    closes: lists(all['connection'], 'close'),
    takesTrailers: httpVersion === '1.1' && lists(all['te'], 'trailers'),
  }
}

/**
 * Where the listener is within a server that matched a prefix, cut it off and said so, as Express does: `req.baseUrl`, in
 * which clients have a hand. "" where there is none that the contract would take for a mount.
 */
export function mountOf(req: IncomingMessage): string {
  const { baseUrl } = req as { readonly baseUrl?: unknown }
  if (typeof baseUrl !== 'string' || !/^(?:\/[^/?#]+)+$/.test(baseUrl)) return ''
  try {
    segments(baseUrl)
    return requestTarget('GET', baseUrl).path
  } catch {
    return ''
  }
}

/** Node's flat list of names and values as pairs. */
export function* fieldLines(raw: readonly string[]): Generator<readonly [string, string]> {
  for (let at = 0; at < raw.length; at += 2) yield [raw[at]!, raw[at + 1]!]
}

// Node has parsed the head already, within the sum of the two limits; here each is held alone.
function checkSize({ method = '', url = '', rawHeaders }: IncomingMessage, limits: Limits): void {
  if (method.length + url.length + ' HTTP/1.1'.length + 1 > limits.requestLine) {
    throw new Fault('target_too_long', { limit: limits.requestLine })
  }
  if (rawHeaders.length / 2 > limits.fields) throw new Fault('fields_too_many', { limit: limits.fields })
  let octets = 0
  for (const part of rawHeaders) octets += part.length + 2 // ": " or CRLF
  if (octets > limits.head) throw new Fault('head_too_large', { limit: limits.head })
}

// An absolute target overrules the field (RFC 9112 3.2.2); HTTP/1.0 may have neither.
function withAuthority(
  headers: RequestHeaders,
  authority: string | null,
  http: string,
  server: Server,
): RequestHeaders {
  const host = headers['host']
  if (host !== undefined && host !== '') checkHost(host)
  else if (http === '1.1' && host === undefined)
    throw new Fault('host_faulty', { reason: 'HTTP/1.1 asks for one' })
  if (authority !== null && authority !== host) return withField(headers, 'host', authority)
  if (host === undefined || host === '') {
    const { name, port } = server
    return withField(headers, 'host', port === 0 ? name : `${name}:${port}`) // none on a unix socket
  }
  return headers
}

// HTTP/1.0 has no expectations (RFC 9110 10.1.1).
function checkExpectation(expect: string | undefined, http: string): void {
  if (expect === undefined || http === '1.0' || /^100-continue$/i.test(expect)) return
  throw new Fault('expectation_unmet', { expect })
}

function lists(field: string | undefined, member: string): boolean {
  return field !== undefined && commaList(field).some((one) => one.toLowerCase() === member)
}
