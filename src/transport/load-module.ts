/**
 * Loading a module that was named at run time, TypeScript included.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { App } from '../contract.ts'
import { Fault } from '../fault.ts'
import { readTypeScript } from './typescript.ts'

/** The URL of a module that a user named. Fault: setup_faulty when nothing is there; `fix` says what to do. */
export function moduleUrl(module: string | URL, what: string, fix: string): URL {
  const url =
    module instanceof URL
      ? module
      : module.startsWith('file:')
        ? new URL(module)
        : pathToFileURL(resolve(module))
  if (existsSync(fileURLToPath(url))) return url
  throw new Fault('setup_faulty', { what, reason: `there is no file ${fileURLToPath(url)}`, fix })
}

/** Loads the app that a module exports by default. Fault: setup_faulty. */
export async function loadApp(url: URL, what: string): Promise<App> {
  await readTypeScript(url, what)
  let loaded: { readonly default?: unknown }
  try {
    loaded = (await import(url.href)) as { readonly default?: unknown }
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0]! : String(error)
    throw new Fault('setup_faulty', { what, reason, fix: 'It has to load before it can serve' }, error)
  }
  if (typeof loaded.default === 'function') return loaded.default as App
  const fix = 'Write: export default app((method, path) => ...), or a service, or mount({ ... })'
  throw new Fault('setup_faulty', { what, reason: 'it has no default export that is an app', fix })
}
