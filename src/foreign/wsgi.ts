/**
 * `wsgi`: an existing Python web app (PEP 3333: Flask, Django, a plain function) as an app.
 *
 * @module
 */
import { fileURLToPath } from 'node:url'
import type { App } from '../contract.ts'
import { Fault } from '../fault.ts'
import { startChild } from '../transport/child.ts'
import { Pool } from '../transport/pool.ts'
import { remote } from '../transport/remote.ts'
import { parseDuration } from '../value/duration.ts'

export interface WsgiOptions {
  /** Where its modules are, by default the working directory. */
  readonly cwd?: string | URL
  /** The interpreter, by default python3: name that of a virtual environment here. */
  readonly python?: string
  /** Python processes, by default 1. */
  readonly processes?: number
  /** Calls that one process handles at once, by default 4. */
  readonly threads?: number
  /** How long an answer may take to begin, such as "30s"; then its process is killed and replaced. */
  readonly timeout?: number | string
  /** True to boot without it when it does not load; its calls are then answered 503. */
  readonly optional?: boolean
}

/** The worker, a package of the standard library alone. */
const WORKER = fileURLToPath(new URL('../../workers/python/run.py', import.meta.url))
const PYTHON = process.platform === 'win32' ? 'python' : 'python3'

/**
 * Runs a WSGI app, unchanged, in processes of its own. One that dies takes its own calls with it
 * (502) and is replaced.
 *
 *   target  "module:app", as gunicorn takes it
 *   Fault   setup_faulty: faulty options; at boot, an app that does not load, with the reason
 */
export function wsgi(target: string, options: WsgiOptions = {}): App {
  const { python = PYTHON, processes = 1, threads = 4, timeout, optional = false } = options
  if (!/^[\w.]+(?::[\w.]+(?:\(\))?)?$/.test(target)) {
    throw new Fault('setup_faulty', {
      what: `wsgi(${JSON.stringify(target)})`,
      reason: 'it names no app',
      fix: 'Write "module:app", such as "flask_app:app"',
    })
  }
  const what = `wsgi('${target}')` // as the worker calls it
  check(what, 'processes', processes, 64)
  check(what, 'threads', threads, 256)
  const child = {
    command: python,
    args: [WORKER, 'wsgi', target, '--threads', String(threads)],
    cwd: options.cwd instanceof URL ? fileURLToPath(options.cwd) : (options.cwd ?? process.cwd()),
    env: process.env,
    what,
    fix: `Install Python 3.9 or newer, or name the interpreter: wsgi('${target}', { python: '.venv/bin/python' })`,
  }
  return remote(
    new Pool({
      name: what,
      size: processes,
      timeoutMs: timeout === undefined ? null : parseDuration(timeout),
      optional,
      start: (owner) => startChild(child, owner),
    }),
  )
}

function check(what: string, name: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return
  throw new Fault('setup_faulty', {
    what,
    reason: `${name}: ${value} is out of range`,
    fix: `Use 1 to ${most}`,
  })
}
