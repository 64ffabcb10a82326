/**
 * A path for a unix socket: free, or freed of what a dead server left there.
 *
 * @module
 */
import { lstatSync, type Stats, unlinkSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, resolve } from 'node:path'
import { Fault } from '../fault.ts'

/** Octets of `sun_path` without its end: the kernel cuts longer ones off, without a word. */
const LONGEST = process.platform === 'darwin' ? 103 : 107

/**
 * Gives the absolute path to listen on. A socket file where nobody answers is removed.
 * Fault: setup_faulty, for a path that is too long, in use, or something else.
 */
export async function unixPath(name: string): Promise<string> {
  const path = resolve(name)
  const bytes = Buffer.byteLength(path)
  if (bytes > LONGEST)
    throw faulty(
      path,
      `its path has ${bytes} bytes, and ${LONGEST} is the limit`,
      'Take a shorter one, such as /tmp/app.sock',
    )
  const folder = lstat(dirname(path))
  if (folder === null)
    throw faulty(path, `there is no folder ${dirname(path)}`, 'Make it, or look at the path')
  const there = lstat(path)
  if (there === null) return path
  if (!there.isSocket())
    throw faulty(path, 'what is there is no socket', 'Take another path: it is not removed for you')
  const answered = await answers(path)
  if (answered !== 'ECONNREFUSED') {
    const reason =
      answered === null ? 'another program listens there' : `it cannot be looked at (${answered})`
    throw faulty(path, reason, 'Stop it, or take another path')
  }
  try {
    unlinkSync(path)
  } catch (error) {
    throw faulty(
      path,
      `a dead server left it, and it cannot be removed: ${(error as Error).message}`,
      'Remove it',
    )
  }
  return path
}

/** Null when somebody answers, else the code of the error. */
function answers(path: string): Promise<string | null> {
  return new Promise((settle) => {
    const socket = connect({ path })
    socket.once('connect', () => {
      socket.destroy()
      settle(null)
    })
    socket.once('error', (error: NodeJS.ErrnoException) => settle(error.code ?? error.message))
  })
}

function lstat(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null
}

function faulty(path: string, reason: string, fix: string): Fault {
  return new Fault('setup_faulty', { what: `--unix ${path}`, reason, fix })
}
