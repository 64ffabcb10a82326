/**
 * Octet classes of HTTP/1.1, as tables: a parser asks one of them per octet.
 *
 * @module
 */

/** True at the octets of a token (RFC 9110 5.6.2). */
export const IN_TOKEN: readonly boolean[] = table(/[!#$%&'*+\-.^_`|~0-9A-Za-z]/)

export const HTAB = 0x09
export const LF = 0x0a
export const CR = 0x0d
export const SP = 0x20
export const COLON = 0x3a

/** Turns octets from `from` to `to` into a string of the same code units. Never windows-1252 (7). */
export type Latin1 = (octets: Uint8Array, from: number, to: number) => string

/** For where the engine has nothing faster. */
export const latin1: Latin1 = (octets, from, to) => {
  let text = ''
  for (let at = from; at < to; at += 4_096) {
    text += String.fromCharCode(...octets.subarray(at, Math.min(to, at + 4_096)))
  }
  return text
}

function table(members: RegExp): boolean[] {
  return Array.from({ length: 256 }, (_, octet) => members.test(String.fromCharCode(octet)))
}
