/**
 * How worker processes begin: what is checked before the first one starts.
 *
 * @module
 */
import cluster from 'node:cluster'
import { createServer } from 'node:net'
import { availableParallelism } from 'node:os'
import { consoleLog } from '../../call/log.ts'
import { serverFacts } from '../../call/server-facts.ts'
import { Fault } from '../../fault.ts'
import { moduleUrl } from '../../module/load.ts'
import { listen } from '../listen.ts'
import type { ServeWorkersOptions } from './serve-workers.ts'
import { Supervisor } from './supervisor.ts'
import { startWorker } from './worker-process.ts'

/** What the command line adds. */
export interface Crew {
  /** The program of a worker: it calls `runWorker`. */
  readonly entry: URL
  readonly afterFailure: 'retry' | 'wait'
  /** The module as the user named it, for messages. */
  readonly name?: string
  /** Plain data for the program's `load`. */
  readonly given?: unknown
}

/** Milliseconds that a worker may take beyond its own time to drain. */
const MARGIN_MS = 3_000
const MAX_WORKERS = 1_024

/** Makes the supervisor; nothing is started yet. */
export async function supervise(
  module: string | URL,
  { workers = 'auto', log = consoleLog, ...options }: ServeWorkersOptions,
  { entry, afterFailure, name = String(module), given }: Crew,
): Promise<Supervisor> {
  if (!cluster.isPrimary) throw refused('this process is a worker itself', 'Call it in the first process')
  const size = sizeOf(workers)
  const url = moduleUrl(module, name, 'Look at the path')
  const { limits } = serverFacts(options.limits === undefined ? {} : { limits: options.limits })
  checkPlain(options)
  if (options.unix !== undefined) await clear(options.unix)
  return new Supervisor({
    name,
    size,
    log,
    afterFailure,
    patienceMs: limits.drainPauseMs + limits.drainTimeoutMs + MARGIN_MS,
    port: options.port ?? 9292,
    start: (port) => {
      const assigned = { ...options, port, workers: size }
      return startWorker(entry, { module: url.href, name, options: assigned, given })
    },
  })
}

// A dead server's socket is removed here: a worker that did so while it binds would bind for itself alone.
async function clear(path: string): Promise<void> {
  const probe = createServer()
  await listen(probe, { path })
  await new Promise((resolve) => probe.close(resolve))
}

/** Throws for what only this process can hold. */
function checkPlain(options: object): void {
  for (const [name, value] of Object.entries(options)) {
    try {
      structuredClone(value)
    } catch {
      const fix = 'Give plain data; put the rest into the module'
      throw refused(`${name} cannot cross to another process`, fix)
    }
  }
}

function sizeOf(workers: number | 'auto'): number {
  if (workers === 'auto') return availableParallelism()
  if (Number.isInteger(workers) && workers >= 1 && workers <= MAX_WORKERS) return workers
  throw refused(
    `${String(workers)} is no number of workers`,
    `Use 1 to ${MAX_WORKERS}, or 'auto' for one per core`,
  )
}

function refused(reason: string, fix: string): Fault {
  return new Fault('setup_faulty', { what: 'serveWorkers', reason, fix })
}
