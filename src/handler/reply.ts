/**
 * `reply`: what a handler says besides its data.
 *
 * @module
 */
import type { Key, ResponseHeaders } from '../contract.ts'
import { Fault } from '../fault.ts'
import { fieldFlaw, isFraming } from '../value/fields.ts'

const REPLY: unique symbol = Symbol.for('hagaki.reply')

/** What each means over HTTP, and elsewhere. */
export interface ReplyParts {
  /** Further response fields. Called by name, there are none, and they are left out. */
  readonly fields?: ResponseHeaders
  /**
   * Where to go instead: a URL, a path from the root of the host, or one that callers resolve against the address
   * they asked (RFC 3986 section 5), such as `notes`, which is right below any mount. Characters beyond ASCII are
   * encoded. `other` (303) is to be fetched with GET, `temporary` (307) and `permanent` (308) are asked again as
   * they were. The data are given as well, to callers that go nowhere: by name, and to clients on links. What streams
   * is not.
   */
  readonly redirect?: { readonly to: string; readonly as?: 'other' | 'temporary' | 'permanent' }
  /** Context keys to set, for whoever is around the handler; carried ones travel back on links. */
  readonly set?: readonly (readonly [key: Key<never>, value: unknown])[]
  /** Of bytes or text whose schema names several media types: which of them these are. */
  readonly mediaType?: string
  /** Of bytes that stream: how many there will be. The answer is then held to it, to the byte. */
  readonly length?: number
}

/** Data with what is said besides. A handler that may return data may return this. */
export interface Reply<T = unknown> {
  readonly [REPLY]: true
  readonly data: T
  readonly parts: ReplyParts
}

const STATUSES = { other: 303, temporary: 307, permanent: 308 } as const

/** Gives data and more. Fault: result_faulty for fields that no answer may hold, and for no place to go. */
export function reply<T>(data: T, parts: ReplyParts = {}): Reply<T> {
  for (const [name, value] of Object.entries(parts.fields ?? {})) {
    const flaw =
      isFraming(name) || name === 'content-type' ? `field ${name} is the gateway's` : fieldFlaw(name, value)
    if (flaw !== null) throw new Fault('result_faulty', { reason: `reply: ${flaw}` })
  }
  const flaw = parts.redirect === undefined ? null : redirectFlaw(parts.redirect)
  if (flaw !== null) throw new Fault('result_faulty', { reason: `reply: redirect: ${flaw}` })
  return { [REPLY]: true, data, parts }
}

/** A pair for `reply(data, { set: [setting(key, value)] })`, with the types of both checked. */
export function setting<T>(key: Key<T>, value: T): readonly [key: Key<never>, value: unknown] {
  return [key as Key<never>, value]
}

export function isReply(value: unknown): value is Reply {
  return typeof value === 'object' && value !== null && REPLY in value
}

function redirectFlaw({ to, as = 'other' }: NonNullable<ReplyParts['redirect']>): string | null {
  if (typeof to !== 'string' || to === '' || /[\x00-\x20\x7f]/.test(to) || !to.isWellFormed())
    return `${JSON.stringify(to)} is neither a path nor a URL`
  return Object.hasOwn(STATUSES, as) ? null : `it is for ${Object.keys(STATUSES).join(', ')} and not ${as}`
}

/** The status and field of a redirect. */
export function redirectOf({
  redirect,
}: ReplyParts): { readonly status: number; readonly location: string } | null {
  if (redirect === undefined) return null
  // A field holds octets, and a URL no others than these.
  const location = redirect.to.replace(/[^\0-\x7f]+/g, encodeURIComponent)
  return { status: STATUSES[redirect.as ?? 'other'], location }
}
