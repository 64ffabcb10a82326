/**
 * The head of a request as it goes to an upstream: written from values that were checked, its framing
 * ours. RFC 9110 sections 7.6 and 10.1, RFC 9112 sections 3, 6 and 7; contract clause 8.
 *
 * @module
 */
import { Fault } from '../../fault.ts'
import { isTelling } from '../../middleware/telling-fields.ts'
import type { RequestHead } from '../../value/head.ts'
import { CONNECTION_FIELDS, commaList } from '../../value/headers.ts'
import { checkHost } from '../../value/target.ts'
import { fieldLine, targetOf } from '../../wire/http1/request-head.ts'
import { originFields } from './origin-fields.ts'
import type { Place } from './place.ts'
import type { Settings } from './settings.ts'

/** Methods whose requests say that they have no body, if they have none (RFC 9110 8.6). */
const ANTICIPATE: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH'])
/** Written below, or said in another way. */
const OURS: ReadonlySet<string> = new Set(['host', 'content-length', 'expect', 'via', 'max-forwards'])
/** A request that has passed us so often goes in a circle. */
const MOST_PASSES = 8

/** What is the same for every upstream. */
export class Request {
  readonly method: string
  readonly offered: readonly string[] | null
  /** True to wait for 100 (Continue) before the body is read. */
  readonly expects: boolean
  readonly #head: RequestHead
  readonly #settings: Settings
  readonly #lines: string

  /**
   * `length`: octets of the body, null when unknown, 'none' without one.
   *
   *   Fault  value_faulty: what no request may hold; call_refused: it goes in a circle
   */
  constructor(head: RequestHead, length: number | null | 'none', settings: Settings) {
    this.#head = head
    this.#settings = settings
    this.method = head.method
    this.offered = settings.upgrade && length === 'none' && head.method !== 'CONNECT' ? head.upgrade : null
    this.expects = settings.expect && length !== 'none' && head.headers['expect'] !== undefined
    this.#lines = this.#fields() + this.#connection() + this.#framing(length)
  }

  /** The whole head for one upstream. */
  textFor({ base, authority }: Place): string {
    const { method, path, query, headers } = this.#head
    const { host: told } = this.#settings
    const kept = headers['host'] ?? ''
    let host = told === 'keep' ? kept || authority : told === 'upstream' ? authority : told
    if (method === 'CONNECT') host = path
    checkHost(host)
    return `${method} ${targetOf(method, base, path, query)} HTTP/1.1\r\nhost: ${host}\r\n${this.#lines}\r\n`
  }

  #fields(): string {
    const { headers } = this.#head
    const { forwarded } = this.#settings
    let lines = ''
    for (const name of Object.keys(headers)) {
      if (OURS.has(name) || CONNECTION_FIELDS.has(name)) continue
      if (forwarded !== false && isTelling(name)) continue
      lines += fieldLine(name, headers[name]!)
    }
    for (const [name, value] of originFields(this.#head, forwarded)) lines += fieldLine(name, value)
    return lines + this.#via() + this.#maxForwards() + (this.expects ? 'expect: 100-continue\r\n' : '')
  }

  // A gateway says on the way in that it was there (RFC 9110 7.6.3).
  #via(): string {
    const { headers, http } = this.#head
    const { via: pseudonym, name } = this.#settings
    const came = headers['via']
    if (pseudonym === false) return came === undefined ? '' : fieldLine('via', came)
    const own = `${http ?? '1.1'} ${pseudonym}`
    if (came === undefined || came === '') return fieldLine('via', own)
    const passes = commaList(came).filter((one) => one.split(/[ \t]+/)[1] === pseudonym).length
    if (passes >= MOST_PASSES) {
      throw new Fault('call_refused', { to: name, reason: `the request has been here ${passes} times` })
    }
    return fieldLine('via', `${came}, ${own}`)
  }

  #maxForwards(): string {
    const left = forwardsLeft(this.#head)
    const came = this.#head.headers['max-forwards']
    if (left !== null) return `max-forwards: ${left - 1}\r\n`
    return came === undefined ? '' : fieldLine('max-forwards', came)
  }

  // Trailers are taken: whoever asked us says whether they go further.
  #connection(): string {
    if (this.offered === null) return 'te: trailers\r\nconnection: te\r\n'
    return `connection: upgrade\r\n${fieldLine('upgrade', this.offered.join(', '))}`
  }

  #framing(length: number | null | 'none'): string {
    if (length === null) return 'transfer-encoding: chunked\r\n'
    if (length !== 'none') return `content-length: ${length}\r\n`
    const told = this.#head.headers['content-length'] !== undefined
    return told || ANTICIPATE.has(this.method) ? 'content-length: 0\r\n' : ''
  }
}

/** How often TRACE or OPTIONS may still be passed on; null where that is not said (RFC 9110 7.6.2). */
export function forwardsLeft({ method, headers }: RequestHead): number | null {
  const field = headers['max-forwards']
  if ((method !== 'TRACE' && method !== 'OPTIONS') || field === undefined) return null
  return /^[0-9]{1,9}$/.test(field) ? Number(field) : null
}
