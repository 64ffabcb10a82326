/**
 * Watching the files of an app.
 *
 * Each folder is watched by itself. Node's own recursive watching would take a watch for every
 * file below, those of `node_modules` among them, and the system has only so many.
 *
 * @module
 */
import { type Dirent, type FSWatcher, readdirSync, watch } from 'node:fs'
import { dirname, extname, isAbsolute, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { consoleLog } from '../call/log.ts'

export interface Watching {
  close(): void
}

/**
 * What an app is made of. Data is not here: an app that keeps its cards in a `.json` beside itself
 * would be restarted by each request that adds one.
 */
const SOURCES: ReadonlySet<string> = new Set(
  '.js .mjs .cjs .jsx .ts .mts .cts .tsx .py .rb .ru .erb .html .css .svg .jinja .sql .wasm'.split(' '),
)
/** Editors write a file in steps, and save several at once. Milliseconds. */
const QUIET_MS = 80
/** Folders below: more are no project. */
const MOST = 5_000

/** Where another process watches, and starts this one anew: it is told of nothing that is watched there. */
let elsewhere: string | null = null

/** Leaves the sources below a folder to the process that has started this one. */
export function leaveWatching(folder: string): void {
  elsewhere = folder
}

/** The working directory when the module is in it, else the module's own folder. */
export function watchedFolder(module: URL): string {
  const file = fileURLToPath(module)
  const from = relative(process.cwd(), file)
  return from.startsWith('..') || from === file ? dirname(file) : process.cwd()
}

/**
 * Tells of changes below a folder, once they have paused, by the name of one file that changed.
 * Folders that begin with a dot, `node_modules` and virtual environments are left out.
 *
 *   sources   the endings of files to look at, such as ".py"
 */
export function watchFolder(
  root: string,
  changed: (file: string) => void,
  sources: ReadonlySet<string> = SOURCES,
): Watching {
  const folders = new Map<string, FSWatcher>()
  let timer: ReturnType<typeof setTimeout> | null = null
  let last = ''
  const soon = (file: string): void => {
    last = relative(root, file)
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(() => changed(last), QUIET_MS)
  }
  const heard = (folder: string, event: string, name: string | null): void => {
    if (name === null) return
    const path = join(folder, name)
    if (event === 'rename') forget(path)
    // A folder that came, perhaps with files in it.
    for (const file of add(path)) if (!isWatchedElsewhere(file)) soon(file)
    if (sources.has(extname(name)) && !name.startsWith('.') && !isWatchedElsewhere(path)) soon(path)
  }
  /** A folder went, or another one of its name came: what is watched of it is the one that went. */
  const forget = (path: string): void => {
    for (const [folder, watcher] of folders) {
      if (folder !== path && !folder.startsWith(path + sep)) continue
      watcher.close()
      folders.delete(folder)
    }
  }
  /** Watches a folder and those below; gives the sources there. Nothing for what is no folder. */
  const add = (folder: string): string[] => {
    if (isLeftOut(folder, root) || folders.has(folder)) return []
    const found: string[] = []
    const entries = entriesOf(folder)
    if (entries === null || isVirtual(entries)) return []
    if (folders.size === MOST) {
      consoleLog.warn({ root }, `Only ${MOST} folders are watched`)
      return []
    }
    try {
      const watcher = watch(folder, (event, name) => heard(folder, event, name))
      watcher.on('error', () => forget(folder))
      folders.set(folder, watcher)
    } catch (error) {
      consoleLog.warn({ folder, reason: (error as Error).message }, 'A folder is not watched')
      return []
    }
    for (const entry of entries) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) found.push(...add(path))
      else if (sources.has(extname(entry.name))) found.push(path)
    }
    return found
  }
  add(root)
  return {
    close: () => {
      if (timer !== null) clearTimeout(timer)
      for (const watcher of folders.values()) watcher.close()
      folders.clear()
    },
  }
}

function isWatchedElsewhere(file: string): boolean {
  if (elsewhere === null || !SOURCES.has(extname(file))) return false
  const way = relative(elsewhere, file)
  const folders = way.split(sep).slice(0, -1)
  return !isAbsolute(way) && !folders.some((name) => name.startsWith('.') || name === 'node_modules')
}

function isLeftOut(folder: string, root: string): boolean {
  const name = relative(dirname(folder), folder)
  return folder !== root && (name.startsWith('.') || name === 'node_modules')
}

// Python's: it holds libraries by the thousand, and may have any name.
function isVirtual(entries: readonly Dirent[]): boolean {
  return entries.some((entry) => entry.name === 'pyvenv.cfg')
}

function entriesOf(folder: string): Dirent[] | null {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return null // a file, or gone
  }
}
