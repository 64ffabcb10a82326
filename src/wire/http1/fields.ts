/**
 * The field section of a request, as a whole: what the app sees of it, and what it tells the engine.
 *
 * RFC 9110 sections 5 to 7 and 10.1, RFC 9112 sections 3.2, 6 and 9; contract clauses 6 to 9.
 *
 * @module
 */
import type { RequestHeaders } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import { commaList, emptyFields, joinField } from '../../value/headers.ts'
import { KNOWN_FIELDS } from '../../value/known-fields.ts'
import { checkHost } from '../../value/target.ts'
import { connectionOf } from './connection-field.ts'
import { readFieldLines } from './field-lines.ts'
import { bodyLength } from './framing.ts'

/** Never changed, and the same for the same octets: a connection may use it again. */
export interface RequestFields {
  /** End-to-end fields, with `host` where the request names one. */
  readonly headers: RequestHeaders
  /** Octets of the body: 0 without one, null when chunked. */
  readonly length: number | null
  /** True when the client may send another request behind this one (RFC 9112 9.3). */
  readonly persists: boolean
  /** True when the client waits for 100 (Continue) before it sends the body. */
  readonly expects: boolean
  /** Protocols that the client would switch to; null for none. */
  readonly upgrade: readonly string[] | null
  /** True when the client takes trailer fields (RFC 9110 10.1.4). */
  readonly takesTrailers: boolean
}

/** Field lines put together by name, and not yet understood. */
export interface FieldSection {
  /** End to end, and what the connection nominates. */
  readonly fields: Record<string, string>
  /** Those of the connection alone. */
  readonly hops: Readonly<Record<string, string>>
}

/**
 * Puts together the lines between `at` and `end`.
 *
 *   limit  how many lines
 *   Fault  head_faulty, field_faulty, fields_too_many
 */
export function collectFields(text: string, at: number, end: number, limit: number): FieldSection {
  const fields = emptyFields()
  const hops = emptyFields()
  let count = 0
  readFieldLines(text, at, end, (name, value) => {
    if (++count > limit) throw new Fault('fields_too_many', { limit })
    let known = KNOWN_FIELDS.get(name)
    if (known === undefined) {
      const key = name.toLowerCase()
      known = KNOWN_FIELDS.get(key)
      if (known === undefined) return joinField(fields, key, value)
    }
    const before = known.hop ? hops[known.name] : undefined
    // Empty lines too: one more transfer-encoding is one more, whatever it holds.
    if (known.hop) hops[known.name] = before === undefined ? value : `${before}, ${value}`
    else if (fields[known.name] === undefined) fields[known.name] = value
    else joinField(fields, known.name, value)
  })
  return { fields, hops }
}

/**
 * Understands a whole section.
 *
 *   Fault  field_faulty, host_faulty, framing_faulty, length_invalid, coding_unsupported,
 *          expectation_unmet
 */
export function requestFields({ fields, hops }: FieldSection, http: '1.0' | '1.1'): RequestFields {
  const { upgrade, te } = hops
  const connection = connectionOf(hops['connection'])
  const length = bodyLength(http, hops['transfer-encoding'], fields['content-length'])
  const expects = expectsContinue(fields['expect'], http)
  for (const name of connection.nominated) if (fields[name] !== undefined) delete fields[name]
  checkAuthority(fields['host'], http)
  return {
    headers: Object.freeze(fields),
    length,
    persists: !connection.close && (http === '1.1' || connection.keepAlive),
    expects: expects && length !== 0,
    upgrade: upgrade === undefined || !connection.upgrade ? null : offered(upgrade, http, length),
    takesTrailers: http === '1.1' && te !== undefined && lists(te, 'trailers'),
  }
}

// HTTP/1.0 has no expectations (RFC 9110 10.1.1).
function expectsContinue(expect: string | undefined, http: '1.0' | '1.1'): boolean {
  if (expect === undefined || http === '1.0') return false
  if (!/^100-continue$/i.test(expect)) throw new Fault('expectation_unmet', { expect })
  return true
}

// HTTP/1.0 may have none; HTTP/1.1 has one, which may be empty (RFC 9112 3.2).
function checkAuthority(host: string | undefined, http: '1.0' | '1.1'): void {
  if (host === undefined) {
    if (http === '1.1') throw new Fault('host_faulty', { reason: 'HTTP/1.1 asks for one' })
  } else if (host !== '') checkHost(host)
}

// A body would stand between the two protocols, HTTP/1.0 cannot switch (RFC 9110 7.8), and h2c is no
// longer offered that way, but by Java's client with every request (RFC 9113 3.1).
function offered(upgrade: string, http: '1.0' | '1.1', length: number | null): readonly string[] | null {
  if (http === '1.0' || length !== 0) return null
  const protocols = commaList(upgrade)
  return protocols.some((protocol) => !/^h2c$/i.test(protocol)) ? Object.freeze(protocols) : null
}

function lists(field: string, member: string): boolean {
  return commaList(field).some((one) => one.toLowerCase() === member)
}
