/**
 * One place in a pool: a worker, and those who come after it.
 *
 * @module
 */
import { consoleLog } from '../call/log.ts'
import { isFault } from '../fault.ts'
import { Caller } from './caller.ts'
import type { Link, LinkOwner } from './link.ts'

/** A worker that was started: its link, and how to end it. */
export interface Started {
  readonly link: Link
  /** Ends it gently: resolves when it is gone. */
  stop(): Promise<void>
  /** Ends it at once. */
  kill(): void
}

export interface PoolOptions {
  /** For messages: "isolate(report.ts)". */
  readonly name: string
  readonly size: number
  /** Starts one worker, whose frames and end go to `owner`. */
  start(owner: LinkOwner): Started
  /** Milliseconds that an answer may take to begin; then the worker is killed. */
  readonly timeoutMs: number | null
  /** True when a worker that does not start must not stop the boot. */
  readonly optional: boolean
}

const FIRST_BACKOFF_MS = 50
const LAST_BACKOFF_MS = 5_000

export class Slot {
  caller: Caller | null = null
  #started: Started | null = null
  #backoffMs = FIRST_BACKOFF_MS
  #timer: ReturnType<typeof setTimeout> | null = null
  #closed = false
  /** Why no worker will be started again. */
  refusal: unknown = null
  readonly #options: PoolOptions
  readonly #changed: () => void

  constructor(options: PoolOptions, changed: () => void) {
    this.#options = options
    this.#changed = changed
  }

  /** Starts a worker; resolves when it said hello. Rejects with why it did not. */
  async start(): Promise<void> {
    this.#timer = null
    const caller = new Caller(this.#options.name, (reason) => this.#ended(caller, reason))
    const started = this.#options.start(caller)
    this.#started = started
    caller.attach(started.link)
    try {
      await caller.ready
    } catch (error) {
      if (isFault(error) && error.code === 'setup_faulty') this.refusal = error // starting it again would change nothing
      started.kill()
      throw error
    }
    this.caller = caller
    this.#backoffMs = FIRST_BACKOFF_MS
    this.#changed()
  }

  /** Kills a worker that does not answer; its other calls are lost with it. */
  kill(reason: string): void {
    const caller = this.caller
    this.#started?.kill()
    caller?.end(reason)
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    const started = this.#started
    this.caller = null
    await started?.stop()
  }

  #ended(caller: Caller, reason: string): void {
    const wasReady = this.caller === caller
    if (wasReady) this.caller = null
    if (this.#closed || this.refusal !== null) return this.#changed()
    if (wasReady)
      consoleLog.warn({ worker: this.#options.name, reason }, 'A worker is gone; another one starts')
    const wait = this.#backoffMs
    this.#backoffMs = Math.min(wait * 2, LAST_BACKOFF_MS)
    this.#timer = setTimeout(() => {
      this.start().catch((error: unknown) => {
        consoleLog.error({ err: error, worker: this.#options.name }, 'A worker did not start')
        this.#changed()
      })
    }, wait)
    if (wasReady) this.#changed()
  }
}
