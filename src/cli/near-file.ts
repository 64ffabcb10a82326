/**
 * Which file was meant by a path where there is none.
 *
 * @module
 */
import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { nearest } from '../value/nearest.ts'

const MODULES = /\.(?:[cm]?[jt]sx?|py|rb|ru)$/

/** A file of the same folder that may be an app: of that name with another ending, or of nearly that name. Else null. */
export function nearFile(path: string): string | null {
  if (existsSync(path)) return null
  const names = modules(dirname(path))
  const bare = nearest(bareOf(path), names.map(bareOf))
  const name = names.find((one) => bareOf(one) === bare) ?? null
  return name === null
    ? null
    : path.startsWith('./')
      ? `./${join(dirname(path), name)}`
      : join(dirname(path), name)
}

function bareOf(path: string): string {
  return basename(path, extname(path))
}

function modules(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => MODULES.test(name) && !/\.d\.[cm]?ts$/.test(name))
  } catch {
    return []
  }
}
