/**
 * What was named on the command line as an app: a module of ours, or an app in another language.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { App } from '../contract.ts'
import { Fault } from '../fault.ts'
import { loadApp, moduleUrl } from '../module/load.ts'
import { type ForeignOptions, languageOf, splitModule } from './languages.ts'
import { nearFile } from './near-file.ts'

/** The URL of its file; what stands behind the colon of "app.py:app" or "app.ts:notes" is its fragment. Fault: setup_faulty. */
export function urlOf(module: string): URL {
  const [file, member] = splitModule(module)
  const [, name, behind] = /^([\w./-]+):([\w.]+)$/.exec(file) ?? []
  // As gunicorn takes it.
  if (name !== undefined && !existsSync(file) && existsSync(`${name.replaceAll('.', '/')}.py`)) {
    const fix = `Name the file: ${name.replaceAll('.', '/')}.py:${behind}`
    throw new Fault('setup_faulty', { what: module, reason: 'it is no file', fix })
  }
  const meant = nearFile(file)
  const url = moduleUrl(file, module, meant === null ? 'Look at the path' : `Did you mean ${meant}?`)
  if (member !== null) url.hash = encodeURIComponent(member)
  return url
}

/** The app of a module. Faults: as `loadApp`; for another language, those of its options. */
export async function loadModule(url: URL, module: string, options: ForeignOptions = {}): Promise<App> {
  const language = languageOf(url.pathname)
  const member = url.hash === '' ? null : decodeURIComponent(url.hash.slice(1))
  if (language === null) return loadApp(pathToFileURL(fileURLToPath(url)), module, member ?? 'default')
  return language.app(fileURLToPath(url), member, options, module)
}
