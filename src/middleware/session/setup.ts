/**
 * What `session` is told, checked.
 *
 * @module
 */
import type { Environment } from '../../contract.ts'
import { Fault, isFault } from '../../fault.ts'
import { type CookieAttributes, setCookie } from '../../value/cookie.ts'
import { isRecord } from '../../value/data.ts'
import { isToken } from '../../value/headers.ts'
import type { SessionSchema } from './value.ts'

/** A time such as "30m", "12h" or "14d". */
export type SessionTime = `${number}${'s' | 'm' | 'h' | 'd'}`

export interface SessionOptions<T> {
  /** The first seals, each opens; each has 32 characters or more. */
  readonly secrets: readonly (string | undefined)[]
  /** What a session is: data that every link carries. */
  readonly carry: SessionSchema<T>
  /** Of the carried key, and of the cookie behind its prefix. By default "session". */
  readonly name?: string
  /** How long a session lasts from when it was last written. By default "14d", at most "400d". */
  readonly maxAge?: SessionTime
  /** How old a session that nobody changes may get before it is written anew. By default a tenth of `maxAge`. */
  readonly renew?: SessionTime
  /** How long a session lasts from when it began, whatever happens. By default without end. */
  readonly lifetime?: SessionTime
  /** What differs from SameSite=Lax and Path=/ for this host alone. */
  readonly cookie?: Pick<CookieAttributes, 'sameSite' | 'domain' | 'path' | 'partitioned'>
}

/** The cookie as one environment has it. */
export interface SessionCookie {
  readonly name: string
  readonly attributes: CookieAttributes
}

export interface SessionSetup {
  readonly name: string
  readonly secrets: readonly [string, ...string[]]
  readonly maxAgeMs: number
  readonly renewMs: number
  /** Infinity where there is none. */
  readonly lifetimeMs: number
  readonly cookies: { readonly [E in Environment]: SessionCookie }
}

const KNOWN: readonly string[] = ['secrets', 'carry', 'name', 'maxAge', 'renew', 'lifetime', 'cookie']
const KNOWN_OF_COOKIE: readonly string[] = ['sameSite', 'domain', 'path', 'partitioned']
const LEAST_SECRET = 32
const UNITS: { readonly [unit: string]: number } = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
/** Browsers keep no cookie longer (RFC 6265bis 5.5). */
const MAX_AGE_MS = 400 * UNITS['d']!

/** Fault: setup_faulty. */
export function sessionSetup(options: SessionOptions<unknown>): SessionSetup {
  if (!isRecord(options)) throw faulty('session', 'it is given no options', `Give it { ${KNOWN.join(', ')} }`)
  checkKnown('session', options, KNOWN)
  const { carry, name = 'session', maxAge = '14d', renew, lifetime, cookie = {} } = options
  if (
    typeof (carry as Partial<SessionSchema<unknown>> | null | undefined)?.['~standard']?.validate !==
    'function'
  ) {
    const fix = 'Give a schema of zod, valibot or arktype that says what a session is'
    throw faulty('session: carry', 'it is no Standard Schema', fix)
  }
  const maxAgeMs = milliseconds('maxAge', maxAge)
  const renewMs = renew === undefined ? maxAgeMs / 10 : milliseconds('renew', renew)
  const lifetimeMs = lifetime === undefined ? Number.POSITIVE_INFINITY : milliseconds('lifetime', lifetime)
  if (maxAgeMs > MAX_AGE_MS)
    throw faulty('session: maxAge', 'browsers keep no cookie so long', 'Use "400d" or less')
  if (renewMs > maxAgeMs)
    throw faulty('session: renew', `a session ends before, after ${maxAge}`, 'Use less than `maxAge`')
  return {
    name,
    secrets: checkedSecrets(options.secrets),
    maxAgeMs,
    renewMs,
    lifetimeMs,
    cookies: cookiesOf(name, cookie),
  }
}

function checkedSecrets(secrets: unknown): readonly [string, ...string[]] {
  const fix = `Make one: node -p "require('crypto').randomBytes(32).toString('base64url')", and hand it over in the environment`
  if (!Array.isArray(secrets))
    throw faulty('session: secrets', 'it is no list', `Write [newest, ...older]. ${fix}`)
  const flaw = (secret: unknown, at: number): string | null => {
    if (typeof secret !== 'string') return `it is ${secret === undefined ? 'undefined' : 'no string'}`
    if (secret.length < LEAST_SECRET)
      return `it has ${secret.length} characters, and ${LEAST_SECRET} is the least`
    return secrets.indexOf(secret) < at ? 'it is there twice' : null
  }
  for (const [at, secret] of secrets.entries()) {
    const reason = flaw(secret, at)
    if (reason !== null) throw faulty(`session: secrets[${at}]`, reason, fix)
  }
  const [newest, ...older] = secrets as string[]
  if (newest === undefined) throw faulty('session: secrets', 'it is empty', fix)
  return [newest, ...older]
}

function milliseconds(option: string, given: unknown): number {
  const [, digits, unit] = (typeof given === 'string' && /^([0-9]{1,9})([smhd])$/.exec(given)) || []
  const ms = Number(digits) * (UNITS[unit ?? ''] ?? Number.NaN)
  if (ms > 0) return ms
  throw faulty(
    `session: ${option}`,
    `${JSON.stringify(given)} is no time`,
    'Write "90s", "30m", "12h" or "14d"',
  )
}

function cookiesOf(
  name: string,
  given: NonNullable<SessionOptions<unknown>['cookie']>,
): SessionSetup['cookies'] {
  const what = 'session: cookie'
  if (!isRecord(given)) throw faulty(what, 'it is no object', `Give it { ${KNOWN_OF_COOKIE.join(', ')} }`)
  checkKnown(what, given, KNOWN_OF_COOKIE)
  if (typeof name !== 'string' || !isToken(name) || name.startsWith('__')) {
    const fix = 'Use letters, digits, "-" and "_"; the prefix __Host- comes by itself'
    throw faulty('session: name', `${JSON.stringify(name)} is no name for a cookie`, fix)
  }
  const attributes: CookieAttributes = { path: '/', sameSite: 'lax', ...given, httpOnly: true, secure: true }
  const oneHost = attributes.path === '/' && attributes.domain === undefined
  const production = { name: `${oneHost ? '__Host-' : '__Secure-'}${name}`, attributes }
  // Without TLS a browser takes neither these nor a prefix, and with TLS alone it takes the others.
  const needsTls = attributes.sameSite === 'none' || attributes.partitioned === true
  const development = needsTls ? production : { name, attributes: { ...attributes, secure: false } }
  try {
    for (const cookie of [production, development]) setCookie(cookie.name, '', cookie.attributes)
  } catch (error) {
    const reason = isFault(error) ? (error as Fault<'result_faulty'>).detail.reason : 'it cannot be written'
    throw faulty(what, reason, 'Attributes are those of RFC 6265: sameSite is strict, lax or none')
  }
  return { production, development }
}

function checkKnown(what: string, given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((member) => !known.includes(member))
  if (unknown !== undefined)
    throw faulty(what, `there is no option ${JSON.stringify(unknown)}`, `Known are ${known.join(', ')}`)
}

function faulty(what: string, reason: string, fix: string): Fault {
  return new Fault('setup_faulty', { what, reason, fix })
}
