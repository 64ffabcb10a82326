/**
 * Loading a module that was named at run time, TypeScript included, and the app that it exports.
 *
 * @module
 */
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { App } from '../contract.ts'
import { Fault, isFault } from '../fault.ts'
import { appOf } from './factory.ts'
import { missingImport } from './missing-import.ts'
import { readTypeScript } from './typescript.ts'

/** The URL of a module that a user named. Fault: setup_faulty when no file is there; `fix` says what to do. */
export function moduleUrl(module: string | URL, what: string, fix: string): URL {
  const url =
    module instanceof URL
      ? module
      : module.startsWith('file:')
        ? new URL(module)
        : pathToFileURL(resolve(module))
  if (url.protocol !== 'file:')
    throw new Fault('setup_faulty', { what, reason: `${url.protocol} is no file`, fix: 'Name a file' })
  const path = fileURLToPath(url)
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) throw new Fault('setup_faulty', { what, reason: `there is no file ${path}`, fix })
  if (stat.isDirectory())
    throw new Fault('setup_faulty', {
      what,
      reason: `${path} is a folder`,
      fix: 'Name the file in it that exports the app',
    })
  return url
}

/**
 * Loads the app that a module exports by default, or that the factory there makes (`factory.ts`).
 * Fault: setup_faulty, with the module's own error as its cause.
 */
export async function loadApp(url: URL, what: string): Promise<App> {
  moduleUrl(url, what, 'Look at the path') // it may have gone since it was named
  await readTypeScript(url, what)
  let loaded: { readonly default?: unknown }
  try {
    loaded = (await import(url.href)) as { readonly default?: unknown }
  } catch (error) {
    if (isFault(error) && error.code === 'setup_faulty') throw error // it says better what is wrong
    throw new Fault('setup_faulty', { what, reason: reasonOf(error), fix: fixOf(error, url) }, error)
  }
  if (typeof loaded.default === 'function') return appOf(loaded.default as App | (() => unknown), what)
  const fix = 'Write: export default app((method, path) => ...), or a service, or mount({ ... })'
  const exported =
    'default' in loaded ? `its default export is ${nameOf(loaded.default)}, and no app` : NOTHING
  throw new Fault('setup_faulty', { what, reason: exported, fix })
}

const NOTHING = 'it has no default export that is an app'

function nameOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  return Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

// A compiler's message says what and where on its second line, or on its first behind a place.
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const [first = '', second = ''] = message.split('\n').map((line) => line.trim())
  const { said } = compiled(error) ?? {}
  return (said ?? `${first} ${first.endsWith(':') ? second : ''}`).trim().replace(/\.$/, '')
}

function fixOf(error: unknown, url: URL): string {
  const missing = missingImport(error)
  if (missing?.kind === 'package') return `Install it: npm install ${missing.name}`
  if (missing !== null)
    return `Look at the path${missing.place === null ? '' : ` at ${missing.place}`}, its ending included`
  const { place } = compiled(error) ?? {}
  if (place !== undefined) return `Mend it at ${place}`
  if (!(error instanceof SyntaxError)) return 'It has to load before it can serve'
  if (error.message.includes('does not provide an export')) return 'Look at what that module exports'
  // Node knows the place of a syntax error, and shows it only when it ends of it.
  return /\.[mc]?js$/.test(url.pathname)
    ? `Run it alone to see where: node ${fileURLToPath(url)}`
    : 'It has to load before it can serve'
}

/** What esbuild, by which tsx compiles, says of one error: "/a/b.ts:4:12: ERROR: Unexpected ";"". */
function compiled(error: unknown): { readonly place: string; readonly said: string } | null {
  const message = error instanceof Error ? error.message : ''
  const [, place, said] =
    /^Transform failed with \d+ errors?:\s+(\S.*:\d+:\d+): ERROR: (.+)$/m.exec(message) ?? []
  return place === undefined || said === undefined ? null : { place, said }
}
