/**
 * `isolate`: an app in threads or processes of its own, which can be killed.
 *
 * @module
 */
import { basename } from 'node:path'
import { budgetFor } from '../call/budgets.ts'
import type { Transport } from '../call/transport.ts'
import type { App } from '../contract.ts'
import { Fault } from '../fault.ts'
import { moduleUrl } from '../module/load.ts'
import { parseDuration } from '../value/duration.ts'
import { parseSize } from '../value/size.ts'
import { type ByName, byPool } from './by-name.ts'
import { Pool } from './pool.ts'
import { remote } from './remote.ts'
import { startProcess, startThread } from './start-isolated.ts'

export interface IsolateOptions {
  /** How many threads, by default 1. */
  readonly threads?: number
  /** How many processes, instead of threads. */
  readonly processes?: number
  /** How long an answer may take to begin, such as "5s"; then its thread or process is killed and replaced. */
  readonly timeout?: number | string
  /**
   * Memory of one thread or process, such as "256mb". One whose JavaScript needs more dies of it. Of
   * a process all that it holds counts: beyond it another one takes over; one that holds twice as much is killed.
   */
  readonly memory?: number | string
}

export interface IsolatedTransport extends Transport, ByName {
  /** Ends its threads or processes, for a program without a server: with `remote`, the server's stop does. */
  close(): Promise<void>
}

/** What Node needs for itself: JavaScript's memory in a thread, all that a process holds. */
const LEAST_MEMORY = { threads: 16, processes: 64 } as const

/**
 * Runs the app that `module` exports by default in threads, or in processes. They share nothing with this
 * one: requests and answers travel as values. One that dies takes its own calls with it (502), but a safe call
 * (GET, HEAD, OPTIONS) is made once more elsewhere; one that is late is killed (504 for the late call); both
 * are replaced.
 *
 *   module  a path from the working directory, or new URL('./report.ts', import.meta.url)
 *   Fault   setup_faulty: no such module; options that make no sense; at boot, a module that does not load
 */
export function isolate(module: string | URL, options: IsolateOptions = {}): App {
  return remote(isolated(module, options))
}

/**
 * The same threads or processes as a transport, for a program that calls the service in them itself: by requests,
 * or by name and data as other pools call functions. They start with the first call. Faults: as `isolate`; of a call
 * by name those of `invoke`.
 */
export function isolated(module: string | URL, options: IsolateOptions = {}): IsolatedTransport {
  const { threads, processes, timeout, memory } = options
  const name = `isolate(${basename(String(module))})` // clients may read it: no path of this machine
  if (threads !== undefined && processes !== undefined)
    throw unfit(name, 'it runs in threads or in processes', 'Give one of the two')
  const kind = processes === undefined ? 'threads' : 'processes'
  const size = processes ?? threads ?? 1
  const most = processes === undefined ? 1_024 : 64
  if (!Number.isInteger(size) || size < 1 || size > most)
    throw unfit(name, `${size} is no number of ${kind}`, `Use 1 to ${most}`)
  const bound = memory === undefined ? null : parseSize(memory)
  const least = LEAST_MEMORY[kind]
  if (bound !== null && bound < least * 1024 ** 2)
    throw unfit(
      name,
      `memory: ${JSON.stringify(memory)} holds no app`,
      `Use ${least}mb or more, such as "256mb"`,
    )
  const fix =
    'Paths are looked up from the working directory; for a file beside this one write new URL("./report.ts", import.meta.url)'
  const url = moduleUrl(module, name, fix)
  const timeoutMs = timeout === undefined ? null : parseDuration(timeout)
  const startOne = processes === undefined ? startThread : startProcess
  const pool = new Pool({
    name,
    size,
    timeoutMs,
    optional: false,
    repeatsSafe: true,
    maxMemory: bound,
    start: (owner, server) => {
      const { name: host, port, workers, environment, limits } = server
      const facts = { name: host, port, workers, environment, limits }
      const whole = budgetFor(server)
      const budget = whole === null ? null : Math.floor(whole.total / size)
      return startOne({ module: url.href, name, facts, budget }, bound, owner)
    },
  })
  return byPool(pool)
}

function unfit(what: string, reason: string, fix: string): Fault {
  return new Fault('setup_faulty', { what, reason, fix })
}
