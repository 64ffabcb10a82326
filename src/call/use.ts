/**
 * Middleware around an app. Clause 25.
 *
 * @module
 */
import type { App, Middleware, Options, Result } from '../contract.ts'
import { LIFE } from '../contract.ts'
import { Fault } from '../fault.ts'
import { fullPath } from '../value/path.ts'
import { isPromise } from './after.ts'
import { answer, isOurs, thrown, told } from './answer.ts'
import { living } from './life.ts'
import { logThrown } from './log.ts'

/**
 * Wraps `app`: the first named is outermost. Every layer sees results only: what is thrown inside
 * becomes an answer there, and stays readable under the `thrown` key.
 *
 *   Fault  setup_faulty for what is no app, no middleware, or a layer that gives no app
 */
export function use(app: App, ...layers: readonly Middleware[]): App {
  check(app, 'use(app, ...)', 'it is no app', 'Where two modules import each other, one is not there yet')
  return layers.reduceRight<App>(wrap, living(answering(app), [app]))
}

// A layer with a life of its own has made it of its own and that of what it wraps.
function wrap(inner: App, layer: Middleware, at: number): App {
  const what = `use(app, ...), layer ${at + 1}`
  check(layer, what, 'it is no middleware', 'Write use(app, log(), health()), each called with its options')
  const outer = layer(inner)
  check(
    outer,
    what,
    'it gives no app',
    'Write it as (next) => (method, path, headers, options, server) => ...',
  )
  return living(answering(outer), [outer[LIFE] === undefined ? inner : outer])
}

function check(given: unknown, what: string, reason: string, fix: string): void {
  if (typeof given !== 'function') throw new Fault('setup_faulty', { what, reason, fix })
}

/**
 * An app that answers what it throws, and is synchronous where `app` is. What somebody on our side
 * should look at is logged, once, unless `log` does it.
 */
export function answering(app: App): App {
  return (method, path, headers, options, server) => {
    try {
      const result = app(method, path, headers, options, server)
      return isPromise(result)
        ? Promise.resolve(result).catch((error: unknown) => refused(error, path, options))
        : result
    } catch (error) {
      return refused(error, path, options)
    }
  }
}

/** The answer to what was thrown, which stays readable under `thrown`, and is logged once where it is ours. */
export function refused(value: unknown, path: string, options: Options): Result {
  options.set(thrown, { value })
  if (options.get(told) !== true && isOurs(value)) {
    options.set(told, true)
    try {
      logThrown(options.log, value, { path: fullPath(options.mount, path) })
    } catch {} // a log that fails must not take the answer with it
  }
  return answer(value)
}
