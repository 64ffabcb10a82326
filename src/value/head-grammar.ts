/**
 * What the members of a head may hold. Clauses 1, 2, 4, 5 and 20.
 *
 * @module
 */
import { isHost } from './target.ts'

const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Z]+$/
// Visible ASCII without "#" and "?".
const PATH = /^\/[!"$->@-~]*$/
const QUERY = /^[!"$-~]*$/

/** 1 at the octets that a method is made of. */
export const IN_METHOD: Uint8Array = table(METHOD)
/** 1 at those of a path and a query, but for what JSON escapes. */
export const IN_PATH: Uint8Array = table(/[!$->@-[\]-~]/)
export const IN_QUERY: Uint8Array = table(/[!$-[\]-~]/)
/** 1 at those of printable text, but for what JSON escapes. */
export const IN_TEXT: Uint8Array = table(/[ !#-[\]-~]/)

/** An upper-case token. */
export function isMethod(method: string): boolean {
  return METHOD.test(method)
}

/** "/...", "*" for OPTIONS, the authority for CONNECT. */
export function isPathOf(method: string, path: string): boolean {
  if (path === '*') return method === 'OPTIONS'
  if (method === 'CONNECT') return isHost(path) && /:[0-9]+$/.test(path)
  return PATH.test(path)
}

export function isQuery(query: string): boolean {
  return QUERY.test(query)
}

/** A path prefix, or nothing. */
export function isMount(mount: string): boolean {
  return mount === '' || PATH.test(mount)
}

/** 200 to 599, and 101. */
export function isFinalStatus(status: number): boolean {
  return status === 101 || (status >= 200 && status <= 599)
}

function table(members: RegExp): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, octet) => (members.test(String.fromCharCode(octet)) ? 1 : 0))
}
