/**
 * Where a name is that a module was asked for and does not export, and which of a package's paths was meant.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { nearest } from '../value/nearest.ts'

/** For the error of Node's linker; `url` is the module that was to be loaded. Null for any other error. */
export async function exportFix(error: unknown, url: URL): Promise<string | null> {
  if (!(error instanceof SyntaxError)) return null
  const [, from, name] =
    /^The requested module '(.+)' does not provide an export named '(.+)'/.exec(error.message) ?? []
  if (from === undefined || name === undefined) return null
  const owner = /^hagaki(\/|$)/.test(from) ? await ownerOf(name, url) : null
  if (owner !== null) return `${owner} has it: import { ${name} } from '${owner}'`
  // A type is written with a capital, and `App` is no misspelled `app`.
  const alike = (await exportsOf(from, url)).filter((one) => isCapital(one) === isCapital(name))
  const near = nearest(name, alike)
  if (near !== null) return `Did you mean ${near}?`
  const isTyped = /\.[mc]?tsx?$/.test(url.pathname)
  return `Look at what that module exports${isTyped ? `; a type is imported as such: import { type ${name} }` : ''}`
}

function isCapital(name: string): boolean {
  return /^[A-Z]/.test(name)
}

/** For a path that a package does not have. Null for any other error. */
export function subpathFix(error: unknown): string | null {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown }
  if (code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED' || typeof message !== 'string') return null
  const [, path, manifest] =
    /^Package subpath '(.+)' is not defined by "exports" in (.+?) imported/.exec(message) ?? []
  if (path === undefined || manifest === undefined) return null
  const { name, exports } = readManifest(manifest)
  const paths = Object.keys(exports).filter((one) => one.startsWith('./') && !one.endsWith('.json'))
  const near = nearest(path, paths)
  const written = (one: string): string => name + one.slice(1)
  return near === null ? `${name} has ${paths.map(written).join(', ')}` : `Did you mean ${written(near)}?`
}

interface Manifest {
  readonly name: string
  readonly exports: Readonly<Record<string, unknown>>
}

function readManifest(file: string): Manifest {
  const { name = '', exports = {} } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Manifest>
  return { name, exports: typeof exports === 'string' ? {} : exports }
}

/** Which path of ours exports a name; those whose peer is not installed are passed over. */
async function ownerOf(name: string, url: URL): Promise<string | null> {
  let paths: readonly string[]
  try {
    paths = Object.keys(readManifest(createRequire(url).resolve('hagaki/package.json')).exports)
  } catch {
    return null
  }
  for (const path of paths) {
    const whole = `hagaki${path.slice(1)}`
    if (!path.endsWith('.json') && (await exportsOf(whole, url)).includes(name)) return whole
  }
  return null
}

/** What a package exports, as seen from a module; nothing where that cannot be told. */
async function exportsOf(specifier: string, url: URL): Promise<readonly string[]> {
  if (/^[./]|^\w+:/.test(specifier)) return [] // Node does not say who asked for it
  try {
    const file = createRequire(url).resolve(specifier)
    return Object.keys((await import(pathToFileURL(file).href)) as object)
  } catch {
    return []
  }
}
