/**
 * `lint`: middleware that holds server and app to the contract, in both directions.
 *
 * @module
 */
import { after, isPromise } from '../call/after.ts'
import { type App, LIFE, type Middleware } from '../contract.ts'
import { hold } from './row.ts'
import { CALLED_ROWS } from './rows/life.ts'
import { OPTIONS_ROWS } from './rows/options.ts'
import { HEAD_ROWS } from './rows/request-head.ts'
import { SERVER_ROWS } from './rows/server.ts'
import { Watch } from './watch.ts'
import { WatchedLife } from './watched-life.ts'
import { WatchedOptions } from './watched-options.ts'

/**
 * Checks each call of `next` against every clause that can be seen from between server and app,
 * and is synchronous where `next` is. For development and tests: it copies bodies to compare them.
 *
 *   Fault  contract_broken, with section, rule and what was found: before `next` is called for what
 *          the server hands in, instead of the result for what the app gives back, from the reader
 *          for a body midway; in deferred tasks, where it is logged, for what shows at the end only
 */
export const lint: Middleware = (next) => {
  const life = next[LIFE] === undefined ? null : WatchedLife.of(next[LIFE])
  const linted: App = (method, path, headers, options, server) => {
    if (life !== null) hold(CALLED_ROWS, { open: life.isOpen })
    hold(SERVER_ROWS, server)
    hold(OPTIONS_ROWS, options)
    hold(HEAD_ROWS, { method, path, headers, options })
    const watch = new Watch(method, server)
    // Registered first, so run last.
    options.defer(watch.tasks.watched((outcome) => watch.ended(outcome)))
    const result = next(method, path, headers, new WatchedOptions(options, watch), server)
    // A promise of another make may answer twice, or give no promise to go on from.
    const answered = isPromise(result) ? Promise.resolve(result) : result
    return after(answered, (given) => watch.answered(given))
  }
  return life === null ? linted : Object.defineProperty(linted, LIFE, { value: life })
}
