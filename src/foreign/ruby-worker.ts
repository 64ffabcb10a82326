/**
 * How the worker for Ruby is run: by which interpreter, in which folder, with which arguments.
 *
 * @module
 */
import { basename, dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ForeignProgram } from './foreign-app.ts'
import { type ForeignPool, type ForeignPoolOptions, foreignPool } from './pool-options.ts'

export interface RubyWorkerOptions extends ForeignPoolOptions {
  /** What the file's path is relative to, by default the working directory. It runs in the file's folder. */
  readonly cwd?: string | URL
  /** The interpreter, by default ruby. */
  readonly ruby?: string
}

/** The worker, of the standard library alone. */
const WORKER = fileURLToPath(new URL('../../workers/ruby/run.rb', import.meta.url))

export interface RubyWorker {
  readonly program: Omit<ForeignProgram, 'sources'>
  readonly pool: ForeignPool
}

/**
 * Runs `file` in its own folder.
 *
 *   what     what the user wrote: "rack('config.ru')"
 *   kind     what the worker makes of the file; `more` are its arguments for that
 *   Fault    setup_faulty, for faulty options
 */
export function rubyWorker(
  what: string,
  kind: 'rack' | 'handlers' | 'offer',
  file: string,
  options: RubyWorkerOptions,
  more: readonly string[] = [],
): RubyWorker {
  const pool = foreignPool(what, options)
  const path = resolve(pool.cwd, file)
  const program = {
    what,
    command: options.ruby ?? 'ruby',
    args: [WORKER, kind, basename(path), ...more, '--threads', String(pool.threads), '--name', what],
    fix: `Install Ruby 3.1 or newer, or name the interpreter: ${what.slice(0, -1)}, { ruby: '/usr/bin/ruby' })`,
  }
  return { program, pool: { ...pool, cwd: dirname(path) } }
}
