/**
 * Request targets in their four forms, and the effective authority.
 *
 * RFC 9112 section 3.2, RFC 9110 section 7.1, contract clauses 2, 5 and 9.
 *
 * @module
 */
import { Fault } from '../fault.ts'

export interface Target {
  readonly path: string
  readonly query: string | null
  /** What an absolute-form target or CONNECT names, or null: then `host` holds. */
  readonly authority: string | null
}

// Visible ASCII but "#": a fragment is never sent (RFC 9112 3.2).
const TARGET = /^[!"$-~]+$/
const ABSOLUTE = /^https?:\/\/([^/?]*)([^?]*)(?:\?(.*))?$/i
// A registered name, an IPv4 address or an IP literal in brackets, and perhaps a port.
const HOST = /^(?:\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z!$&'()*+,;=\-._~%]+)(?::[0-9]{0,5})?$/

/**
 * Splits a request target.
 *
 *   Fault  target_faulty: a form that the method may not use, or a character no target may hold;
 *          host_faulty: an authority that is no host
 */
export function requestTarget(method: string, target: string): Target {
  if (!TARGET.test(target)) throw refused('it holds a character that must be encoded')
  if (method === 'CONNECT') {
    checkHost(target)
    if (!/:[0-9]+$/.test(target)) throw refused('CONNECT takes host and port')
    return { path: target, query: null, authority: target }
  }
  if (target.charCodeAt(0) === 0x2f) return splitQuery(target)
  if (target === '*') {
    if (method !== 'OPTIONS') throw refused('"*" is for OPTIONS')
    return { path: '*', query: null, authority: null }
  }
  const absolute = ABSOLUTE.exec(target)
  if (absolute === null) throw refused('it begins with neither "/" nor "http://"')
  const [, authority = '', path = '', query] = absolute
  checkHost(authority)
  const bare = path === '' && query === undefined
  return { path: path || (bare && method === 'OPTIONS' ? '*' : '/'), query: query ?? null, authority }
}

/** True for a name or an address, with or without a port (RFC 9110 7.2). */
export function isHost(host: string): boolean {
  return HOST.test(host)
}

/** Checks a `host` field's value. Fault: host_faulty. */
export function checkHost(host: string): void {
  if (!isHost(host)) throw new Fault('host_faulty', { reason: 'it is neither a name nor an address' })
}

function splitQuery(target: string): Target {
  const mark = target.indexOf('?')
  return mark < 0
    ? { path: target, query: null, authority: null }
    : { path: target.slice(0, mark), query: target.slice(mark + 1), authority: null }
}

function refused(reason: string): Fault {
  return new Fault('target_faulty', { reason })
}
