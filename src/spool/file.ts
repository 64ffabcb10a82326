/**
 * One spooled file: written once, read as often as wanted, and moved away or removed.
 *
 * @module
 */
import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, type FileHandle, link, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../fault.ts'

const READ = 64 * 1024

export class SpoolFile {
  /** Null once it is gone. */
  path: string | null
  readonly #writing: FileHandle
  readonly #reading = new Set<FileHandle>()
  #open = true

  private constructor(path: string, handle: FileHandle) {
    this.path = path
    this.#writing = handle
  }

  /** Makes one that was not there, under a name that nobody can know. */
  static async make(directory: string): Promise<SpoolFile> {
    const path = join(directory, randomUUID())
    return new SpoolFile(path, await open(path, 'wx', 0o600))
  }

  async write(pieces: readonly Uint8Array[]): Promise<void> {
    let left = pieces.filter((piece) => piece.byteLength > 0)
    while (left.length > 0) {
      const { bytesWritten } = await this.#writing.writev(left)
      left = behind(left, bytesWritten)
    }
  }

  /** Nothing more is written. */
  async finish(): Promise<void> {
    if (!this.#open) return
    this.#open = false
    await this.#writing.close()
  }

  /** Its bytes; each iteration has a descriptor of its own, which is closed with it. */
  async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.path === null) throw gone()
    const handle = await open(this.path)
    this.#reading.add(handle)
    try {
      for (;;) {
        const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(READ), 0, READ)
        if (bytesRead === 0) return
        yield buffer.subarray(0, bytesRead)
        if (this.path === null) throw gone()
      }
    } finally {
      this.#reading.delete(handle)
      await handle.close()
    }
  }

  /** Keeps it at `to`, where nothing may be. */
  async move(to: string): Promise<void> {
    const from = this.path
    if (from === null) throw gone()
    try {
      await link(from, to) // a rename would replace what is there
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error
      await copyFile(from, to, constants.COPYFILE_EXCL) // another file system, or one without links
    }
    await this.remove()
  }

  /** Removes it, and closes what is open of it. Again, it does nothing. */
  async remove(): Promise<void> {
    const path = this.path
    this.path = null
    await this.finish()
    // Who reads sees that it is gone at its next read, or has left without a word.
    await Promise.all([...this.#reading].map((handle) => handle.close()))
    this.#reading.clear()
    if (path !== null) await rm(path, { force: true })
  }
}

function behind(pieces: readonly Uint8Array[], written: number): Uint8Array[] {
  let left = written
  let at = 0
  while (at < pieces.length && left >= pieces[at]!.byteLength) left -= pieces[at++]!.byteLength
  return at === pieces.length ? [] : [pieces[at]!.subarray(left), ...pieces.slice(at + 1)]
}

function gone(): Fault {
  return new Fault('request_aborted', {
    reason: 'what was spooled is gone: its call is over, or it was moved',
  })
}
