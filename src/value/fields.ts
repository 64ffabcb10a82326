/**
 * Response fields: what an app may set, and what is the gateway's. Contract clauses 7, 18, 21, 22.
 *
 * @module
 */
import type { ResponseHeaders } from '../contract.ts'
import { CONNECTION_FIELDS, isFieldName, isFieldValue } from './headers.ts'

/** Trailers may not change framing, routing or the meaning of the head (RFC 9110 6.5.1). */
const NOT_IN_TRAILERS: ReadonlySet<string> = new Set([
  ...CONNECTION_FIELDS,
  'content-length',
  'content-type',
  'content-encoding',
  'content-range',
  'trailer',
  'host',
  'authorization',
  'set-cookie',
  'cache-control',
  'expires',
  'age',
  'date',
  'location',
  'vary',
  'retry-after',
  'www-authenticate',
  'proxy-authenticate',
  'proxy-authorization',
  'max-forwards',
])

/** Fields that a response holds once (RFC 9110 5.3): Node's HTTP/2 throws on a repeat. */
const ONCE: ReadonlySet<string> = new Set([
  'age',
  'content-location',
  'content-range',
  'date',
  'etag',
  'expires',
  'last-modified',
  'location',
  'retry-after',
])

/** True for what says where a message or a connection ends: that is the gateway's alone (22). */
export function isFraming(name: string): boolean {
  return name === 'content-length' || name === 'trailer' || CONNECTION_FIELDS.has(name)
}

/** Says what is wrong with fields that are told before an answer, or null (18). */
export function hintFlaw(fields: ResponseHeaders): string | null {
  for (const name of Object.keys(fields)) {
    const flaw = isFraming(name) ? `field ${name} is the gateway's` : fieldFlaw(name, fields[name])
    if (flaw !== null) return flaw
  }
  return null
}

/** Says what is wrong with one field of a response, or null. */
export function fieldFlaw(name: string, value: unknown): string | null {
  if (!isFieldName(name)) return `${JSON.stringify(name)} is no lower-case field name`
  if (typeof value === 'string') return valueFlaw(name, value)
  if (!Array.isArray(value)) return `field ${name} is neither a string nor an array of strings`
  if (value.length > 1 && ONCE.has(name)) return `field ${name} may be sent once`
  for (const one of value as unknown[]) {
    const flaw = typeof one === 'string' ? valueFlaw(name, one) : `field ${name} holds what is no string`
    if (flaw !== null) return flaw
  }
  return null
}

/** True for a field that may stand behind the body, by its lower-case name. */
export function isTrailer(name: string): boolean {
  return !NOT_IN_TRAILERS.has(name)
}

/** Says what is wrong with trailer fields, or null. */
export function trailerFlaw(fields: ResponseHeaders): string | null {
  for (const name of Object.keys(fields)) {
    if (!isTrailer(name)) return `${name} may not be a trailer`
    const flaw = fieldFlaw(name, fields[name])
    if (flaw !== null) return flaw
  }
  return null
}

/** Fields as flat pairs, arrays spread out. */
export function flatFields(fields: ResponseHeaders): string[] {
  const flat: string[] = []
  for (const name of Object.keys(fields)) {
    const value = fields[name]!
    if (typeof value === 'string') flat.push(name, value)
    else for (const one of value) flat.push(name, one)
  }
  return flat
}

function valueFlaw(name: string, value: string): string | null {
  return isFieldValue(value)
    ? null
    : `field ${name} holds an octet that no field may hold, or a blank at its end`
}
