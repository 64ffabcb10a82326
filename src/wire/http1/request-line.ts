/**
 * The request line. RFC 9112 section 3.
 *
 * @module
 */
import { Fault } from '../../fault.ts'
import { requestTarget } from '../../value/target.ts'

export interface RequestLine {
  readonly method: string
  readonly http: '1.0' | '1.1'
  readonly path: string
  readonly query: string | null
  /** What an absolute-form target or CONNECT names, or null: then `host` holds. */
  readonly authority: string | null
}

// Upper case alone: methods are case-sensitive, and "get" is not GET (RFC 9110 9.1).
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Z]+$/
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])
const VERSION = /^HTTP\/[0-9]\.[0-9]$/
const VERSION_LENGTH = 8

/**
 * Reads a request line without its CRLF: one SP between the parts, nothing at either end.
 *
 *   Fault  method_faulty, target_faulty, host_faulty (in the target), version_unsupported, and
 *          head_faulty for what is no request line at all
 */
export function readRequestLine(line: string): RequestLine {
  const end = line.length - VERSION_LENGTH
  const space = line.indexOf(' ')
  const version = line.slice(end)
  const known = version === 'HTTP/1.1'
  if (!known && !VERSION.test(version)) throw faulty('its first line does not end with an HTTP version')
  if (space < 1 || space > end - 3 || line.charCodeAt(end - 1) !== 0x20) {
    throw faulty('its first line is not method, target and version, with one space between')
  }
  const method = line.slice(0, space)
  if (!METHODS.has(method) && !METHOD.test(method)) throw new Fault('method_faulty', { method })
  const { path, query, authority } = requestTarget(method, line.slice(space + 1, end - 1))
  return { method, http: known ? '1.1' : minorOf(version), path, query, authority }
}

// A higher minor version is processed as the highest that we know (RFC 9110 2.5).
function minorOf(version: string): '1.0' | '1.1' {
  if (!version.startsWith('HTTP/1.')) throw new Fault('version_unsupported', { version: version.slice(5) })
  return version === 'HTTP/1.0' ? '1.0' : '1.1'
}

function faulty(reason: string): Fault {
  return new Fault('head_faulty', { reason })
}
