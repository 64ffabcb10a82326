/**
 * `python`: a service of handlers in Python (`hagaki.handlers`), called by HTTP heads and by name.
 *
 * @module
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Transport } from '../call/transport.ts'
import { Fault } from '../fault.ts'
import type { Contract } from '../handler/contract.ts'
import { type ByName, byName } from '../transport/by-name.ts'
import { foreignPrograms } from './foreign-app.ts'
import { type ForeignPoolOptions, foreignPool } from './pool-options.ts'
import { interpreter } from './python.ts'

export interface PythonOptions extends ForeignPoolOptions {
  /** The interpreter, by default python3. */
  readonly python?: string
  /** A virtual environment, such as ".venv", looked for in `cwd`: its interpreter, and its programs. */
  readonly venv?: string
}

export interface PythonTransport extends Transport, ByName {
  /** Ends its processes, for a program without a server: with `remote`, the server's stop does. */
  close(): Promise<void>
}

/** The worker, a package of the standard library alone. */
const WORKER = fileURLToPath(new URL('../../workers/python/run.py', import.meta.url))
const SOURCES: ReadonlySet<string> = new Set(['.py'])

/**
 * A service in processes of its own: `remote(python('notes:service'))` is an app, and
 * `client(contract, python('notes:service'))` calls it with no server between. One that dies takes its own
 * calls with it (502) and is replaced.
 *
 *   target  "module:service", or the module alone where the service is called that
 *   Fault   setup_faulty: faulty options; at boot, a service that does not load, with the reason
 */
export function python(target: string, options: PythonOptions = {}): PythonTransport {
  checkTarget(target)
  const what = `python('${target}')` // as the worker calls it
  const pool = foreignPool(what, options)
  const { command, env } = interpreter(what, pool, options)
  const programs = foreignPrograms(
    {
      what,
      command,
      args: [WORKER, 'handlers', target, '--threads', String(pool.threads)],
      fix: `Install Python 3.9 or newer, or name the interpreter: python('${target}', { python: '.venv/bin/python' })`,
      sources: SOURCES,
    },
    { ...pool, env },
  )
  const { invoke, ...transport } = programs
  return { ...transport, ...byName((...call) => invoke(...call)) }
}

/** What a service in Python offers, as it says itself. Fault: setup_faulty, with why it does not load. */
export async function pythonContract(target: string, options: PythonOptions = {}): Promise<Contract> {
  checkTarget(target)
  const pool = foreignPool(`python('${target}')`, options)
  const { command, env } = interpreter(`python('${target}')`, pool, options)
  try {
    const args = [WORKER, 'contract', target]
    const { stdout } = await promisify(execFile)(command, args, {
      cwd: pool.cwd,
      env,
      maxBuffer: MAX_CONTRACT,
    })
    return JSON.parse(stdout) as Contract
  } catch (error) {
    const said = String((error as { readonly stderr?: unknown }).stderr ?? '')
    const [, reason = String(error)] = /^hagaki: [^:]+(?::\w+)?: (.*)$/m.exec(said) ?? []
    const fix = 'Look at the module, and at its traceback: python3 -c "import ..."'
    throw new Fault('setup_faulty', { what: target, reason: reason.replace(/\.$/, ''), fix }, error)
  }
}

/** Characters of a contract. */
const MAX_CONTRACT = 16 * 1024 * 1024

function checkTarget(target: string): void {
  if (!/^[\w.]+(?::[\w.]+(?:\(\))?)?$/.test(target)) {
    throw new Fault('setup_faulty', {
      what: `python(${JSON.stringify(target)})`,
      reason: 'it names no service',
      fix: 'Write "module:service", such as "notes:service"',
    })
  }
}
