/**
 * `hagaki MODULE`: serves an app in this process until a signal.
 *
 * @module
 */
import { consoleLog } from '../call/log.ts'
import { serve } from '../server/serve.ts'
import { announce } from './announce.ts'
import type { ServeCommand } from './command.ts'
import { dress } from './dress.ts'
import { loadModule, urlOf } from './load-module.ts'
import { serveOptions } from './serve-options.ts'
import { untilStopped } from './stop.ts'

/** Resolves with the exit status once the server has stopped. Faults: as `serve` and `loadModule`. */
export async function serveModule(command: ServeCommand): Promise<number> {
  const url = urlOf(command.module)
  // A promise that an app dropped must not take the calls of others with it.
  process.on('unhandledRejection', (error) =>
    consoleLog.error({ err: error }, 'A promise was rejected and nobody looked'),
  )
  const options = serveOptions(command)
  const app = dress(await loadModule(url, command.module, command.foreign), command.environment)
  const running = await serve(app, options)
  // A terminal that is closed ends what runs in it. Workers are renewed by this signal, and there are none.
  const stopped = untilStopped(running, ['SIGINT', 'SIGTERM', 'SIGHUP'], (stop) => {
    // The state after an exception that nobody caught is unknown: finish, and do not go on.
    process.on('uncaughtException', (error) => {
      consoleLog.error({ err: error }, 'An exception was not caught')
      stop(1)
    })
  })
  announce(url, running.url, [command.environment])
  return stopped
}
