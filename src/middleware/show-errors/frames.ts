/**
 * The stack of an error as frames: what was called, where, and whose code it is.
 *
 * A stack is text that V8 wrote and anybody may have changed: nothing in it is trusted. Positions
 * are taken as they stand, so they are those of the source where Node maps them.
 *
 * @module
 */
import { isAbsolute, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Frame {
  /** What was called, such as "Notes.add", or "" for none with a name. */
  readonly call: string
  /** Absolute path; null for what is in no file. */
  readonly file: string | null
  /** What a reader is shown: a path from the root of the project, "node:fs", "<anonymous>". */
  readonly place: string
  /** From 1; null where the stack does not say. */
  readonly line: number | null
  readonly column: number | null
  /** Whose code it is: "own", or the name of a package, or "Node". */
  readonly owner: string
}

/** Where the project is, with its symbolic links resolved or not, whichever way paths are written. */
export interface Project {
  readonly root: string
  /** The folder of this package's own modules. */
  readonly hagaki: string
}

export const OWN = 'own'
const PLATFORM = 'Node'

/** How much of a stack is looked at, in characters, and how many frames are shown. */
const MAX_TEXT = 65_536
const MAX_FRAMES = 50
const MAX_LINE = 2_000

/**
 * Parses a stack.
 *
 *   in     `error.stack` and `error.message`; a message may have lines that look like frames
 *   out    frames, innermost first, at most 50
 */
export function framesOf(stack: string, message: string, project: Project): readonly Frame[] {
  const frames: Frame[] = []
  for (const line of traceOf(stack, message).split('\n')) {
    if (!/^\s{1,8}at \S/.test(line) || line.length > MAX_LINE) continue
    frames.push(frameOf(line.trim().slice(3), project))
    if (frames.length === MAX_FRAMES) break
  }
  return frames
}

// V8 writes name and message first, then the frames. A message that was changed since is not found:
// then the lines at the end that look like frames are taken, and no others.
function traceOf(stack: string, message: string): string {
  const at = stack.slice(0, message.length + 1_000).indexOf(message)
  if (at >= 0) return stack.slice(at + message.length, at + message.length + MAX_TEXT)
  const lines = stack.slice(-MAX_TEXT).split('\n')
  let first = lines.length
  while (first > 0 && /^\s{1,8}at \S/.test(lines[first - 1]!)) first--
  return lines.slice(first).join('\n')
}

// "call (location)" or "location"; a path may hold spaces and brackets, the name of a call neither
// together.
function frameOf(text: string, project: Project): Frame {
  const bracket = text.endsWith(')') ? text.indexOf(' (') : -1
  const call = bracket < 0 ? '' : text.slice(0, bracket)
  const location = bracket < 0 ? text.replace(/^async /, '') : text.slice(bracket + 2, -1)
  const found = /^(.+?)(?::(\d{1,9}))?(?::(\d{1,9}))?$/.exec(location)
  const [, where = location, line, column] = found ?? []
  const file = fileOf(where)
  return {
    call,
    file,
    place: file === null ? where : placeOf(file, project.root),
    line: line === undefined ? null : Number(line),
    column: column === undefined ? null : Number(column),
    owner: ownerOf(file, project),
  }
}

function fileOf(where: string): string | null {
  if (!where.startsWith('file:')) return isAbsolute(where) ? where : null
  try {
    return fileURLToPath(where)
  } catch {
    return null
  }
}

function ownerOf(file: string | null, { root, hagaki }: Project): string {
  if (file === null) return PLATFORM
  if (isWithin(file, hagaki)) return 'hagaki'
  const parts = file.split(sep)
  const at = parts.lastIndexOf('node_modules')
  const name = at < 0 ? undefined : parts[at + 1]
  if (name !== undefined) return name.startsWith('@') ? `${name}/${parts[at + 2] ?? ''}` : name
  return isWithin(file, root) ? OWN : 'elsewhere'
}

/** True for what is below a folder. Paths are compared as they are written. */
export function isWithin(file: string, folder: string): boolean {
  const way = relative(folder, file)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

function placeOf(file: string, root: string): string {
  return isWithin(file, root) ? relative(root, file) : file
}
