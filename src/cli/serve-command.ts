/**
 * `hagaki MODULE`: serves an app until a signal.
 *
 * @module
 */
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { consoleLog } from '../call/log.ts'
import { type Running, serve } from '../server/serve.ts'
import { loadApp, moduleUrl } from '../transport/load-module.ts'

/**
 * One Ctrl-C comes twice under npm, which passes on what the terminal sends to everyone: within
 * this time, in milliseconds, a signal is not taken for another one.
 */
const SAME_SIGNAL_MS = 250

/** Resolves with the exit status once the server has stopped. Faults: as `serve` and `loadApp`. */
export async function serveModule(command: { module: string; port: number; host: string }): Promise<number> {
  const url = moduleUrl(command.module, command.module, 'Look at the path')
  // A promise that an app dropped must not take the calls of others with it.
  process.on('unhandledRejection', (error) =>
    consoleLog.error({ err: error }, 'A promise was rejected and nobody looked'),
  )
  const app = await loadApp(url, command.module)
  const running = await serve(app, { port: command.port, host: command.host })
  const stopped = untilStopped(running)
  process.stdout.write(`hagaki: ${relative(process.cwd(), fileURLToPath(url))} on ${running.url}\n`)
  return stopped
}

function untilStopped(running: Running): Promise<number> {
  // A reader that went away is no reason to end: `hagaki app.ts | head -1`.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => {})
  return new Promise((resolve) => {
    let status = 0
    let stoppingSince: number | null = null
    let cut = false
    const stop = (): void => {
      stoppingSince = performance.now()
      process.stdout.write('hagaki: finishing what is under way; once more stops at once\n')
      void running.close().then(() => resolve(status))
    }
    const signalled = (): void => {
      if (stoppingSince === null) return stop()
      if (performance.now() - stoppingSince < SAME_SIGNAL_MS) return
      if (cut) return resolve(1) // what was cut has not ended either
      cut = true
      stoppingSince = performance.now()
      void running.close({ now: true })
    }
    process.on('SIGINT', signalled)
    process.on('SIGTERM', signalled)
    // The state after an exception that nobody caught is unknown: finish, and do not go on.
    process.on('uncaughtException', (error) => {
      consoleLog.error({ err: error }, 'An exception was not caught')
      status = 1
      if (stoppingSince === null) stop()
    })
  })
}
