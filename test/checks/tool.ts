/**
 * Tools that npm brought, run by this Node: no shell, no `npx`, the same on every platform.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ChildOptions, type Ended, ROOT, run } from './child.ts'

/** Runs a program of an installed package: `tool('typescript', 'tsc', ['--noEmit'])`. */
export function tool(
  name: string,
  program: string,
  args: readonly string[],
  options?: ChildOptions,
): Promise<Ended> {
  return run(process.execPath, [toolPath(name, program), ...args], options)
}

/** Path of the script behind a package's program. Throws Error when it is not installed. */
export function toolPath(name: string, program: string): string {
  const folder = join(ROOT, 'node_modules', name)
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  const script = typeof bin === 'string' ? bin : bin[program]
  if (script === undefined) throw new Error(`${name} has no program ${program}`)
  return join(folder, script)
}

/** Runs npm itself: the one that runs us, else the one on PATH. */
export function npm(args: readonly string[], options?: ChildOptions): Promise<Ended> {
  const script = process.env['npm_execpath']
  if (script?.endsWith('.js')) return run(process.execPath, [script, ...args], options)
  // On Windows it is a script for a shell, and none of our arguments is from outside.
  return process.platform === 'win32'
    ? run('cmd', ['/c', 'npm', ...args], options)
    : run('npm', args, options)
}

interface Manifest {
  readonly bin: string | Readonly<Record<string, string>>
}
