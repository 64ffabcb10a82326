/**
 * `python`: a service of handlers in Python (`hagaki.handlers`), called by HTTP heads and by name.
 *
 * @module
 */
import { fileURLToPath } from 'node:url'
import type { App } from '../contract.ts'
import { Fault } from '../fault.ts'
import type { ForeignProgram } from './foreign-app.ts'
import {
  type ForeignHandlers,
  foreignEither,
  foreignHandlers,
  type HandlersTransport,
} from './foreign-handlers.ts'
import { type ForeignPool, type ForeignPoolOptions, foreignPool } from './pool-options.ts'
import { interpreter } from './python.ts'

export interface PythonOptions extends ForeignPoolOptions {
  /** The interpreter, by default python3. */
  readonly python?: string
  /** A virtual environment, such as ".venv", looked for in `cwd`: its interpreter, and its programs. */
  readonly venv?: string
}

export type PythonTransport = HandlersTransport

/** The worker, a package of the standard library alone. */
const WORKER = fileURLToPath(new URL('../../workers/python/run.py', import.meta.url))
const SOURCES: ReadonlySet<string> = new Set(['.py'])
const ALL_SOURCES: ReadonlySet<string> = new Set(['.py', '.html', '.jinja', '.jinja2', '.j2'])

/**
 * A service in processes of its own: `remote(python('notes:service'))` is an app, and
 * `client(contract, python('notes:service'))` calls it with no server between. One that dies takes its own
 * calls with it (502) and is replaced.
 *
 *   target  "module:service", or the module alone where the service is called that
 *   Fault   setup_faulty: faulty options; at boot, a service that does not load, with the reason
 */
export function python(target: string, options: PythonOptions = {}): PythonTransport {
  return handlersOf('handlers', target, options)
}

/** The same to be looked at and not called, for the command line: none of its resources is opened. */
export function pythonOffer(target: string, options: PythonOptions): ForeignHandlers {
  return handlersOf('offer', target, options)
}

function handlersOf(kind: 'handlers' | 'offer', target: string, options: PythonOptions): ForeignHandlers {
  const [program, pool] = programOf(kind, target, options)
  return foreignHandlers(program, pool)
}

/** Handlers or an app, whichever the target is: what the command line serves. Fault: setup_faulty. */
export function pythonEither(target: string, options: PythonOptions): App {
  const [program, pool] = programOf('either', target, options)
  return foreignEither({ ...program, sources: ALL_SOURCES }, pool)
}

function programOf(
  kind: 'handlers' | 'offer' | 'either',
  target: string,
  options: PythonOptions,
): [program: ForeignProgram, pool: ForeignPool] {
  if (!/^[\w.]+(?::[\w.]+(?:\(\))?)?$/.test(target)) {
    throw new Fault('setup_faulty', {
      what: `python(${JSON.stringify(target)})`,
      reason: kind === 'either' ? 'it names no app' : 'it names no service',
      fix: 'Write "module:service", such as "notes:service"',
    })
  }
  const what = `python('${target}')` // as the worker calls it
  const pool = foreignPool(what, options)
  const { command, env } = interpreter(what, pool, options)
  const program = {
    what,
    command,
    args: [WORKER, kind, target, '--threads', String(pool.threads)],
    fix: `Install Python 3.9 or newer, or name the interpreter: python('${target}', { python: '.venv/bin/python' })`,
    sources: SOURCES,
  }
  return [program, { ...pool, env }]
}
