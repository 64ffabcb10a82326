/**
 * The directory of one process for what it spools: of its own, unreadable to others, gone with the process.
 *
 * A process that was killed leaves its directory behind, and the next one removes it: its name says which
 * machine and which process it was.
 *
 * @module
 */
import { createHash } from 'node:crypto'
import { readlinkSync, rmSync } from 'node:fs'
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

const PREFIX = 'hagaki-spool'
const NAME = /^hagaki-spool-([0-9a-f]{8})-([0-9]{1,10})-[0-9A-Za-z]{6}$/

/** Process ids mean something within one machine, or one container that shares its directory with others. */
function machineId(): string {
  let space = ''
  try {
    space = readlinkSync('/proc/self/ns/pid')
  } catch {} // not on Linux
  return createHash('sha256').update(`${hostname()} ${space}`).digest('hex').slice(0, 8)
}

const MACHINE = machineId()
const MADE = new Map<string, Promise<string>>()
const HELD = new Set<string>()

/** Where this process spools to, below `parent`. Made when it is first asked for. */
export function spoolDirectory(parent: string): Promise<string> {
  let made = MADE.get(parent)
  if (made === undefined) {
    made = make(parent)
    MADE.set(parent, made)
    made.catch(() => MADE.delete(parent)) // a later one may find room
  }
  return made
}

/** `path` is not there any more, as where somebody clears what is old: the next one below `parent` is made anew. */
export async function forgetDirectory(parent: string, path: string): Promise<void> {
  const made = MADE.get(parent)
  if ((await made?.catch(() => null)) === path && MADE.get(parent) === made) MADE.delete(parent)
}

async function make(parent: string): Promise<string> {
  await removeStale(parent)
  const path = await mkdtemp(join(parent, `${PREFIX}-${MACHINE}-${process.pid}-`)) // 0700
  if (HELD.size === 0) process.on('exit', removeHeld)
  HELD.add(path)
  return path
}

function removeHeld(): void {
  for (const path of HELD) {
    try {
      rmSync(path, { recursive: true, force: true })
    } catch {} // the next process sees to it
  }
}

/** Removes what processes left that are no more. What cannot be removed is left for another time. */
export async function removeStale(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const [, machine, pid] = NAME.exec(name) ?? []
    if (pid === undefined || machine !== MACHINE || isAlive(Number(pid))) continue
    try {
      const path = join(parent, name)
      const found = await lstat(path)
      if (found.isDirectory() && found.uid === (process.getuid?.() ?? found.uid))
        await rm(path, { recursive: true, force: true })
    } catch {}
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH' // of another user, it lives
  }
}
