/**
 * `warnBlocked`: in development, names the call that kept all others waiting.
 *
 * @module
 */
import { isPromise } from '../call/after.ts'
import { living } from '../call/life.ts'
import type { App, Middleware, Options, Result } from '../contract.ts'
import { fullPath } from '../value/path.ts'
import { isStream } from '../value/result.ts'
import { Blame, begin, end, run } from './blocked-loop/blame.ts'
import { blamedStream } from './blocked-loop/blamed-stream.ts'
import { knownOptions, unfit } from './setup.ts'

export interface WarnBlockedOptions {
  /** How long one call may keep the event loop, by default 100. In milliseconds. */
  readonly thresholdMs?: number
}

const DEFAULT_MS = 100
const MAX_PATH = 200

/**
 * Warns when a call of `next` runs for so long without giving way that nothing else could: at once,
 * after an `await`, or while it makes the chunks of a stream. The answer stays as it is, and is
 * synchronous where it was. Deferred tasks are not looked at.
 *
 *   log    `warn` with `{ method, path, blockedMs }`; again within a call when it gets twice as long
 *   does   nothing where the environment is not development
 *   Fault  setup_faulty, for options that are none
 */
export function warnBlocked(options: WarnBlockedOptions = {}): Middleware {
  const thresholdMs = checked(options)
  return (next) => {
    const watching: App = (method, path, headers, options, server) => {
      if (server.environment !== 'development') return next(method, path, headers, options, server)
      const blame = new Blame(thresholdMs, (blockedMs) => warn(options, method, path, blockedMs))
      // Twice: an app may go on when its caller has gone, and a stream when its app has answered.
      begin()
      options.defer(end)
      begin()
      let result: Result | Promise<Result>
      try {
        result = run(blame, () => next(method, path, headers, options, server))
      } catch (error) {
        end()
        throw error
      }
      if (!isPromise(result)) {
        end()
        return blamed(result, blame)
      }
      const answered = Promise.resolve(result)
      answered.then(end, end)
      return answered.then((given) => blamed(given, blame))
    }
    return living(watching, [next])
  }
}

function blamed(result: Result, blame: Blame): Result {
  if (!Array.isArray(result)) return result // its server says what is wrong with it
  const [status, contentType, headers, body] = result
  return isStream(body) ? [status, contentType, headers, blamedStream(body, blame)] : result
}

function warn({ log, mount }: Options, method: string, path: string, blockedMs: number): void {
  const whole = path.startsWith('/') ? fullPath(mount, path) : path
  const shown = whole.length > MAX_PATH ? `${whole.slice(0, MAX_PATH)}...` : whole
  const ms = Math.round(blockedMs)
  log.warn(
    { method, path: shown, blockedMs: ms },
    `${method} ${shown} blocked the event loop for ${ms} ms: run it in a thread with isolate(...)`,
  )
}

function checked(options: WarnBlockedOptions): number {
  const { thresholdMs = DEFAULT_MS }: { readonly thresholdMs?: unknown } = knownOptions(
    'warnBlocked',
    options,
    ['thresholdMs'],
  )
  if (typeof thresholdMs !== 'number' || !(thresholdMs > 0 && thresholdMs < Infinity)) {
    const fix = 'Give it in milliseconds, such as 100'
    throw unfit('warnBlocked({ thresholdMs })', 'it is no time', fix)
  }
  return thresholdMs
}
