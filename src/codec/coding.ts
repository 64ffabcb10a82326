/**
 * Content codings undone (RFC 9110 section 8.4), bounded.
 *
 *   in     the bytes of a body, its `content-encoding`, how many bytes it may become
 *   out    the bytes that were coded
 *   Fault  content_coding_unsupported: a coding that is not known, or more than three of them
 *          body_too_large: more comes out than the limit, or than this many bytes could mean
 *          body_malformed: it is cut off, is no such data, or has something behind its end
 *
 * `gzip` and `deflate` are undone wherever there is a `DecompressionStream`; a server hands in more, and
 * faster ones. Each coding of a chain is held to the limit, so nothing in between can be larger.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import { commaList } from '../value/headers.ts'
import { inflate } from './inflate.ts'

/**
 * Undoes one coding. Faults: body_too_large as soon as there are more than `limit` bytes, with at most a
 * chunk beyond them in memory; body_malformed.
 */
export type UndoCoding = (bytes: Uint8Array, limit: number) => Promise<Uint8Array>

const MAX_CODINGS = 3

/**
 * A body may become so many times its bytes, or 1 MiB. Text and JSON come to some 20 times, a log of
 * equal lines to some 150; 1 KiB of gzip may claim to be a megabyte, and 1 KiB of Brotli a gigabyte. The
 * limit of a handler that takes much is thus not for everyone to fill: who wants it filled has to send.
 */
const MAX_RATIO = 200
const FREE = 1024 * 1024

const CODINGS = new Map<string, UndoCoding>([
  ['gzip', (bytes, limit) => inflate('gzip', bytes, limit)],
  ['deflate', (bytes, limit) => inflate('deflate', bytes, limit)],
])

/** Adds a coding, or replaces it, for the whole process. A server does this once, when it starts. */
export function provideCoding(name: string, undo: UndoCoding): void {
  CODINGS.set(name, undo)
}

/** The codings that are undone, in the order of their names: what `accept-encoding` of an answer says. */
export function knownCodings(): readonly string[] {
  return [...CODINGS.keys()].sort()
}

/** Refuses a field that `decodeContent` would refuse, before there are bytes. Fault: content_coding_unsupported. */
export function checkCodings(field: string): void {
  chainOf(field)
}

/** Gives the same bytes back where the field names no coding but `identity`. */
export async function decodeContent(
  bytes: Uint8Array,
  field: string,
  { limit }: { readonly limit: number },
): Promise<Uint8Array> {
  const codings = chainOf(field)
  const most = Math.min(limit, Math.max(FREE, bytes.byteLength * MAX_RATIO))
  let content = bytes
  // Listed in the order they were applied.
  for (const undo of codings.reverse()) content = await undo(content, most)
  if (content.byteLength > limit) throw new Fault('body_too_large', { bytes: content.byteLength, limit })
  return content
}

function chainOf(field: string): UndoCoding[] {
  const names = commaList(field).map((name) => name.toLowerCase())
  const chain: UndoCoding[] = []
  for (const name of names) {
    if (name === 'identity') continue
    // Section 8.4.1.3: a recipient considers "x-gzip" to be equivalent to "gzip".
    const undo = CODINGS.get(name === 'x-gzip' ? 'gzip' : name)
    if (undo === undefined) throw unsupported(name)
    chain.push(undo)
  }
  if (chain.length > MAX_CODINGS) throw unsupported(field)
  return chain
}

function unsupported(coding: string): Fault {
  return new Fault('content_coding_unsupported', { coding, accepts: knownCodings() })
}
