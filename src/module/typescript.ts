/**
 * Running TypeScript on a Node that does not read it by itself.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { isMainThread } from 'node:worker_threads'
import { Fault } from '../fault.ts'
import { packageType } from './package-type.ts'

/** True when a module needs tsx: it is TypeScript, and this Node (before 22.18) does not strip types. */
export function needsTsx(url: URL): boolean {
  const { typescript } = process.features as { readonly typescript?: unknown }
  return /\.[mc]?tsx?$/.test(url.pathname) && (typescript === undefined || typescript === false)
}

/** Where tsx's hooks are, as seen from a module. Fault: setup_faulty when it is not installed there. */
export function tsxUrl(from: URL, what: string): string {
  try {
    // `require.resolve` would give the CommonJS entry, and `import.meta.resolve` looks from here alone.
    const packageFile = createRequire(from).resolve('tsx/package.json')
    const { exports } = JSON.parse(readFileSync(packageFile, 'utf8')) as TsxPackage
    return new URL(exports['./esm/api'].import.default, pathToFileURL(packageFile)).href
  } catch {
    const reason = `Node ${process.versions.node} reads TypeScript by tsx, which is not installed`
    const fix = 'Install it beside the module: npm install --save-dev tsx. Node 22.18 and newer need no help'
    throw new Fault('setup_faulty', { what, reason, fix })
  }
}

interface TsxPackage {
  readonly exports: { readonly './esm/api': { readonly import: { readonly default: string } } }
}

/** Makes TypeScript importable in this thread. Fault: setup_faulty. */
export async function readTypeScript(url: URL, what: string): Promise<void> {
  if (!needsTsx(url)) return
  const tsx = tsxUrl(url, what)
  checkPackage(url, what)
  if (isMainThread && process.execArgv.some((argument) => /\btsx\b/.test(argument))) return
  registered ??= import(tsx).then((hooks: { register(): unknown }) => void hooks.register())
  await registered
}

let registered: Promise<void> | null = null

// Node looks into a file to see what it is; tsx does not, and fails in ways that explain nothing.
function checkPackage(url: URL, what: string): void {
  if (!/\.tsx?$/.test(url.pathname) || packageType(url) === 'module') return
  const says =
    packageType(url) === 'commonjs'
      ? 'package.json says "type": "commonjs", not'
      : 'no package.json says "type":'
  const reason = `tsx takes it for CommonJS, because ${says} "module"`
  throw new Fault('setup_faulty', { what, reason, fix: 'Say so in package.json, or name the file .mts' })
}
