/**
 * `rack`: an existing Ruby web app (Rack 2 and 3: Sinatra, Rails, a plain lambda) as an app.
 *
 * @module
 */
import { basename, dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { App } from '../contract.ts'
import { Fault } from '../fault.ts'
import { foreignApp } from './foreign-app.ts'
import { type ForeignPoolOptions, foreignPool } from './pool-options.ts'

export { remoteUser } from './remote-user.ts'

export interface RackOptions extends ForeignPoolOptions {
  /** What the file's path is relative to, by default the working directory. The app runs in the file's folder. */
  readonly cwd?: string | URL
  /** The interpreter, by default ruby. */
  readonly ruby?: string
}

/** The worker, of the standard library alone. */
const WORKER = fileURLToPath(new URL('../../workers/ruby/run.rb', import.meta.url))
const SOURCES: ReadonlySet<string> = new Set(['.rb', '.ru', '.erb', '.haml', '.slim', '.lock'])

/**
 * Runs a Rack app, unchanged, in processes of its own, with the gems of its Gemfile where there is one. A
 * process that dies takes its own calls with it (502) and is replaced.
 *
 *   file    what rackup and Puma take: "config.ru"
 *   Fault   setup_faulty: faulty options; at boot, an app that does not load, with the reason
 */
export function rack(file: string, options: RackOptions = {}): App {
  // What could be an option of the worker's, or end a name within a message.
  if (!/^[^-\0'\r\n][^\0'\r\n]*\.ru$/.test(file)) {
    throw new Fault('setup_faulty', {
      what: `rack(${JSON.stringify(file)})`,
      reason: 'it names no rackup file',
      fix: 'Write the path of one, such as "config.ru"',
    })
  }
  const what = `rack('${file}')`
  const pool = foreignPool(what, options)
  const path = resolve(pool.cwd, file)
  return foreignApp(
    {
      what,
      command: options.ruby ?? 'ruby',
      args: [WORKER, 'rack', basename(path), '--threads', String(pool.threads), '--name', what],
      fix: `Install Ruby 3.0 or newer, or name the interpreter: rack('${file}', { ruby: '/usr/bin/ruby' })`,
      sources: SOURCES,
      environment: 'RACK_ENV',
    },
    { ...pool, cwd: dirname(path) },
  )
}
