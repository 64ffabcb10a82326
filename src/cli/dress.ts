/**
 * What an environment puts around every app that the command line runs.
 *
 * @module
 */
import { use } from '../call/use.ts'
import type { App, Environment } from '../contract.ts'
import { lint } from '../lint/lint.ts'
import { warnBlocked } from '../middleware/blocked-loop.ts'
import { log } from '../middleware/log.ts'
import { showErrors } from '../middleware/show-errors.ts'

/**
 * For an app that is served. In development: a line for each request, where the app logs none itself, errors shown to
 * whoever asks, a warning for what blocks the loop, and the app held to the contract. In production the app as it is.
 */
export function dress(app: App, environment: Environment): App {
  if (environment === 'production') return app
  return use(hold(app, environment), log({ to: 'text', fallback: true }), showErrors(), warnBlocked())
}

/** For an app that is tried: held to the contract in development. What it says goes to nobody's log. */
export function hold(app: App, environment: Environment): App {
  if (environment === 'production') return app
  // Stacks name the lines that were written, not those that a compiler made of them.
  process.setSourceMapsEnabled(true)
  return use(app, lint)
}
