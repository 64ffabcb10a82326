/**
 * The lines of source around a frame.
 *
 * Read from files of the project alone, and from those only that hold code: a stack is text that a
 * message may have written, so it must not lead to a file of secrets, a pipe or a device.
 *
 * @module
 */
import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from 'node:fs'
import { type Frame, isWithin } from './frames.ts'

export interface Line {
  readonly number: number
  readonly text: string
}

export interface Excerpt {
  readonly lines: readonly Line[]
  /** Where in the frame's line the call begins, from 0; null when unknown. */
  readonly offset: number | null
}

/** Bytes of a file that is read, and how many files one page opens. */
const MAX_FILE = 1024 * 1024
const MAX_FILES = 24
const MAX_LINE = 300
const CODE = /\.[cm]?[jt]sx?$/

/** Makes the reader of one page: each file is read once. `around` lines come before and after. */
export function excerpts(root: string): (frame: Frame, around: number) => Excerpt | null {
  const files = new Map<string, readonly string[] | null>()
  const linesOf = (file: string): readonly string[] | null => {
    const known = files.get(file)
    if (known !== undefined) return known
    const lines = files.size < MAX_FILES ? read(file, root) : null
    files.set(file, lines)
    return lines
  }
  return ({ file, line, column }, around) => {
    const all = file === null || line === null ? null : linesOf(file)
    // The file may have become shorter since it was loaded.
    if (all === null || line === null || line < 1 || line > all.length) return null
    const first = Math.max(1, line - around)
    const lines: Line[] = []
    // A line of bundled code can be the whole program: the part that matters is shown.
    const cut = windowOf(all[line - 1]!, column)
    for (let number = first; number <= Math.min(all.length, line + around); number++) {
      const from = number === line ? cut : 0
      lines.push({ number, text: all[number - 1]!.slice(from, from + MAX_LINE) })
    }
    return { lines, offset: column === null ? null : column - 1 - cut }
  }
}

function windowOf(line: string, column: number | null): number {
  return line.length <= MAX_LINE || column === null ? 0 : Math.max(0, column - 1 - MAX_LINE / 2)
}

function read(file: string, root: string): readonly string[] | null {
  let descriptor: number | null = null
  try {
    const real = realpathSync(file)
    if (!isWithin(real, realpathSync(root)) || !CODE.test(real)) return null
    // Opening a pipe would wait for its writer.
    descriptor = openSync(real, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const stat = fstatSync(descriptor)
    if (!stat.isFile() || stat.size > MAX_FILE) return null
    return readFileSync(descriptor, 'utf8').split(/\r\n|\n|\r/)
  } catch {
    return null // not there any more, or not for us
  } finally {
    if (descriptor !== null) closeSync(descriptor)
  }
}
