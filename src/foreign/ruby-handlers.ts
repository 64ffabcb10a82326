/**
 * `ruby`: a service of handlers in Ruby (`hagaki_handlers`), called by HTTP heads and by name.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import { type ForeignHandlers, foreignHandlers, type HandlersTransport } from './foreign-handlers.ts'
import { type RubyWorkerOptions, rubyWorker } from './ruby-worker.ts'

export interface RubyOptions extends RubyWorkerOptions {}

export type RubyTransport = HandlersTransport

const SOURCES: ReadonlySet<string> = new Set(['.rb', '.lock'])

/**
 * A service in processes of its own: `remote(ruby('notes.rb:Notes'))` is an app, and
 * `client(contract, ruby('notes.rb:Notes'))` calls it with no server between. One that dies takes its own
 * calls with it (502) and is replaced. It has the gems of its Gemfile where there is one.
 *
 *   target  "file.rb:Service", or the file alone where it has one service
 *   Fault   setup_faulty: faulty options; at boot, a service that does not load, with the reason
 */
export function ruby(target: string, options: RubyOptions = {}): RubyTransport {
  return handlersOf('handlers', target, options)
}

/** The same to be looked at and not called, for the command line: none of its resources is opened. */
export function rubyOffer(target: string, options: RubyOptions): ForeignHandlers {
  return handlersOf('offer', target, options)
}

function handlersOf(kind: 'handlers' | 'offer', target: string, options: RubyOptions): ForeignHandlers {
  // What could be an option of the worker's, or end a name within a message.
  const [, file, service] =
    /^([^-\0'\r\n:][^\0'\r\n:]*\.rb)(?::([A-Z]\w*(?:::[A-Z]\w*)*))?$/.exec(target) ?? []
  if (file === undefined) {
    throw new Fault('setup_faulty', {
      what: `ruby(${JSON.stringify(target)})`,
      reason: 'it names no service',
      fix: 'Write "file.rb:Service", such as "notes.rb:Notes"',
    })
  }
  const what = `ruby('${target}')`
  const named = service === undefined ? [] : ['--service', service]
  const { program, pool } = rubyWorker(what, kind, file, options, named)
  return foreignHandlers({ ...program, sources: SOURCES }, pool)
}
