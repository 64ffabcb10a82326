/**
 * Which Python runs an app: the one that is named, that of a virtual environment, or the system's.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { Fault } from '../fault.ts'
import type { ForeignPool } from './pool-options.ts'

export interface Interpreter {
  readonly command: string
  readonly env: NodeJS.ProcessEnv
}

const IS_WINDOWS = process.platform === 'win32'

/** Fault: setup_faulty, where both are named, or the environment is none. */
export function interpreter(
  what: string,
  { cwd, env }: ForeignPool,
  { python, venv }: { readonly python?: string; readonly venv?: string },
): Interpreter {
  if (venv === undefined) return { command: python ?? (IS_WINDOWS ? 'python' : 'python3'), env }
  if (python !== undefined)
    throw refused(what, 'it names an interpreter and a virtual environment', 'Name one of python and venv')
  const folder = resolve(cwd, venv)
  const programs = join(folder, IS_WINDOWS ? 'Scripts' : 'bin')
  const command = join(programs, IS_WINDOWS ? 'python.exe' : 'python')
  if (!existsSync(command))
    throw refused(what, `there is no virtual environment in ${folder}`, `Make it: python3 -m venv ${folder}`)
  // As its `activate` does, for the programs that the app starts.
  const { PYTHONHOME: _, ...rest } = env
  return {
    command,
    env: { ...rest, VIRTUAL_ENV: folder, PATH: `${programs}${delimiter}${env['PATH'] ?? ''}` },
  }
}

function refused(what: string, reason: string, fix: string): Fault {
  return new Fault('setup_faulty', { what, reason, fix })
}
