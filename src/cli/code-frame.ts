/**
 * The lines of source around the place that an error points to.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

interface At {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Lines shown before and after the one at fault. */
const AROUND = 2
/** How far a place is looked for, and how long it may be. Characters. */
const FURTHEST = 20_000
const LONGEST = 1_024
/** Longer ones were written by no one. Characters. */
const WIDEST = 200

/**
 * The source around the first place outside `node_modules` that a message or stack names, marked;
 * null when it names none, or none that can be read.
 */
export function codeFrame(text: string): string | null {
  for (const at of places(text)) {
    const frame = drawn(at)
    if (frame !== null) return frame
  }
  return null
}

// "file:///a/b.ts:3:7", "/a/b.ts:3:7:" and "C:\a\b.ts:3:7", as stacks and compilers write them. Word by
// word, each of bounded length: the text may be anything that was thrown.
function* places(text: string): Generator<At> {
  for (const word of text.slice(0, FURTHEST).split(/[\s()'"]+/)) {
    if (word.length > LONGEST) continue
    const found = /^(file:\/\/.+|\/.+|[A-Za-z]:\\.+):([0-9]{1,7}):([0-9]{1,7}):?$/.exec(word)
    const file = found === null ? null : path(found[1]!)
    if (file !== null && !/[\\/]node_modules[\\/]/.test(file))
      yield { file, line: Number(found![2]), column: Number(found![3]) }
  }
}

function path(name: string): string | null {
  try {
    return name.startsWith('file:') ? fileURLToPath(name) : name
  } catch {
    return null
  }
}

function drawn({ file, line, column }: At): string | null {
  const lines = linesOf(file)
  const at = lines?.[line - 1]
  if (lines === null || at === undefined || at.length > WIDEST) return null
  const first = Math.max(1, line - AROUND)
  const last = Math.min(lines.length, line + AROUND)
  const width = String(last).length
  const drawing = [`${file}:${line}:${column}`]
  for (let number = first; number <= last; number++) {
    const shown = lines[number - 1]!.slice(0, WIDEST)
    const mark = number === line ? '>' : ' '
    drawing.push(`${mark} ${String(number).padStart(width)} | ${shown}`.trimEnd())
    // Tabs stay tabs, so that the mark stands where it points.
    if (number === line)
      drawing.push(`  ${' '.repeat(width)} | ${at.slice(0, Math.max(0, column - 1)).replace(/[^\t]/g, ' ')}^`)
  }
  return drawing.join('\n')
}

function linesOf(file: string): readonly string[] | null {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/)
  } catch {
    return null
  }
}
