/**
 * Middleware around an app. Clause 25.
 *
 * @module
 */
import type { App, Middleware, Options, Result } from '../contract.ts'
import { LIFE } from '../contract.ts'
import { isPromise } from './after.ts'
import { answer, thrown } from './answer.ts'
import { living } from './life.ts'

/**
 * Wraps `app`: the first named is outermost. Every layer sees results only: what is thrown inside
 * becomes an answer there, and stays readable under the `thrown` key.
 */
export function use(app: App, ...layers: readonly Middleware[]): App {
  return layers.reduceRight<App>(wrap, living(answering(app), [app]))
}

// A layer with a life of its own has made it of its own and that of what it wraps.
function wrap(inner: App, layer: Middleware): App {
  const outer = layer(inner)
  return living(answering(outer), [outer[LIFE] === undefined ? inner : outer])
}

/** An app that answers what it throws, and is synchronous where `app` is. */
export function answering(app: App): App {
  return (method, path, headers, options, server) => {
    try {
      const result = app(method, path, headers, options, server)
      return isPromise(result)
        ? Promise.resolve(result).catch((error: unknown) => failed(error, options))
        : result
    } catch (error) {
      return failed(error, options)
    }
  }
}

function failed(value: unknown, options: Options): Result {
  options.set(thrown, { value })
  return answer(value)
}
