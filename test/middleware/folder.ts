/**
 * A folder that a test fills, and an app to ask.
 *
 * @module
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type App, perform, type RequestParts, type ResponseValue, request, use } from 'hagaki'
import { type FilesOptions, files } from 'hagaki/middleware'
import { onTestFinished } from 'vitest'
import { lint } from '../../src/lint/lint.ts'

/** Long enough ago for its clock to tell every later change, epoch seconds. */
export const LONG_AGO = 1_000_000_000

/** Makes a folder with files by their paths, gone with the test. Gives its real path. */
export function folder(contents: { readonly [path: string]: string | Uint8Array } = {}): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'hagaki-files-')))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(contents)) put(path, name, content)
  return path
}

/** Writes a file, and dates it. */
export function put(root: string, name: string, content: string | Uint8Array, modified = LONG_AGO): void {
  mkdirSync(dirname(join(root, name)), { recursive: true })
  writeFileSync(join(root, name), content)
  utimesSync(join(root, name), modified, modified)
}

/** `files` between two layers of lint: one on each side of what `use` makes of faults. */
export function linted(root: string, options?: FilesOptions): App {
  return use(files(root, options), lint)
}

export function get(app: App, target: string, headers: RequestParts['headers'] = {}): Promise<ResponseValue> {
  return perform(app, request('GET', target, { headers }))
}

/** The body as latin1: one character, one octet. */
export function octets(answer: ResponseValue): string {
  return Buffer.from(answer.body ?? []).toString('latin1')
}
