/**
 * Which origins are allowed: names, patterns, a function.
 *
 * Origins are compared as browsers write them (RFC 6454 section 6.2): scheme, host in lower case, and
 * the port if it is not the scheme's own.
 *
 * @module
 */

import { isPromise } from '../../call/after.ts'
import { Fault } from '../../fault.ts'
import { unfit } from '../setup.ts'

/** "*" for any, or what tells for each. */
export type Allowed = '*' | ((origin: string) => boolean)

// What stands for "*" in a pattern: one label or several.
const LABELS = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/

/** Makes the test of what `cors({ origin })` was given. Fault: setup_faulty. */
export function allowedOrigins(given: unknown, credentials: boolean): Allowed {
  if (typeof given === 'function') return asked(given as (origin: string) => unknown, credentials)
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (list.length === 0)
    throw unfit('cors({ origin })', 'the list is empty', 'Name whose pages may read answers')
  if (list.includes('*')) {
    if (list.length > 1)
      throw unfit('cors({ origin })', '"*" stands beside others', 'Write origin: "*" alone')
    if (credentials) {
      const fix = 'Name the origins that may act with the cookies of your users'
      throw unfit('cors({ origin: "*" })', 'any page would read what only your users may', fix)
    }
    return '*'
  }
  if (credentials && list.includes('null')) {
    const fix = 'Serve those pages from an origin of their own, and name that'
    throw unfit('cors({ origin: "null" })', 'any page can pass for one without an origin', fix)
  }
  const names = new Set<string>()
  const patterns: ((origin: string) => boolean)[] = []
  for (const one of list) {
    checkOrigin(one)
    if (one.includes('*')) patterns.push(pattern(one))
    else names.add(one)
  }
  return (origin) => names.has(origin) || patterns.some((matches) => matches(origin))
}

function asked(allows: (origin: string) => unknown, credentials: boolean): Allowed {
  return (origin) => {
    if (origin === 'null' ? credentials : !isWritten(origin)) return false
    const allowed = allows(origin)
    if (!isPromise(allowed)) return allowed === true
    void Promise.resolve(allowed).catch(() => {})
    throw new Fault('setup_faulty', {
      what: 'cors({ origin })',
      reason: 'the function gives a promise, which is true for everyone',
      fix: 'Give true or false at once; keep what it looks up at hand',
    })
  }
}

// As a browser writes it. Others write anything, and a function that parses it would throw, or be taken
// in by how "https://evil.example, https://a.example" ends. Web views of Android write "file://".
function isWritten(origin: string): boolean {
  if (!URL.canParse(origin)) return false
  const { protocol, host } = new URL(origin)
  return `${protocol}//${host}` === origin
}

// No regular expressions: an unescaped dot or a forgotten end lets strangers in.
function pattern(text: string): (origin: string) => boolean {
  const [before = '', after = ''] = text.split('*')
  return (origin) =>
    origin.length > before.length + after.length &&
    origin.startsWith(before) &&
    origin.endsWith(after) &&
    LABELS.test(origin.slice(before.length, origin.length - after.length))
}

function checkOrigin(one: unknown): asserts one is string {
  if (one === 'null') return
  // Any label will do: what is checked is everything around it.
  const concrete = typeof one === 'string' ? one.replace('://*.', '://any.') : ''
  const written = originOf(concrete)
  if (written !== null && written === concrete && !written.includes('*')) return
  const fix =
    written === null || written.includes('*')
      ? 'Write "https://a.example", "https://*.a.example" or "http://localhost:3000"'
      : `Browsers write it ${JSON.stringify(written.replace('://any.', '://*.'))}`
  throw unfit(`cors({ origin: ${JSON.stringify(one) ?? typeof one} })`, 'it is no origin', fix)
}

function originOf(text: string): string | null {
  if (!URL.canParse(text)) return null
  const { protocol, host } = new URL(text)
  return host === '' ? null : `${protocol}//${host}`
}
