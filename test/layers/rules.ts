/**
 * The layer rules over a set of source files. Pure: what is on disk comes in as values.
 *
 *   in     the table, the files of src (path below src, text), names of packages that may be imported
 *   out    one sentence per breach, with file and line; empty when all is well
 *
 * Rooms are the folders directly below src (`value/`) and the files there (`fault.ts`).
 *
 * @module
 */
import { posix } from 'node:path'
import { type Import, readSource } from './source.ts'

export interface Table {
  /** Rooms of each layer, lowest first. A file directly below src may import its layer's others. */
  readonly layers: readonly (readonly string[])[]
  /** Rooms that import anything and that nothing imports. */
  readonly top: readonly string[]
  /** Pairs of rooms that stay strangers, whatever their layers: from, to. */
  readonly strangers: readonly (readonly [from: string, to: string])[]
  /** Pairs of rooms where only types are imported: from, to. */
  readonly typesOnly: readonly (readonly [from: string, to: string])[]
  /** Rooms and single files that run without Node. */
  readonly portable: readonly string[]
  /** Names that only Node has. */
  readonly nodeNames: readonly string[]
}

/** Checks every file; order is that of `files`. */
export function breaches(
  table: Table,
  files: ReadonlyMap<string, string>,
  packages: ReadonlySet<string>,
): string[] {
  const found = unknownRooms(table, files)
  for (const [file, text] of files) {
    const source = readSource(file, text)
    const at = (line: number): string => `src/${file}:${line}`
    for (const one of source.imports) {
      for (const wrong of importBreaches(table, file, one, packages)) found.push(`${at(one.line)} ${wrong}`)
    }
    if (!isPortable(table, file)) continue
    for (const { name, line } of source.names) {
      if (table.nodeNames.includes(name)) found.push(`${at(line)} names ${name}, and it is portable`)
    }
  }
  return found
}

function unknownRooms(table: Table, files: ReadonlyMap<string, string>): string[] {
  const rooms = new Set([...files.keys()].map(roomOf))
  const unknown = [...rooms].filter((room) => layerOf(table, room) === -1)
  return unknown.map((room) => `src/${room} is on no layer: give it a row in the table`)
}

function* importBreaches(
  table: Table,
  file: string,
  { specifier, typeOnly }: Import,
  packages: ReadonlySet<string>,
): Generator<string> {
  if (specifier === null) return
  if (specifier.startsWith('node:')) {
    if (isPortable(table, file)) yield `imports ${specifier}, and it is portable`
    return
  }
  if (!specifier.startsWith('.')) {
    const name = packageOf(specifier)
    if (!packages.has(name)) yield `imports ${name}, which package.json does not give to users`
    return
  }

  const target = posix.join(posix.dirname(file), specifier)
  if (target.startsWith('..')) {
    yield `imports ${specifier}, which is outside src`
    return
  }
  if (isTest(target)) yield `imports the test file ${target}`
  if (isPortable(table, file) && !isPortable(table, target) && !typeOnly) {
    yield `imports ${target}, which is not portable, and it is`
  }
  yield* roomBreaches(table, roomOf(file), roomOf(target), typeOnly)
}

function* roomBreaches(table: Table, from: string, to: string, typeOnly: boolean): Generator<string> {
  if (from === to) return
  const [above, below] = [layerOf(table, from), layerOf(table, to)]
  if (above === -1) return // said once, for the room
  const neighbours = above === below && !from.endsWith('/') && !to.endsWith('/')
  if (below >= above && !neighbours) {
    yield `imports ${to} of layer ${below}, and ${from} is on layer ${above}: only lower layers`
  }
  if (holds(table.strangers, from, to)) yield `imports ${to}, and ${from} never does`
  if (holds(table.typesOnly, from, to) && !typeOnly) {
    yield `imports ${to} at run time, and ${from} takes its types only: write \`import type\``
  }
}

function holds(pairs: Table['strangers'], from: string, to: string): boolean {
  return pairs.some(([one, other]) => one === from && other === to)
}

/** `value/head.ts` is in `value/`, `fault.ts` in `fault.ts`. */
function roomOf(file: string): string {
  const slash = file.indexOf('/')
  return slash === -1 ? file : file.slice(0, slash + 1)
}

/** 0 is the lowest, -1 is none. */
function layerOf(table: Table, room: string): number {
  if (table.top.includes(room)) return table.layers.length
  return table.layers.findIndex((rooms) => rooms.includes(room))
}

function isPortable(table: Table, file: string): boolean {
  return table.portable.some((one) => one === file || (one.endsWith('/') && file.startsWith(one)))
}

/** `@scope/name/sub` is of `@scope/name`, `name/sub` of `name`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

/** True for a file that only tests use. */
export function isTest(file: string): boolean {
  return /\.test(-d)?\.ts$/.test(file)
}
