/**
 * `isolate`: an app in threads of its own, which can be killed.
 *
 * @module
 */
import { basename } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { App, Server } from '../contract.ts'
import { Fault } from '../fault.ts'
import { moduleUrl } from '../module/load.ts'
import { needsTsx, tsxUrl } from '../module/typescript.ts'
import { parseDuration } from '../value/duration.ts'
import { type LinkOwner, portLink } from './link.ts'
import { Pool } from './pool.ts'
import { remote } from './remote.ts'
import type { Started } from './slot.ts'

export interface IsolateOptions {
  /** How many, by default 1. */
  readonly threads?: number
  /** How long an answer may take to begin, such as "5s"; then its thread is killed and replaced. */
  readonly timeout?: number | string
}

/** What a thread is told when it starts: see `thread.ts`. */
export interface ThreadData {
  readonly module: string
  /** For messages. */
  readonly name: string
  /** Of `server`, which has members that no thread can be given. */
  readonly facts: Pick<Server, 'name' | 'port' | 'workers' | 'environment' | 'limits'>
}

/**
 * Runs the app that `module` exports by default in threads. They share nothing with this one:
 * requests and answers travel as values. A thread that dies takes its own calls with it (502),
 * one that is late is killed (504 for the late call, 502 for its neighbours); both are replaced.
 *
 *   module  a path from the working directory, or new URL('./report.ts', import.meta.url)
 *   Fault   setup_faulty: no such module; at boot, one that does not load
 */
export function isolate(module: string | URL, options: IsolateOptions = {}): App {
  const { threads = 1, timeout } = options
  const name = `isolate(${basename(String(module))})` // clients may read it: no path of this machine
  if (!Number.isInteger(threads) || threads < 1 || threads > 1_024) {
    throw new Fault('setup_faulty', {
      what: name,
      reason: `${threads} is no number of threads`,
      fix: 'Use 1 to 1024',
    })
  }
  const fix =
    'Paths are looked up from the working directory; for a file beside this one write new URL("./report.ts", import.meta.url)'
  const url = moduleUrl(module, name, fix)
  const timeoutMs = timeout === undefined ? null : parseDuration(timeout)
  return remote(
    new Pool({
      name,
      size: threads,
      timeoutMs,
      optional: false,
      start: (owner, { name: host, port, workers, environment, limits }) => {
        const facts = { name: host, port, workers, environment, limits }
        return startThread({ module: url.href, name, facts }, owner)
      },
    }),
  )
}

const ENTRY = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url)
/** Milliseconds that a thread has for its teardown. */
const STOP_MS = 2_000

function startThread(workerData: ThreadData, owner: LinkOwner): Started {
  // From source, the thread has to learn TypeScript before it can read its own entry.
  const worker = needsTsx(ENTRY)
    ? new Worker(bootstrap(tsxUrl(ENTRY, workerData.name), ENTRY.href), { eval: true, workerData })
    : new Worker(ENTRY, { workerData })
  const link = portLink(worker, owner)
  let ending = 'the thread exited'
  // It exits next; without a listener, its error would be ours.
  worker.on('error', (error: unknown) => {
    ending = error instanceof Error ? error.message : String(error)
  })
  const gone = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      link.end(ending)
      resolve()
    })
  })
  return {
    link,
    stop: async () => {
      link.end('the pool is closed')
      const timer = setTimeout(() => void worker.terminate(), STOP_MS)
      await gone
      clearTimeout(timer)
    },
    kill: () => void worker.terminate(),
  }
}

function bootstrap(tsx: string, entry: string): string {
  return `import(${JSON.stringify(tsx)}).then((tsx) => { tsx.register(); return import(${JSON.stringify(entry)}) })`
}
