/**
 * `hagaki MODULE`: serves an app until a signal.
 *
 * @module
 */
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { consoleLog } from '../call/log.ts'
import { serve } from '../server/serve.ts'
import { loadApp, moduleUrl } from '../transport/load-module.ts'

/** Resolves with the exit status once the server has stopped. Faults: as `serve` and `loadApp`. */
export async function serveModule(command: { module: string; port: number; host: string }): Promise<number> {
  const url = moduleUrl(command.module, command.module, 'Look at the path')
  // A promise that an app dropped must not take the calls of others with it.
  process.on('unhandledRejection', (error) =>
    consoleLog.error({ err: error }, 'A promise was rejected and nobody looked'),
  )
  const app = await loadApp(url, command.module)
  const running = await serve(app, { port: command.port, host: command.host })
  process.stdout.write(`hagaki: ${relative(process.cwd(), fileURLToPath(url))} on ${running.url}\n`)

  return new Promise((resolve) => {
    let status = 0
    let stopping = false
    const stop = (): void => {
      if (stopping) {
        void running.close({ now: true })
        return
      }
      stopping = true
      process.stdout.write('hagaki: finishing what is under way; once more stops at once\n')
      void running.close().then(() => resolve(status))
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
    // The state after an exception that nobody caught is unknown: finish, and do not go on.
    process.on('uncaughtException', (error) => {
      consoleLog.error({ err: error }, 'An exception was not caught')
      status = 1
      if (!stopping) stop()
    })
  })
}
