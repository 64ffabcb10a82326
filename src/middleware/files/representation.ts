/**
 * A file as it is answered: its validators, its fields, and its octets when they are few.
 *
 * The entity tag of a small file is made of its octets: strong, and the same after it was deployed
 * again. That of a large one is made of size and time of change: weak while it may be changed again
 * within the same tick of the file system's clock, as nobody could then tell the two apart.
 *
 * Packers give every file one time of long ago, so that equal contents give equal archives: npm
 * 1985-10-26, zip 1980-01-01, tar and Nix the epoch. It says nothing of when a file changed, so it is
 * not told, and the time of its arrival here stands for it in the tag.
 *
 * @module
 */
import { createHash } from 'node:crypto'
import type { Stats } from 'node:fs'
import type { ResponseHeaders, Result } from '../../contract.ts'
import type { Validators } from '../../value/conditional.ts'
import { httpDate } from '../../value/http-date.ts'
import type { Coding } from './coding.ts'
import { openFile } from './disk.ts'
import type { Located } from './locate.ts'

/** The largest file that is read at once, in bytes. */
export const SMALL: number = 64 * 1024

/** The coarsest clock that a file system stamps changes with, in milliseconds. */
const TICK_MS = 2_000

/** Before it, a time of change is what a packer wrote, in epoch milliseconds. */
const PACKED_MS = Date.UTC(1986, 0)

export interface Representation extends Validators {
  readonly located: Located
  readonly about: About
  readonly size: number
  /** Null for a large file. */
  readonly bytes: Uint8Array | null
  /** False while a later change could look like none. */
  readonly settled: boolean
  /** Of an answer with the whole, or a part of it. */
  readonly fields: ResponseHeaders
  /** To GET when it is small; to HEAD always. */
  readonly whole: Result
  readonly unmodified: Result
}

/** What is known of a file besides the file. */
export interface About {
  readonly contentType: string
  readonly coding: Coding | null
  readonly cacheControl: string | null
  /** True when there are others to choose from. */
  readonly varies: boolean
}

/**
 * Looks at a file, and reads it if it is small. `now` in epoch milliseconds. Null when it is no
 * regular file any more; rejects as `fs.open` and `fs.read`.
 */
export async function represent(located: Located, about: About, now: number): Promise<Representation | null> {
  if (located.stat.size > SMALL) return largeFile(located, about, now)
  const file = await openFile(located.real)
  if (file === null) return null
  try {
    const found = { ...located, stat: file.stat }
    if (file.stat.size > SMALL) return largeFile(found, about, now)
    // Memory of its own: a piece of a pool would keep all of the pool.
    const buffer = Buffer.allocUnsafeSlow(file.stat.size)
    const count = buffer.byteLength === 0 ? 0 : await file.read(buffer, 0)
    const bytes = buffer.subarray(0, count)
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`
    return build(found, about, { bytes, etag, size: count, now, whole: count === file.stat.size })
  } finally {
    file.close()
  }
}

/** A file as its `stat` shows it. */
export function largeFile(located: Located, about: About, now: number): Representation {
  const { size, mtimeMs, ctimeMs } = located.stat
  const changedMs = mtimeMs < PACKED_MS ? ctimeMs : mtimeMs
  // Microseconds, and the coding: two codings of a file may share size and time.
  const opaque = `"${size.toString(36)}-${Math.round(changedMs * 1000).toString(36)}${about.coding === null ? '' : `-${about.coding}`}"`
  const etag = isSettled(located.stat, now) ? opaque : `W/${opaque}`
  return build(located, about, { bytes: null, etag, size, now, whole: true })
}

/** True when nothing says that the file was changed between the two looks. */
export function isSame(a: Located, b: Located): boolean {
  return (
    a.real === b.real &&
    a.stat.ino === b.stat.ino &&
    a.stat.dev === b.stat.dev &&
    a.stat.size === b.stat.size &&
    a.stat.mtimeMs === b.stat.mtimeMs &&
    a.stat.ctimeMs === b.stat.ctimeMs
  )
}

function isSettled({ mtimeMs, ctimeMs }: Stats, now: number): boolean {
  return now - Math.max(mtimeMs, ctimeMs) > TICK_MS
}

interface Content {
  readonly bytes: Uint8Array | null
  readonly etag: string
  readonly size: number
  readonly now: number
  /** False when the file was shorter than it said. */
  readonly whole: boolean
}

function build(located: Located, about: About, { bytes, etag, size, now, whole }: Content): Representation {
  const settled = whole && isSettled(located.stat, now)
  const modified = modifiedOf(located.stat, now)
  const validators: Record<string, string> = { etag }
  if (modified !== null) validators['last-modified'] = httpDate(modified)
  if (about.cacheControl !== null) validators['cache-control'] = about.cacheControl
  if (about.varies) validators['vary'] = 'accept-encoding'
  const fields: Record<string, string> = {
    ...validators,
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
  }
  if (about.coding !== null) fields['content-encoding'] = about.coding
  const headers = Object.freeze(bytes === null ? { ...fields, 'content-length': String(size) } : fields)
  return {
    located,
    about,
    size,
    bytes,
    settled,
    etag,
    modified,
    modifiedStrong: settled,
    fields: Object.freeze(fields),
    whole: Object.freeze([200, about.contentType, headers, bytes] as const),
    unmodified: Object.freeze([304, null, Object.freeze(validators), null] as const),
  }
}

// Null for a time to come, which may not be told (RFC 9110 8.8.2.1), and for one that says nothing.
function modifiedOf({ mtimeMs }: Stats, now: number): number | null {
  const second = Math.floor(mtimeMs / 1000) * 1000
  return second > now || second < PACKED_MS ? null : second
}
