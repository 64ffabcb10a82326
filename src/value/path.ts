/**
 * Request paths. The one decoder that router, guards, `mount` and file servers share: two that
 * differed in one spelling would let a guard be walked around (3).
 *
 * RFC 3986 sections 2.1 and 3.3.
 *
 * @module
 */
import { Fault } from '../fault.ts'

// Printable ASCII but SP, '"', '#', '<', '>', '?', '\', '^', '`', '{', '|', '}'.
const PATH = /^\/[!$-;=@-[\]_a-z~]*$/
const ENCODED = /%([0-9A-Fa-f]{2})?/g

/**
 * Decodes a path into its segments: "/a/b%20c" gives ["a", "b c"], "/" gives [""], and a slash at
 * the end gives an empty last segment.
 *
 *   in     a raw path that begins with "/"
 *   Fault  path_faulty: not a path, a stray "%", invalid UTF-8, a dot segment, or an encoded
 *          slash, backslash or NUL
 */
export function segments(path: string): string[] {
  if (!PATH.test(path))
    throw new Fault('path_faulty', { reason: 'it holds a character that must be encoded' })
  const raw = path.slice(1).split('/')
  return path.includes('%') || path.includes('.') ? raw.map(decodeSegment) : raw
}

/** Joins a mount and a path into the path as the outermost app saw it. */
export function fullPath(mount: string, path: string): string {
  return mount + path
}

function decodeSegment(raw: string): string {
  const text = raw.includes('%') ? decodeOctets(raw) : raw
  if (text === '.' || text === '..') throw new Fault('path_faulty', { reason: 'it holds a dot segment' })
  if (text.includes('/') || text.includes('\\') || text.includes('\0')) {
    throw new Fault('path_faulty', { reason: 'it holds an encoded slash, backslash or NUL' })
  }
  return text
}

function decodeOctets(raw: string): string {
  for (const [, digits] of raw.matchAll(ENCODED)) {
    if (digits === undefined) throw new Fault('path_faulty', { reason: 'it holds a "%" without two digits' })
  }
  try {
    return decodeURIComponent(raw)
  } catch (error) {
    throw new Fault('path_faulty', { reason: 'its encoded octets are not UTF-8' }, error)
  }
}
