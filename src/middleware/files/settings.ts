/**
 * What `files` is told, checked and completed.
 *
 *   Fault  setup_faulty: a folder that is none, an option that there is not or that is of another kind
 *
 * @module
 */
import { realpathSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { App } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import { isFieldValue } from '../../value/headers.ts'
import { mediaType } from '../../value/media-type.ts'
import type { Coding } from './coding.ts'
import { SUFFIXES } from './coding.ts'

export interface FilesOptions {
  /** What stands for a folder, by default "index.html"; false: nothing does. */
  readonly index?: string | false
  /** Tried in this order where a name without one is not there: `['html']` finds "about.html" for "/about". */
  readonly extensions?: readonly string[]
  /**
   * For what is missing: a file, served as the answer to every path that could be a page (no file
   * extension, HTML accepted); or an app, called instead, with whatever method.
   */
  readonly fallback?: string | App
  /** Links: 'inside', the default, leads nowhere outside the folder; 'none' follows none; 'any' follows all. */
  readonly follow?: 'inside' | 'none' | 'any'
  /** True also serves names that begin with a dot. "/.well-known" is served in any case. */
  readonly dotfiles?: boolean
  /** The field of every answer with a file, by default "no-cache": ask each time. Null sends none. */
  readonly cacheControl?: string | null
  /** Paths, such as "/assets/app-3f9a1c.js", whose file never changes: cached for a year without asking. */
  readonly immutable?: RegExp
  /** True serves "app.js.br", ".zst" or ".gz" for "app.js" to clients that take it. Or those named. */
  readonly precompressed?: boolean | readonly Coding[]
  /** Media types by extension, before those that are known. */
  readonly types?: { readonly [extension: string]: string }
  /** How many bytes of files up to 64 KiB are kept in memory, by default 16 MiB; 0 keeps none. */
  readonly memoryBytes?: number
  /**
   * For how many milliseconds what is known of a file holds: a change is served that much later,
   * at most. By default 1000. With 0, and in development, the disk is asked each time.
   */
  readonly freshMs?: number
}

export interface Settings {
  /** Absolute, links not followed. */
  readonly folder: string
  readonly index: string | null
  readonly extensions: readonly string[]
  readonly fallback: readonly string[] | App | null
  readonly follow: 'inside' | 'none' | 'any'
  readonly dotfiles: boolean
  readonly cacheControl: string | null
  readonly immutable: RegExp | null
  readonly codings: readonly (readonly [Coding, suffix: string])[]
  readonly types: ReadonlyMap<string, string>
  readonly memoryBytes: number
  readonly freshMs: number
}

const NAMES: readonly string[] = [
  'index',
  'extensions',
  'fallback',
  'follow',
  'dotfiles',
  'cacheControl',
  'immutable',
  'precompressed',
  'types',
  'memoryBytes',
  'freshMs',
] satisfies (keyof FilesOptions)[]

const MIB = 1024 * 1024

export function settingsOf(folder: string | URL, options: FilesOptions): Settings {
  if (typeof options !== 'object' || options === null)
    throw faulty('options', 'they are no object', 'Write { ... }')
  const unknown = Object.keys(options).find((name) => !NAMES.includes(name))
  if (unknown !== undefined) throw faulty(unknown, 'there is no such option', `There are ${NAMES.join(', ')}`)
  const { follow = 'inside', dotfiles = false, cacheControl = 'no-cache', immutable } = options
  const { memoryBytes = 16 * MIB, freshMs = 1_000 } = options
  if (!['inside', 'none', 'any'].includes(follow))
    throw faulty('follow', `${shown(follow)} is no policy`, "Use 'inside', 'none' or 'any'")
  if (typeof dotfiles !== 'boolean')
    throw faulty('dotfiles', `${shown(dotfiles)} is neither`, 'Use true or false')
  if (
    cacheControl !== null &&
    (typeof cacheControl !== 'string' || !isFieldValue(cacheControl) || cacheControl === '')
  )
    throw faulty(
      'cacheControl',
      `${shown(cacheControl)} is no field value`,
      'Use such as "public, max-age=300", or null',
    )
  if (immutable !== undefined && !(immutable instanceof RegExp))
    throw faulty('immutable', 'it is no regular expression', 'Use such as /-[0-9a-f]{8}\\.\\w+$/')
  return {
    folder: folderOf(folder),
    index: indexOf(options.index ?? 'index.html'),
    extensions: extensionsOf(options.extensions ?? []),
    fallback: fallbackOf(options.fallback),
    follow,
    dotfiles,
    cacheControl,
    // A "g" or "y" would remember where the last path matched.
    immutable:
      immutable === undefined ? null : new RegExp(immutable.source, immutable.flags.replace(/[gy]/g, '')),
    codings: codingsOf(options.precompressed ?? false),
    types: typesOf(options.types ?? {}),
    memoryBytes: amount('memoryBytes', memoryBytes, 'bytes'),
    freshMs: amount('freshMs', freshMs, 'milliseconds'),
  }
}

function folderOf(folder: string | URL): string {
  const what = shown(folder instanceof URL ? folder.href : folder)
  if (typeof folder !== 'string' && !(folder instanceof URL))
    throw faulty(
      'folder',
      `${what} is no path`,
      'Give a path, or a file: URL made with new URL(..., import.meta.url)',
    )
  if (folder === '') throw faulty('folder', 'the path is empty', 'Write "." for the working directory')
  try {
    const path = resolve(folder instanceof URL ? fileURLToPath(folder) : folder)
    if (!statSync(realpathSync(path)).isDirectory()) throw new Error('it is not a folder')
    return path
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const fix = `Make the folder, or give another; a relative one starts at ${process.cwd()}`
    throw faulty(what, reason, fix, error)
  }
}

function indexOf(index: string | false): string | null {
  if (index === false) return null
  if (typeof index !== 'string' || !isName(index))
    throw faulty('index', `${shown(index)} is no file name`, 'Use such as "index.html", or false')
  return index
}

function extensionsOf(extensions: readonly string[]): string[] {
  if (
    !Array.isArray(extensions) ||
    !extensions.every((one) => typeof one === 'string' && isName(one) && !one.startsWith('.'))
  )
    throw faulty(
      'extensions',
      `${shown(extensions)} is no list of extensions`,
      "Use such as ['html'], without dots",
    )
  return extensions.map((extension) => `.${extension}`)
}

function fallbackOf(fallback: string | App | undefined): readonly string[] | App | null {
  if (fallback === undefined) return null
  if (typeof fallback === 'function') return fallback
  const names = typeof fallback === 'string' ? fallback.replace(/^\//, '').split('/') : []
  if (names.length === 0 || !names.every(isName))
    throw faulty(
      'fallback',
      `${shown(fallback)} is no file in the folder`,
      'Use such as "index.html", or an app',
    )
  return names
}

function codingsOf(wanted: boolean | readonly Coding[]): Settings['codings'] {
  if (typeof wanted === 'boolean') return wanted ? SUFFIXES : []
  const known = SUFFIXES.map(([coding]) => coding)
  if (!Array.isArray(wanted) || !wanted.every((one: Coding) => known.includes(one)))
    throw faulty(
      'precompressed',
      `${shown(wanted)} names others than ${known.join(', ')}`,
      'Use true, or those',
    )
  return wanted.map((one: Coding) => SUFFIXES.find(([coding]) => coding === one)!)
}

function typesOf(types: { readonly [extension: string]: string }): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const [name, type] of Object.entries(types)) {
    const extension = name.replace(/^\./, '').toLowerCase()
    if (typeof type !== 'string' || mediaType(type) === null || !isFieldValue(type))
      throw faulty(
        `types.${name}`,
        `${shown(type)} is no media type`,
        'Use such as "text/plain; charset=utf-8"',
      )
    found.set(extension, type)
  }
  return found
}

function amount(name: string, value: number, unit: string): number {
  if (typeof value === 'number' && value >= 0) return value
  throw faulty(name, `${shown(value)} is no number of ${unit}`, 'Use 0 or more')
}

function isName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name)
}

function shown(value: unknown): string {
  return typeof value === 'function' ? 'a function' : (JSON.stringify(value) ?? String(value))
}

function faulty(what: string, reason: string, fix: string, cause?: unknown): Fault {
  return new Fault('setup_faulty', { what: `files: ${what}`, reason, fix }, cause)
}
