/**
 * What was spooled, in memory or in a file.
 *
 * @module
 */
import { writeFile } from 'node:fs/promises'
import type { SpoolFile } from './file.ts'
import type { Held } from './held.ts'

/** What was spooled. It is there until the call is over. */
export interface Spooled {
  /** In bytes. */
  readonly size: number
  /** In hexadecimal; null unless it was asked for. */
  readonly sha256: string | null
  /** Where the file is; null while it is in memory, and once it is gone. */
  readonly path: string | null
  /** The bytes, as often as they are wanted. */
  stream(): AsyncIterable<Uint8Array>
  /**
   * Keeps them as a file at `path`, readable by this user alone. Nothing may be there. On the same file system
   * it takes no time; else it is a copy. Afterwards they are gone from here.
   */
  moveTo(path: string): Promise<void>
}

/** Bytes in a file. */
export function keptFile(file: SpoolFile, held: Held): Spooled {
  return {
    size: held.size,
    sha256: held.digest(),
    get path() {
      return file.path
    },
    stream: () => file.read(),
    moveTo: (path) => file.move(path),
  }
}

/** Bytes that were few. They are small enough to be let go with the call by themselves. */
export function keptBytes(held: Held): Spooled {
  const bytes = held.whole()
  return {
    size: held.size,
    sha256: held.digest(),
    path: null,
    stream: async function* () {
      if (bytes.byteLength > 0) yield bytes
    },
    moveTo: (path) => writeFile(path, bytes, { flag: 'wx', mode: 0o600 }),
  }
}
