/**
 * What every road to apps in other languages takes: how many processes, how large, how long they live.
 *
 * @module
 */
import { fileURLToPath } from 'node:url'
import { Fault } from '../fault.ts'
import { parseDuration } from '../value/duration.ts'
import { parseSize } from '../value/size.ts'

export interface ForeignPoolOptions {
  /** Where the app's files are, by default the working directory. */
  readonly cwd?: string | URL
  /** Processes, by default 1. */
  readonly processes?: number
  /** Calls that one process handles at once, by default 4. */
  readonly threads?: number
  /** How long an answer may take to begin, such as "30s"; then its process is killed and replaced. */
  readonly timeout?: number | string
  /**
   * Memory of one process, such as "256mb". Beyond it, another one starts and takes over, and the first
   * finishes what it has; one that holds twice as much is killed.
   */
  readonly memory?: number | string
  /**
   * Calls after which a process is replaced by another one, without losing any. Each process gets up to a
   * tenth less, by chance, so that they are not replaced together.
   */
  readonly maxRequests?: number
  /** Environment variables over those of this process; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /**
   * True to replace the processes when a file of the app changes. When the new app does not load, the log
   * says why, and the one before goes on. By default in development.
   */
  readonly reload?: boolean
  /** True to boot without it when it does not load; its calls are then answered 503. */
  readonly optional?: boolean
}

/** The options, checked, with what holds where nothing is said. */
export interface ForeignPool {
  readonly cwd: string
  readonly processes: number
  readonly threads: number
  readonly timeoutMs: number | null
  /** Octets. */
  readonly maxMemory: number | null
  readonly maxCalls: number | null
  readonly env: NodeJS.ProcessEnv
  /** Null for what goes with the environment. */
  readonly reload: boolean | null
  readonly optional: boolean
}

/** Fault: setup_faulty. `what` is what the user wrote: "wsgi('flask_app:app')". */
export function foreignPool(what: string, options: ForeignPoolOptions): ForeignPool {
  const { cwd = process.cwd(), processes = 1, threads = 4, timeout, memory, maxRequests } = options
  whole(what, 'processes', processes, 64)
  whole(what, 'threads', threads, 256)
  if (maxRequests !== undefined) whole(what, 'maxRequests', maxRequests, 1_000_000_000)
  const maxMemory = memory === undefined ? null : parseSize(memory)
  if (maxMemory !== null && maxMemory < LEAST_MEMORY)
    throw refused(what, `memory: ${JSON.stringify(memory)} holds no app`, 'Use 16mb or more, such as "256mb"')
  return {
    cwd: cwd instanceof URL ? fileURLToPath(cwd) : cwd,
    processes,
    threads,
    timeoutMs: timeout === undefined ? null : parseDuration(timeout),
    maxMemory,
    maxCalls: maxRequests ?? null,
    env: environment(what, options.env ?? {}),
    reload: options.reload ?? null,
    optional: options.optional ?? false,
  }
}

const LEAST_MEMORY = 16 * 1024 * 1024

function environment(what: string, own: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const merged: NodeJS.ProcessEnv = { ...process.env }
  for (const [name, value] of Object.entries(own)) {
    if (name === '' || /[=\0]/.test(name) || value?.includes('\0') === true)
      throw refused(what, `env: ${JSON.stringify(name)} cannot be set`, 'Use names without "=", and no NUL')
    if (value === undefined) delete merged[name]
    else merged[name] = value
  }
  return merged
}

function whole(what: string, name: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return
  throw refused(what, `${name}: ${value} is out of range`, `Use 1 to ${most}`)
}

function refused(what: string, reason: string, fix: string): Fault {
  return new Fault('setup_faulty', { what, reason, fix })
}
