/**
 * `serveWorkers`: an app in several processes behind one address.
 *
 * @module
 */
import type { Log } from '../../contract.ts'
import type { ServeOptions } from '../serve.ts'

export interface ServeWorkersOptions extends Omit<ServeOptions, 'log' | 'workers'> {
  /** How many processes, by default one per core. */
  readonly workers?: number | 'auto'
  /** For what happens to the workers. They log to standard error. */
  readonly log?: Log
}

export interface RunningWorkers {
  readonly port: number
  readonly host: string
  /** Where a client on this machine reaches it, such as "http://127.0.0.1:9292". */
  readonly url: string
  /**
   * Replaces the workers one at a time, each when its successor serves; no request is lost. Rejects
   * when a new one does not start: then those that serve go on. Fault: setup_faulty.
   */
  restart(): Promise<void>
  /** As `Running.close`, for all workers. */
  close(how?: { readonly now?: boolean }): Promise<void>
}

const ENTRY = new URL(import.meta.url.endsWith('.ts') ? './entry.ts' : './entry.js', import.meta.url)

/**
 * Serves the app that `module` exports by default in worker processes. They share nothing but the
 * address. One that crashes is replaced, after a wait that grows from crash to crash; all of them
 * end with this process.
 *
 *   module  a path from the working directory, or new URL('./app.ts', import.meta.url)
 *   Fault   setup_faulty: no such module, or one that is not served; options that cannot cross to
 *           another process, such as functions
 */
export async function serveWorkers(
  module: string | URL,
  options: ServeWorkersOptions = {},
): Promise<RunningWorkers> {
  const { supervise } = await import('./supervise.ts') // with what a single process has no need of
  const supervisor = await supervise(module, options, { entry: ENTRY, afterFailure: 'retry' })
  const where = await supervisor.start()
  return {
    ...where,
    restart: async () => void (await supervisor.restart()),
    close: (how) => supervisor.close(how),
  }
}
