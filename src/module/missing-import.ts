/**
 * An import that found nothing, as Node tells it: which name was asked for, by which file, and where.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { dirname, extname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface MissingImport {
  readonly kind: 'package' | 'module'
  /** Of a package its name, of a module its path. */
  readonly name: string
  /** The file that asks for it. */
  readonly file: string
  /** "/a/b.ts:3:17", or null where no line of the file names it. */
  readonly place: string | null
}

/** Null for any other error. */
export function missingImport(error: unknown): MissingImport | null {
  if (!(error instanceof Error) || (error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND')
    return null
  const [first = ''] = error.message.split('\n')
  const [, kind, name, from] = /^Cannot find (package|module) '(.+)' imported from (.+)$/.exec(first) ?? []
  if (name === undefined || from === undefined) return null
  const file = from.startsWith('file:') ? fileURLToPath(from) : from
  const found = kind === 'package' ? named(name) : leadsTo(name, file)
  return { kind: kind as MissingImport['kind'], name, file, place: placeOf(file, found) }
}

function named(name: string): (specifier: string) => boolean {
  return (specifier) => specifier === name || specifier.startsWith(`${name}/`)
}

// Whoever resolves may have tried another ending than the one that is written.
function leadsTo(path: string, file: string): (specifier: string) => boolean {
  const bare = (whole: string): string => whole.slice(0, whole.length - extname(whole).length)
  return (specifier) => /^\.{0,2}\//.test(specifier) && bare(resolve(dirname(file), specifier)) === bare(path)
}

function placeOf(file: string, found: (specifier: string) => boolean): string | null {
  let lines: readonly string[]
  try {
    lines = readFileSync(file, 'utf8').split('\n')
  } catch {
    return null
  }
  for (const [at, line] of lines.entries()) {
    // `import x from 'a'`, `export * from 'a'`, `import 'a'`, `import('a')`, also on a line of its end.
    for (const match of line.matchAll(/(?:\bfrom|\bimport\s*\(?)\s*(['"])([^'"]+)\1/g))
      if (found(match[2]!)) return `${file}:${at + 1}:${match.index + match[0].indexOf(match[1]!) + 1}`
  }
  return null
}
