/**
 * The mark of a contract: 16 hex digits by which two sides see whether they mean the same one.
 *
 * A mark and not the names: a hello is short, and equal names say nothing of what they accept. FNV-1a
 * of 64 bits, because every language has it in five lines, a browser without waiting. It tells versions
 * apart and protects nothing.
 *
 * @module
 */
import { utf8Bytes } from '../../value/utf8.ts'

const PRIME = 0x100000001b3n
const START = 0xcbf29ce484222325n
const MASK = 0xffff_ffff_ffff_ffffn

/** The mark of data that JSON can hold. The order of members does not count. */
export function contractMark(contract: unknown): string {
  let hash = START
  for (const octet of utf8Bytes(sorted(contract))) hash = ((hash ^ BigInt(octet)) * PRIME) & MASK
  return hash.toString(16).padStart(16, '0')
}

export function isMark(text: string): boolean {
  return /^[0-9a-f]{16}$/.test(text)
}

// JSON with its members in the order of UTF-16 code units (RFC 8785 3.2.3).
function sorted(data: unknown): string {
  if (Array.isArray(data)) return `[${data.map((one) => sorted(one ?? null)).join(',')}]`
  if (typeof data !== 'object' || data === null) return JSON.stringify(data) ?? 'null'
  const members = Object.entries(data).filter(([, value]) => value !== undefined)
  members.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${sorted(value)}`).join(',')}}`
}
