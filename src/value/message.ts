/**
 * Requests and responses as plain values: they survive `structuredClone`, files, queues and other
 * processes. Contract clauses 27, 28 and 32.
 *
 * @module
 */
import type { RequestHeaders, ResponseHeaders } from '../contract.ts'
import { Fault } from '../fault.ts'
import type { Json } from './data.ts'
import { headersFrom, isToken, NO_FIELDS } from './headers.ts'
import { checkHost, requestTarget } from './target.ts'
import { utf8Bytes, utf8Text } from './utf8.ts'

/** Context values that travel, by the names of their carried keys (17). */
export type Carried = { readonly [name: string]: Json }

export interface RequestValue {
  readonly method: string
  readonly path: string
  readonly query: string | null
  readonly mount: string
  readonly http: '1.0' | '1.1' | '2' | null
  readonly client: string | null
  readonly protocol: 'http' | 'https'
  readonly upgrade: readonly string[] | null
  /** How long the caller would still wait when this was written, in milliseconds. */
  readonly timeoutMs: number | null
  readonly headers: RequestHeaders
  readonly context: Carried
  /** Null without a body, which is not an empty one (32). */
  readonly body: Uint8Array | null
}

export interface ResponseValue {
  readonly status: number
  readonly contentType: string | null
  readonly headers: ResponseHeaders
  readonly trailers: ResponseHeaders | null
  readonly context: Carried
  readonly body: Uint8Array | null
}

/** What `request` may be told besides method and target. */
export interface RequestParts
  extends Partial<Omit<RequestValue, 'method' | 'path' | 'query' | 'headers' | 'body'>> {
  readonly headers?: { readonly [name: string]: string }
  readonly body?: string | Uint8Array | null
  /** Data sent as JSON; gives `body` and `content-type`. */
  readonly json?: Json
}

/**
 * Writes a request value: `request('POST', '/cards?from=anna', { json: { text: 'hi' } })`.
 *
 *   in     method, and a target as on a request line
 *   Fault  method_faulty, target_faulty, host_faulty, field_faulty
 */
export function request(method: string, target: string, parts: RequestParts = {}): RequestValue {
  if (!isToken(method) || method !== method.toUpperCase()) throw new Fault('method_faulty', { method })
  const { path, query, authority } = requestTarget(method, target)
  const lines: [string, string][] = Object.entries(parts.headers ?? {})
  const has = (field: string): boolean => lines.some(([name]) => name.toLowerCase() === field)
  if (!has('host')) lines.unshift(['host', authority ?? 'localhost'])
  if (parts.json !== undefined && !has('content-type')) lines.push(['content-type', 'application/json'])
  const headers = headersFrom(lines)
  checkHost(headers['host']!)
  const body = parts.json === undefined ? (parts.body ?? null) : JSON.stringify(parts.json)
  return {
    method,
    path,
    query,
    mount: parts.mount ?? '',
    http: parts.http ?? null,
    client: parts.client ?? null,
    protocol: parts.protocol ?? 'http',
    upgrade: parts.upgrade ?? null,
    timeoutMs: parts.timeoutMs ?? null,
    headers,
    context: parts.context ?? {},
    body: typeof body === 'string' ? utf8Bytes(body) : body,
  }
}

/** The body as text, or null without one. Fault: body_malformed when it is not UTF-8. */
export function bodyText(value: { readonly body: Uint8Array | null }): string | null {
  if (value.body === null) return null
  const text = utf8Text(value.body)
  if (text === null) throw new Fault('body_malformed', { reason: 'it is not UTF-8' })
  return text
}

/** The body as JSON data. Fault: body_malformed when it is none. */
export function bodyJson(value: { readonly body: Uint8Array | null }): unknown {
  try {
    return JSON.parse(bodyText(value) ?? '')
  } catch (error) {
    throw new Fault('body_malformed', { reason: 'it is not JSON' }, error)
  }
}

/** Restores what structured clone and JSON lose: null prototypes and freezing (28). */
export function revive<V extends RequestValue | ResponseValue>(value: V): V {
  const frozen = (fields: object): object => {
    const own = Object.assign(Object.create(null) as object, fields)
    for (const member of Object.values(own) as unknown[]) if (Array.isArray(member)) Object.freeze(member)
    return Object.freeze(own)
  }
  const revived: Record<string, unknown> = { ...value }
  revived['headers'] = Object.keys(value.headers).length === 0 ? NO_FIELDS : frozen(value.headers)
  if ('trailers' in value && value.trailers !== null) revived['trailers'] = frozen(value.trailers)
  revived['context'] = frozen(value.context)
  return revived as unknown as V
}

/** Equality by own keys and values; prototypes and member order do not count (28). */
export function sameValue(a: RequestValue | ResponseValue, b: RequestValue | ResponseValue): boolean {
  return sameMember(a, b)
}

function sameMember(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof Uint8Array || b instanceof Uint8Array) return sameBytes(a, b)
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const names = Object.keys(a)
  if (names.length !== Object.keys(b).length) return false
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>]
  return names.every((name) => Object.hasOwn(right, name) && sameMember(left[name], right[name]))
}

function sameBytes(a: object, b: object): boolean {
  if (!(a instanceof Uint8Array && b instanceof Uint8Array) || a.byteLength !== b.byteLength) return false
  return a.every((byte, at) => byte === b[at])
}
