/**
 * `wsgi`: an existing Python web app (PEP 3333: Flask, Django, a plain function) as an app.
 *
 * @module
 */
import { fileURLToPath } from 'node:url'
import type { App } from '../contract.ts'
import { Fault } from '../fault.ts'
import { foreignApp } from './foreign-app.ts'
import { type ForeignPoolOptions, foreignPool } from './pool-options.ts'
import { interpreter } from './python.ts'

export { remoteUser } from './remote-user.ts'

export interface WsgiOptions extends ForeignPoolOptions {
  /** The interpreter, by default python3. */
  readonly python?: string
  /** A virtual environment, such as ".venv", looked for in `cwd`: its interpreter, and its programs. */
  readonly venv?: string
}

/** The worker, a package of the standard library alone. */
const WORKER = fileURLToPath(new URL('../../workers/python/run.py', import.meta.url))
const SOURCES: ReadonlySet<string> = new Set(['.py', '.html', '.jinja', '.jinja2', '.j2'])

/**
 * Runs a WSGI app, unchanged, in processes of its own. One that dies takes its own calls with it
 * (502) and is replaced.
 *
 *   target  "module:app", as gunicorn takes it
 *   Fault   setup_faulty: faulty options; at boot, an app that does not load, with the reason
 */
export function wsgi(target: string, options: WsgiOptions = {}): App {
  return pythonApp('wsgi', target, options)
}

/**
 * Runs an app of PEP 444 (web3), unchanged, as `wsgi` does one of PEP 3333. It answers
 * `(body, status, headers)`, all of them bytes.
 */
export function web3(target: string, options: WsgiOptions = {}): App {
  return pythonApp('web3', target, options)
}

function pythonApp(kind: 'wsgi' | 'web3', target: string, options: WsgiOptions): App {
  if (!/^[\w.]+(?::[\w.]+(?:\(\))?)?$/.test(target)) {
    throw new Fault('setup_faulty', {
      what: `${kind}(${JSON.stringify(target)})`,
      reason: 'it names no app',
      fix: 'Write "module:app", such as "flask_app:app"',
    })
  }
  const what = `${kind}('${target}')` // as the worker calls it
  const pool = foreignPool(what, options)
  const { command, env } = interpreter(what, pool, options)
  return foreignApp(
    {
      what,
      command,
      args: [WORKER, kind, target, '--threads', String(pool.threads)],
      fix: `Install Python 3.9 or newer, or name the interpreter: ${kind}('${target}', { python: '.venv/bin/python' })`,
      sources: SOURCES,
    },
    { ...pool, env },
  )
}
