/**
 * `rack`: an existing Ruby web app (Rack 2 and 3: Sinatra, Rails, a plain lambda) as an app.
 *
 * @module
 */
import type { App } from '../contract.ts'
import { Fault } from '../fault.ts'
import { foreignApp } from './foreign-app.ts'
import { type RubyWorkerOptions, rubyWorker } from './ruby-worker.ts'

export { remoteUser } from './remote-user.ts'

export interface RackOptions extends RubyWorkerOptions {
  /** True to give the app `rack.early_hints`, with which it sends 103; by default false, as it is with Puma. */
  readonly earlyHints?: boolean
}

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
  const more = options.earlyHints === true ? ['--early-hints', 'yes'] : []
  const { program, pool } = rubyWorker(what, 'rack', file, options, more)
  return foreignApp({ ...program, sources: SOURCES, environment: 'RACK_ENV' }, pool)
}
