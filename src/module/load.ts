/**
 * Loading a module that was named at run time, TypeScript included, and the app that it exports.
 *
 * @module
 */
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type App, LIFE } from '../contract.ts'
import { Fault, isFault } from '../fault.ts'
import { nearest } from '../value/nearest.ts'
import { appOf } from './factory.ts'
import { importFix, importReason } from './import-fix.ts'
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
 * Loads the app that a module exports, by default or by a name, or that the factory there makes (`factory.ts`).
 * Fault: setup_faulty, with the module's own error as its cause.
 */
export async function loadApp(url: URL, what: string, name = 'default'): Promise<App> {
  moduleUrl(url, what, 'Look at the path') // it may have gone since it was named
  await readTypeScript(url, what)
  let loaded: Exports
  try {
    loaded = (await import(url.href)) as Exports
  } catch (error) {
    if (isFault(error) && error.code === 'setup_faulty') throw error // it says better what is wrong
    throw new Fault(
      'setup_faulty',
      { what, reason: importReason(error), fix: await importFix(error, url) },
      error,
    )
  }
  const exported = loaded[name]
  const which = name === 'default' ? 'its default export' : `what it exports as ${name}`
  if (isForeign(exported))
    throw new Fault('setup_faulty', {
      what,
      reason: `${which} is the app of another framework`,
      fix: BESIDE,
    })
  if (typeof exported === 'function') return appOf(exported as App | (() => unknown), what)
  const reason =
    name in loaded
      ? `${which} is ${nameOf(exported)}, and no app`
      : name === 'default'
        ? 'it has no default export that is an app'
        : `it exports nothing as ${name}`
  throw new Fault('setup_faulty', { what, reason, fix: exportedFix(name, loaded) })
}

type Exports = Readonly<Record<string, unknown>>

function exportedFix(name: string, loaded: Exports): string {
  if (name === 'default')
    return 'Write: export default app((method, path) => ...), or a service, or mount({ ... })'
  const others = Object.keys(loaded).filter((one) => typeof loaded[one] === 'function')
  const near = nearest(name, others)
  if (near !== null) return `Did you mean ${near}?`
  return others.length === 0 ? 'It exports no app' : `It exports ${others.join(', ')}`
}

function nameOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  return Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

const BESIDE =
  "Let it listen on a port of its own, and lead to it: export default remote(http('http://127.0.0.1:3000')), of hagaki and hagaki/http"

// Express, Fastify, Koa and connect listen, Hono and its like answer fetch; ours do neither.
function isForeign(value: unknown): boolean {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function') || LIFE in value)
    return false
  const { listen, fetch } = value as { readonly listen?: unknown; readonly fetch?: unknown }
  return typeof listen === 'function' || typeof fetch === 'function'
}
