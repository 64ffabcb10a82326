/**
 * `cors`: which pages of other origins may read answers, and send what forms cannot.
 *
 * Fetch Standard section 3.3 (CORS protocol); RFC 9110 section 12.5.5 (Vary). Private network access
 * is left out: browsers went from its preflights to asking the user, who is not asked by a server.
 *
 * @module
 */
import { after } from '../call/after.ts'
import { living } from '../call/life.ts'
import { answering } from '../call/use.ts'
import type { App, Middleware, RequestHeaders, ResponseHeaders, Result } from '../contract.ts'
import { commaList, isToken } from '../value/headers.ts'
import { isTakeover } from '../value/result.ts'
import { type Allowed, allowedOrigins } from './cors/origins.ts'
import { knownOptions, unfit } from './setup.ts'
import { withFields } from './with-fields.ts'

export interface CorsOptions {
  /**
   * Whose pages: "*" for any, or a list of origins such as "https://a.example" and patterns such as
   * "https://*.a.example"; "null" for pages without an origin, such as files. Or a function that is
   * true for an origin; it is asked about what a browser may have written, "null" included.
   */
  readonly origin: string | readonly string[] | ((origin: string) => boolean)
  /** By default all that handlers use: GET, HEAD, POST, PUT, PATCH and DELETE. */
  readonly methods?: readonly string[]
  /**
   * Request fields besides those that any page may send. By default those of the typed client: authorization,
   * content-type, idempotency-key and last-event-id.
   */
  readonly headers?: readonly string[]
  /**
   * Response fields that a page may read besides those that any page may. By default none; retry-after is
   * exposed where an answer has it, for the typed client heeds it.
   */
  readonly exposes?: readonly string[]
  /** True when cookies and logins of the browser count, too. By default false. */
  readonly credentials?: boolean
  /** How long a browser may keep the answer to a preflight, in seconds. By default as it likes: 5. */
  readonly maxAgeSeconds?: number
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const HEADERS = ['authorization', 'content-type', 'idempotency-key', 'last-event-id'] as const

const ORIGIN = 'access-control-allow-origin'
const CREDENTIALS = 'access-control-allow-credentials'
const EXPOSES = 'access-control-expose-headers'
const RETRY = 'retry-after'

/** What every answer, and every answer to a preflight, has besides its origin. */
interface Policy {
  readonly allowed: Allowed
  readonly credentials: boolean
  readonly exposes: string
  readonly preflight: ResponseHeaders
}

/**
 * Answers preflights without asking `next`, and adds what a browser asks for to all other answers,
 * those to errors included. It guards nothing: who is no browser does as before, and a page that may
 * not read an answer may have caused it.
 *
 *   Vary    names Origin wherever another origin would have been answered otherwise, also where
 *           there was none
 *   next    sees every request but preflights, OPTIONS included; what it says of CORS itself is
 *           replaced, and what it exposes is kept
 *   Fault   setup_faulty, at the call when a function gives a promise
 */
export function cors(options: CorsOptions): Middleware {
  const policy = policyOf(options)
  return (next) => {
    const inner = answering(next)
    const shared: App = (method, path, headers, call, server) => {
      const allowed = originFor(policy.allowed, headers)
      if (isPreflight(method, headers)) {
        return [204, null, fieldsOf(allowed === null ? {} : policy.preflight, allowed, policy), null]
      }
      return after(inner(method, path, headers, call, server), (result) => readable(result, allowed, policy))
    }
    return living(shared, [next])
  }
}

// Other OPTIONS requests are the app's (Fetch 3.3.2: both fields make a preflight).
function isPreflight(method: string, headers: RequestHeaders): boolean {
  if (method !== 'OPTIONS' || headers['origin'] === undefined) return false
  return isToken(headers['access-control-request-method'] ?? '')
}

// What allow-origin says, or null.
function originFor(allowed: Allowed, headers: RequestHeaders): string | null {
  if (allowed === '*') return '*'
  const { origin } = headers
  return origin !== undefined && allowed(origin) ? origin : null
}

function readable(result: Result, allowed: string | null, policy: Policy): Result {
  // No page reads what follows an upgrade: WebSockets have their own rule, the Origin field.
  if (Array.isArray(result) && isTakeover(result[3])) return result
  return withFields(result, ({ [ORIGIN]: _, [CREDENTIALS]: __, [EXPOSES]: own, ...rest }) => {
    const fields = fieldsOf(rest, allowed, policy)
    const ours = rest[RETRY] === undefined ? policy.exposes : merged(policy.exposes, RETRY)
    const exposes = allowed === null ? '' : merged(own, ours)
    return exposes === '' ? fields : { ...fields, [EXPOSES]: exposes }
  })
}

function fieldsOf(headers: ResponseHeaders, allowed: string | null, policy: Policy): ResponseHeaders {
  const fields: Record<string, string | readonly string[]> = { ...headers }
  if (policy.allowed !== '*') fields['vary'] = merged(headers['vary'], 'Origin')
  if (allowed !== null) fields[ORIGIN] = allowed
  if (allowed !== null && policy.credentials) fields[CREDENTIALS] = 'true'
  return fields
}

/** A list field with members added that it lacks; "*" holds all of them. */
function merged(field: string | readonly string[] | undefined, added: string): string {
  const members = field === undefined ? [] : [field].flat().flatMap(commaList)
  if (members.includes('*')) return '*'
  const known = new Set(members.map((member) => member.toLowerCase()))
  for (const member of commaList(added)) if (!known.has(member.toLowerCase())) members.push(member)
  return members.join(', ')
}

const NAMES = ['origin', 'methods', 'headers', 'exposes', 'credentials', 'maxAgeSeconds']

function policyOf(options: CorsOptions): Policy {
  const {
    origin,
    methods = METHODS,
    headers = HEADERS,
    exposes = [],
    credentials = false,
    maxAgeSeconds,
  } = knownOptions('cors', options, NAMES)
  if (typeof credentials !== 'boolean') {
    throw unfit('cors({ credentials })', 'it is neither true nor false', 'Write credentials: true')
  }
  const allowed = allowedOrigins(origin, credentials)
  const preflight: Record<string, string> = {
    'access-control-allow-methods': tokens('methods', methods, credentials),
    'access-control-allow-headers': tokens('headers', headers, credentials),
  }
  if (maxAgeSeconds !== undefined) {
    if (!Number.isSafeInteger(maxAgeSeconds) || maxAgeSeconds < 0) {
      throw unfit('cors({ maxAgeSeconds })', 'it is no whole number of seconds', 'Write maxAgeSeconds: 600')
    }
    preflight['access-control-max-age'] = String(maxAgeSeconds)
  }
  return { allowed, credentials, exposes: tokens('exposes', exposes, credentials), preflight }
}

function tokens(option: string, list: unknown, credentials: boolean): string {
  const what = `cors({ ${option} })`
  if (!Array.isArray(list) || !list.every((one) => typeof one === 'string' && isToken(one))) {
    throw unfit(what, 'it is no list of names', `Write ${option}: ['...', '...']`)
  }
  // Browsers take it for a name then (Fetch 3.3.3).
  if (credentials && list.includes('*')) {
    throw unfit(what, '"*" means nothing to a browser that sends credentials', 'Name each of them')
  }
  const small =
    option === 'methods' ? (list as string[]).find((name) => name !== name.toUpperCase()) : undefined
  if (small !== undefined) {
    throw unfit(
      what,
      `methods are told apart by case, and "${small}" is none`,
      `Write ${small.toUpperCase()}`,
    )
  }
  return (list as string[]).join(', ')
}
