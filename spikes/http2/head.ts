/**
 * The head of an HTTP/2 request in the contract's form. Clauses 1-9, RFC 9113 section 8.3.
 *
 * nghttp2 has refused already, by resetting the stream: pseudo-header fields that are missing, out
 * of place or there twice, capitals in names, fields of the connection (8.2.2).
 *
 * @module
 */
import type { Limits, RequestHeaders } from '../../src/contract.ts'
import { Fault } from '../../src/fault.ts'
import { endToEnd, headersFrom, isToken, withField } from '../../src/value/headers.ts'
import { checkHost, requestTarget, type Target } from '../../src/value/target.ts'

export interface Head {
  readonly method: string
  readonly path: string
  readonly query: string | null
  readonly headers: RequestHeaders
  readonly upgrade: readonly string[]
}

const NONE: readonly string[] = Object.freeze([])
const FIELD_OVERHEAD = 32 // octets that a field counts beyond its text (RFC 9113 6.5.2)

/** Reads flat pairs, `:method` and the like among them. Faults: those of the head, 400 to 431. */
export function readHead(raw: readonly string[], limits: Limits): Head {
  const pseudo = new Map<string, string>()
  const lines: [string, string][] = []
  for (let at = 0; at < raw.length; at += 2) {
    if (raw[at]!.startsWith(':')) pseudo.set(raw[at]!, raw[at + 1]!)
    else lines.push([raw[at]!, raw[at + 1]!])
  }
  const wire = pseudo.get(':method') ?? ''
  const protocol = pseudo.get(':protocol')
  checkSize(pseudo, lines, limits)
  if (!isToken(wire) || wire !== wire.toUpperCase()) throw new Fault('method_faulty', { method: wire })
  const target = targetOf(wire, pseudo)
  const headers = withAuthority(endToEnd(headersFrom(lines)), pseudo.get(':authority'))
  const { expect } = headers
  if (expect !== undefined && !/^100-continue$/i.test(expect))
    throw new Fault('expectation_unmet', { expect })
  return {
    // Extended CONNECT asks for what GET with `upgrade` asks for, and routes and guards alike.
    method: protocol === undefined ? wire : 'GET',
    path: target.path,
    query: target.query,
    headers,
    upgrade: protocol === undefined ? NONE : [protocol],
  }
}

function targetOf(wire: string, pseudo: ReadonlyMap<string, string>): Target {
  const path = pseudo.get(':path')
  if (path === undefined) return requestTarget(wire, pseudo.get(':authority') ?? '')
  // Never the absolute form, which `requestTarget` knows from HTTP/1.1.
  if (path !== '*' && !path.startsWith('/')) throw new Fault('target_faulty', { reason: 'it is no path' })
  return requestTarget(wire === 'CONNECT' ? 'GET' : wire, path)
}

function withAuthority(headers: RequestHeaders, authority: string | undefined): RequestHeaders {
  const host = headers['host']
  const effective = authority ?? host
  if (effective === undefined) throw new Fault('host_faulty', { reason: 'HTTP/2 asks for :authority' })
  checkHost(effective)
  if (host === undefined) return withField(headers, 'host', effective)
  if (host.toLowerCase() !== effective.toLowerCase()) {
    throw new Fault('host_faulty', { reason: 'it differs from :authority' })
  }
  return headers
}

function checkSize(
  pseudo: ReadonlyMap<string, string>,
  lines: readonly (readonly [string, string])[],
  { requestLine, head, fields }: Limits,
): void {
  if ((pseudo.get(':path') ?? '').length > requestLine) {
    throw new Fault('target_too_long', { limit: requestLine })
  }
  // A client may cut `cookie` into any number of crumbs (8.2.3), so they are one field here.
  const crumbs = lines.filter(([name]) => name === 'cookie').length
  if (lines.length - Math.max(0, crumbs - 1) > fields) throw new Fault('fields_too_many', { limit: fields })
  let octets = 0
  for (const [name, value] of lines) octets += name.length + value.length + FIELD_OVERHEAD
  if (octets > head) throw new Fault('head_too_large', { limit: head })
}
