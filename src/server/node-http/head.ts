/**
 * The head of a request as `node:http` gives it, checked and in the contract's form. Clauses 1-9.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http'
import type { Limits, RequestHeaders, Server } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import { commaList, endToEnd, headersFrom, withField } from '../../value/headers.ts'
import { checkHost, requestTarget } from '../../value/target.ts'

export interface Head {
  readonly method: string
  readonly path: string
  readonly query: string | null
  readonly headers: RequestHeaders
  readonly http: '1.0' | '1.1'
  /** Protocols the client would switch to; empty when it asks for none. */
  readonly upgrade: readonly string[]
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
  if (httpVersion === '1.0' && all['transfer-encoding'] !== undefined) {
    throw new Fault('framing_faulty', { reason: 'an HTTP/1.0 peer knows no transfer coding' })
  }
  const { path, query, authority } = requestTarget(method, url)
  return {
    method,
    path,
    query,
    headers: withAuthority(endToEnd(all), authority, httpVersion, server),
    http: httpVersion,
    upgrade: upgradeOf(all, httpVersion),
    takesTrailers: commaList(all['te'] ?? '').some((coding) => /^trailers$/i.test(coding)),
  }
}

function* fieldLines(raw: readonly string[]): Generator<readonly [string, string]> {
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
  if (host === undefined || host === '') return withField(headers, 'host', `${server.name}:${server.port}`)
  return headers
}

function upgradeOf(headers: RequestHeaders, http: '1.0' | '1.1'): readonly string[] {
  if (http === '1.0' || headers['upgrade'] === undefined) return NONE
  const nominated = commaList(headers['connection'] ?? '').some((option) => /^upgrade$/i.test(option))
  return nominated ? commaList(headers['upgrade']) : NONE
}

const NONE: readonly string[] = Object.freeze([])
