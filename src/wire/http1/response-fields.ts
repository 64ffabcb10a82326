/**
 * The field section of a response, as a whole: what is passed on of it, and how its body is framed.
 * RFC 9110 sections 5 to 8, RFC 9112 sections 6 and 9; contract clauses 8, 20 to 22.
 *
 * @module
 */
import type { ResponseHeaders } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import { fieldFlaw } from '../../value/fields.ts'
import { responseHeaders } from '../../value/head.ts'
import { commaList, emptyFields, joinField, nominatedFields } from '../../value/headers.ts'
import { hasNoBody, tellsLength } from '../../value/http-part.ts'
import { KNOWN_FIELDS } from '../../value/known-fields.ts'
import { readFieldLines } from './field-lines.ts'
import { bodyLength } from './framing.ts'
import type { StatusLine } from './status-line.ts'

export interface ResponseFields {
  readonly contentType: string | null
  /** End to end, without what frames the message. */
  readonly headers: ResponseHeaders
  /** Octets of the body, if there is one; null when it ends with the connection. */
  readonly length: number | 'chunked' | null
  /** True when the connection outlasts the response, if the framing lets it (RFC 9112 9.3). */
  readonly persists: boolean
  /** Protocols that are switched to, or asked for. */
  readonly upgrade: readonly string[]
  /** Seconds that the peer says it keeps an idle connection, or null. */
  readonly idleS: number | null
}

/** The field lines of one response, put together as they come and not yet understood. */
export class FieldSection {
  readonly #lines: (readonly [name: string, value: string])[] = []
  /** Those of the connection, those that frame, and the content type: each by its name. */
  readonly #apart = emptyFields()
  readonly #limit: number
  #count = 0

  /** `limit`: how many lines. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Takes whole lines. Faults: head_faulty, field_faulty, fields_too_many. */
  take(text: string, from: number, to: number): void {
    readFieldLines(text, from, to, (received, value) => {
      if (++this.#count > this.#limit) throw new Fault('fields_too_many', { limit: this.#limit })
      const name = received.toLowerCase()
      if (isApart(name)) joinField(this.#apart, name, value)
      else this.#lines.push([name, value])
    })
  }

  /**
   * Understands all of it.
   *
   *   method   of the request that is answered
   *   isTold0  true to let pass that a 204 has a length of 0: nobody reads a body there in any way, and
   *            old servers send it
   *   Fault    field_faulty, framing_faulty, length_invalid, coding_unsupported
   */
  understood({ status, http }: StatusLine, method: string, isTold0: boolean): ResponseFields {
    const { 'transfer-encoding': coding, 'content-length': told, connection, upgrade } = this.#apart
    const isInterim = status < 200 && status !== 101
    const length = bodyLength(http, coding, told)
    const isFramed = coding !== undefined || told !== undefined
    const isHarmless = isTold0 && status === 204 && told === '0'
    if (isFramed && !isHarmless && hasNoBody(status, method) && !tellsLength(status, method)) {
      // Framed, it would have a body for some of its readers (RFC 9110 8.6, RFC 9112 6.1).
      throw unframed(
        isInterim ? 'an interim response has no body' : `a response with status ${status} has no body here`,
      )
    }
    const nominated = nominatedFields(connection)
    const headers = this.#kept(nominated, tellsLength(status, method), status)
    return {
      contentType: this.#apart['content-type'] ?? null,
      headers,
      length: isFramed ? (length ?? 'chunked') : null,
      persists: !nominated.includes('close') && (http === '1.1' || nominated.includes('keep-alive')),
      upgrade: upgrade === undefined ? NONE : commaList(upgrade),
      idleS: idleSeconds(this.#apart['keep-alive']),
    }
  }

  #kept(nominated: readonly string[], isTold: boolean, status: number): ResponseHeaders {
    const { 'content-length': told, upgrade } = this.#apart
    const kept = this.#lines.filter(([name]) => name !== 'trailer' && !nominated.includes(name))
    if (isTold && told !== undefined) kept.push(['content-length', told])
    if ((status === 101 || status === 426) && upgrade !== undefined) kept.push(['upgrade', upgrade])
    const headers = responseHeaders(kept)
    for (const name of Object.keys(headers)) {
      const flaw = fieldFlaw(name, headers[name])
      if (flaw !== null) throw new Fault('field_faulty', { name, reason: flaw })
    }
    return headers
  }
}

const NONE: readonly string[] = Object.freeze([])

function isApart(name: string): boolean {
  return name === 'content-type' || name === 'content-length' || KNOWN_FIELDS.get(name)?.hop === true
}

// `keep-alive` has no RFC that holds; servers that send it mean seconds.
function idleSeconds(field: string | undefined): number | null {
  const match = field === undefined ? null : /(?:^|[,;\s])timeout=([0-9]{1,6})(?:$|[,;\s])/i.exec(field)
  return match === null ? null : Number(match[1])
}

function unframed(reason: string): Fault {
  return new Fault('framing_faulty', { reason })
}
