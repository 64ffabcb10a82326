/**
 * The file system as `files` uses it: what is where, and reading what is a regular file.
 *
 * Nothing but a regular file is ever opened: opening a named pipe waits for a writer, opening a
 * device may do something. What is found to be regular may have been replaced when it is opened, so
 * the opening itself neither waits nor follows a link, and what was opened is looked at again.
 *
 * Callbacks, as the promises of `node:fs` cost twice as much.
 *
 * @module
 */
import * as fs from 'node:fs'

export interface OpenFile {
  readonly stat: fs.Stats
  /** Reads into `bytes` from `position` on; gives how many octets, 0 at the end. One at a time. */
  read(bytes: Uint8Array, position: number): Promise<number>
  /** Closes it, once what is being read was read. Twice does nothing. */
  close(): void
}

// Windows has neither, and no named pipes in folders.
const FLAGS = fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0) | (fs.constants.O_NOFOLLOW ?? 0)

/** The path with every link followed. Rejects as `fs.realpath`. */
export function realPath(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    fs.realpath.native(path, (error, real) => (error === null ? resolve(real) : reject(error)))
  })
}

/** What is there itself, no link followed. Rejects as `fs.lstat`. */
export function lstat(path: string): Promise<fs.Stats> {
  return new Promise((resolve, reject) => {
    fs.lstat(path, (error, stat) => (error === null ? resolve(stat) : reject(error)))
  })
}

/** Opens a regular file that is no link, or gives null for anything else. Rejects as `fs.open`. */
export function openFile(path: string): Promise<OpenFile | null> {
  return new Promise((resolve, reject) => {
    fs.open(path, FLAGS, (error, fd) => {
      if (error !== null) return reject(error)
      fs.fstat(fd, (flaw, stat) => {
        if (flaw === null && stat.isFile()) return resolve(opened(fd, stat))
        fs.close(fd, () => (flaw === null ? resolve(null) : reject(flaw)))
      })
    })
  })
}

function opened(fd: number, stat: fs.Stats): OpenFile {
  let reading = false
  let closing = false
  return {
    stat,
    read: (bytes, position) =>
      new Promise((resolve, reject) => {
        if (closing) return reject(new Error('The file was closed'))
        reading = true
        fs.read(fd, bytes, 0, bytes.byteLength, position, (error, count) => {
          reading = false
          if (closing) fs.close(fd, () => {})
          if (error === null) resolve(count)
          else reject(error)
        })
      }),
    close: () => {
      if (closing) return
      closing = true
      // The number may be another file's by the time that a read under way gets to it.
      if (!reading) fs.close(fd, () => {})
    },
  }
}

/** What an error of the file system means to a client. */
export type Trouble = 'missing' | 'forbidden' | 'busy' | 'other'

const TROUBLES: ReadonlyMap<unknown, Trouble> = new Map<unknown, Trouble>([
  ['ENOENT', 'missing'],
  ['ENOTDIR', 'missing'],
  ['ENAMETOOLONG', 'missing'],
  ['ELOOP', 'missing'],
  ['EINVAL', 'missing'], // a name that this file system cannot have
  ['EILSEQ', 'missing'],
  ['ENXIO', 'missing'], // a socket
  ['EOPNOTSUPP', 'missing'],
  ['EACCES', 'forbidden'],
  ['EPERM', 'forbidden'],
  ['EMFILE', 'busy'],
  ['ENFILE', 'busy'],
  ['ENOMEM', 'busy'],
])

export function troubleOf(error: unknown): Trouble {
  return TROUBLES.get((error as NodeJS.ErrnoException | null)?.code) ?? 'other'
}
