/**
 * Cookies: what a request holds, and what a response sets.
 *
 * RFC 6265 sections 4.1 and 4.2, with what its revision (draft-ietf-httpbis-rfc6265bis) adds:
 * SameSite, the prefixes of names, and sizes; CHIPS for Partitioned. Names and values are taken and
 * given as they are on the wire: whoever wants other characters encodes them.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import { isToken, stripBlanks } from './headers.ts'

/** Values by name, null prototype, frozen. */
export type Cookies = { readonly [name: string]: string }

/** How long, where and when a browser sends a cookie back. */
export interface CookieAttributes {
  /** Seconds from now; 0 deletes the cookie. Without it and `expires` it goes with the browser. */
  readonly maxAge?: number | undefined
  /** For clients that know no Max-Age. */
  readonly expires?: Date | undefined
  /** This host and all below it; without it, the host that set it alone. */
  readonly domain?: string | undefined
  readonly path?: string | undefined
  readonly secure?: boolean | undefined
  /** Out of reach for scripts. */
  readonly httpOnly?: boolean | undefined
  readonly sameSite?: 'strict' | 'lax' | 'none' | undefined
  /** One for each site that embeds this one. */
  readonly partitioned?: boolean | undefined
}

/** How many pairs of a request are looked at. Browsers keep fewer for one site. */
const MAX_PAIRS = 1_000
/** Octets of a name and its value that every browser keeps (6265bis 5.6). */
export const MAX_COOKIE = 4_096
/** Octets of an attribute's value; a longer one is ignored (6265bis 5.6). */
const MAX_ATTRIBUTE = 1_024

/**
 * Reads the `cookie` field of a request. Whatever is no `name=value` is left out; quotes are a part
 * of the value. Of one name sent twice the first counts: browsers send the longer path first (5.4).
 */
export function cookies(field: string | undefined): Cookies {
  const found = Object.create(null) as Record<string, string>
  let at = 0
  for (let pairs = 0; field !== undefined && at < field.length && pairs < MAX_PAIRS; pairs++) {
    const semicolon = field.indexOf(';', at)
    const end = semicolon < 0 ? field.length : semicolon
    // Cut out first: to look for the next "=" in all that follows, pair by pair, would be quadratic.
    const pair = field.slice(at, end)
    const equals = pair.indexOf('=')
    const name = stripBlanks(pair.slice(0, Math.max(equals, 0)))
    if (name !== '' && found[name] === undefined) found[name] = stripBlanks(pair.slice(equals + 1))
    at = end + 1
  }
  return Object.freeze(found)
}

/**
 * Writes the value of one `set-cookie` field. To delete a cookie, set it with the same `domain` and
 * `path`, and a `maxAge` of 0.
 *
 *   in     name, a token; value, made of cookie-octets, perhaps in double quotes
 *   Fault  result_faulty: what no browser would take, or what would become another attribute
 */
export function setCookie(name: string, value: string, attributes: CookieAttributes = {}): string {
  const flaw = cookieFlaw(name, value) ?? attributesFlaw(name, attributes)
  if (flaw !== null) throw faulty(name, flaw)
  return Object.keys(WRITERS).reduce((line, member) => {
    const given = attributes[member as keyof CookieAttributes]
    return given === undefined ? line : line + written(name, member as keyof CookieAttributes, given)
  }, `${name}=${value}`)
}

// RFC 6265 4.1.1: no control, blank, quote, comma, semicolon or backslash, and no octet above 7E.
const COOKIE_VALUE = /^(?:[!#-+\--:<-[\]-~]*|"[!#-+\--:<-[\]-~]*")$/
const DOMAIN = /^\.?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i
const PATH = /^\/[\x20-\x3a\x3c-\x7e]*$/
const SAME_SITE: ReadonlyMap<unknown, string> = new Map([
  ['strict', 'Strict'],
  ['lax', 'Lax'],
  ['none', 'None'],
])

/** What each attribute writes behind the pair: "" where it is off, null where it cannot be written. */
const WRITERS: { readonly [A in keyof CookieAttributes]-?: (given: unknown) => string | null } = {
  maxAge: (given) =>
    Number.isSafeInteger(given) && Number(given) >= 0 ? `; Max-Age=${Number(given)}` : null,
  expires: (given) =>
    given instanceof Date && isWritable(given) ? `; Expires=${given.toUTCString()}` : null,
  domain: (given) => (isText(given, DOMAIN) ? `; Domain=${given}` : null),
  path: (given) => (isText(given, PATH) && stripBlanks(given) === given ? `; Path=${given}` : null),
  secure: (given) => flag(given, 'Secure'),
  httpOnly: (given) => flag(given, 'HttpOnly'),
  sameSite: (given) => (SAME_SITE.has(given) ? `; SameSite=${SAME_SITE.get(given)}` : null),
  partitioned: (given) => flag(given, 'Partitioned'),
}

/** What a name says of its attributes (6265bis 4.1.3, and the drafts after it). Browsers ignore case. */
const PREFIXES: readonly (readonly [prefix: string, needs: readonly string[]])[] = [
  ['__secure-', ['secure']],
  ['__host-', ['secure', 'path', 'domain']],
  ['__http-', ['secure', 'httpOnly']],
  ['__host-http-', ['httpOnly']],
]

const NEEDS: { readonly [need: string]: (attributes: CookieAttributes) => string | null } = {
  secure: ({ secure }) => (secure === true ? null : 'must be secure'),
  httpOnly: ({ httpOnly }) => (httpOnly === true ? null : 'must be httpOnly'),
  path: ({ path }) => (path === '/' ? null : 'must have the path "/"'),
  domain: ({ domain }) => (domain === undefined ? null : 'may have no domain'),
}

function cookieFlaw(name: string, value: string): string | null {
  if (typeof name !== 'string' || !isToken(name)) return 'its name is no token'
  if (typeof value !== 'string' || !COOKIE_VALUE.test(value))
    return 'its value holds what no cookie may: encode it, such as by encodeURIComponent'
  const octets = name.length + value.length
  return octets > MAX_COOKIE ? `it takes ${octets} octets, and browsers keep ${MAX_COOKIE}` : null
}

function attributesFlaw(name: string, attributes: CookieAttributes): string | null {
  const unknown = Object.keys(attributes).find((member) => !Object.hasOwn(WRITERS, member))
  if (unknown !== undefined) return `it has no attribute ${unknown}, but ${Object.keys(WRITERS).join(', ')}`
  const lower = name.toLowerCase()
  for (const [prefix, needs] of PREFIXES) {
    if (!lower.startsWith(prefix)) continue
    const missing = needs.map((need) => NEEDS[need]!(attributes)).find((need) => need !== null)
    if (missing !== undefined) return `with this prefix it ${missing}`
  }
  if (attributes.secure === true) return null
  if (attributes.sameSite === 'none') return 'SameSite=None must be secure'
  return attributes.partitioned === true ? 'a partitioned one must be secure' : null
}

function written(name: string, member: keyof CookieAttributes, given: unknown): string {
  const text = WRITERS[member](given)
  if (text === null) throw faulty(name, `its ${member} cannot be written`)
  return text
}

function flag(given: unknown, text: string): string | null {
  if (typeof given !== 'boolean') return null
  return given ? `; ${text}` : ''
}

function isText(given: unknown, grammar: RegExp): given is string {
  return typeof given === 'string' && given.length <= MAX_ATTRIBUTE && grammar.test(given)
}

// Browsers read no year before 1601 (RFC 6265 5.1.1), and an IMF-fixdate has four digits for it.
function isWritable(date: Date): boolean {
  const year = date.getUTCFullYear() // NaN for an invalid date
  return year >= 1_601 && year <= 9_999
}

function faulty(name: unknown, reason: string): Fault {
  return new Fault('result_faulty', {
    reason: `cookie ${JSON.stringify(String(name).slice(0, 80))}: ${reason}`,
  })
}
