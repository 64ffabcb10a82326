/**
 * What a parser makes of octets, in the terms that all of them have; and ours in those terms.
 *
 * @module
 */
import type { RequestHead } from '../../src/wire/http1/request-reader.ts'
import { readRequests } from '../fuzz/read-requests.ts'

export interface ParsedRequest {
  readonly method: string
  /** As it stands in the request line. */
  readonly target: string
  readonly http: string
  /** Field lines in their order. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** Octets as code units. */
  readonly body: string
  readonly trailers: readonly (readonly [name: string, value: string])[]
  /** True when no other request may follow on the connection. */
  readonly last: boolean
}

export interface Parsed {
  /** Whole ones. */
  readonly requests: readonly ParsedRequest[]
  /** Why what follows them is refused, in the parser's words; null when it is not. */
  readonly refusal: string | null
  /** True when more has to come before anything can be said of it. */
  readonly waits: boolean
}

/** A request in the terms of ours: what another parser read, understood as the contract has it. */
export interface Understood {
  readonly method: string
  readonly path: string
  readonly query: string | null
  readonly http: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly trailers: Readonly<Record<string, string>> | null
}

export interface Ours {
  readonly requests: readonly Understood[]
  /** The fault's code and what it says. */
  readonly refusal: { readonly code: string; readonly detail: unknown } | null
  readonly waits: boolean
  /** Where each request begins, and what is refused or waited for behind them. */
  readonly begins: readonly number[]
}

/** Behind these a server of ours reads no other request of the connection. */
function isLast({ fields, method }: RequestHead): boolean {
  return !fields.persists || fields.upgrade !== null || method === 'CONNECT'
}

export function parseByOurs(octets: Uint8Array): Ours {
  const begins: number[] = []
  const { requests, open, fault, rest } = readRequests([octets], { isLast, begins: (at) => begins.push(at) })
  return {
    requests: requests.map(({ head, body, trailers }) => ({
      method: head.method,
      path: head.path,
      query: head.query,
      http: head.http,
      headers: { ...head.headers },
      body,
      trailers: trailers === null ? null : { ...trailers },
    })),
    refusal: fault,
    waits: fault === null && (open !== null || (rest !== '' && !requests.some(({ head }) => isLast(head)))),
    begins,
  }
}

const HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
])
/** RFC 9110 6.5.1: what a trailer may not be. */
const HEAD_ALONE = new Set([
  ...HOP,
  ...'content-length content-type content-encoding content-range trailer host'.split(' '),
  ...'authorization set-cookie cache-control expires age date location vary retry-after'.split(' '),
  ...'www-authenticate proxy-authenticate proxy-authorization max-forwards'.split(' '),
])

/** Understands what another parser read by the contract's clauses 5 to 9, written anew here. */
export function understand({ method, target, http, fields, body, trailers }: ParsedRequest): Understood {
  const all = joined(fields)
  const nominated = (all['connection'] ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.replaceAll(/^[ \t]+|[ \t]+$/g, ''))
  const kept = Object.entries(all).filter(([name]) => !HOP.has(name) && !nominated.includes(name))
  const [, authority = null, behind = target] = /^https?:\/\/([^/?]*)(.*)$/i.exec(target) ?? []
  const mark = method === 'CONNECT' ? -1 : behind.indexOf('?')
  const path = mark < 0 ? behind : behind.slice(0, mark)
  const host = method === 'CONNECT' ? target : (authority ?? all['host'] ?? '')
  return {
    method,
    path: path === '' ? (method === 'OPTIONS' && mark < 0 ? '*' : '/') : path,
    query: mark < 0 ? null : behind.slice(mark + 1),
    // A minor version that nobody knows is the highest that we know (RFC 9110 2.5).
    http: http === '1.0' ? '1.0' : '1.1',
    headers: { ...Object.fromEntries(kept), host: host === '' ? 'here.example:80' : host },
    body,
    trailers:
      trailers.length === 0 ? null : joined(trailers.filter(([name]) => !HEAD_ALONE.has(name.toLowerCase()))),
  }
}

function joined(lines: ParsedRequest['fields']): Record<string, string> {
  const fields = new Map<string, string>()
  for (const [given, value] of lines) {
    const name = given.toLowerCase()
    const text = value.replaceAll(/^[ \t]+|[ \t]+$/g, '')
    const before = fields.get(name)
    // An empty member of a list is none.
    if (before === undefined || before === '') fields.set(name, text)
    else if (text !== '') fields.set(name, before + (name === 'cookie' ? '; ' : ', ') + text)
  }
  return Object.fromEntries(fields)
}
