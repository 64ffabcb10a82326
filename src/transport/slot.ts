/**
 * One place in a pool: a worker, and those who come after it.
 *
 * @module
 */
import { consoleLog } from '../call/log.ts'
import type { Server } from '../contract.ts'
import { Fault, isFault } from '../fault.ts'
import { Caller } from './caller.ts'
import { keepAlive } from './keep-alive.ts'
import type { Link, LinkOwner } from './link.ts'

/** A worker that was started: its link, and how to end it. */
export interface Started {
  readonly link: Link
  /** Ends its link and then it, by force if it takes too long: resolves when it is gone. */
  stop(): Promise<void>
  /** Ends it at once. */
  kill(): void
}

export interface PoolOptions {
  /** For messages: "isolate(report.ts)". */
  readonly name: string
  readonly size: number
  /** Starts the worker of one place, whose frames and end go to `owner`. May throw a setup_faulty. */
  start(owner: LinkOwner, server: Server, place: number): Started
  /** Milliseconds that an answer may take to begin; then the worker is killed. */
  readonly timeoutMs: number | null
  /** True when a worker that does not start must not stop the boot. */
  readonly optional: boolean
  /** Milliseconds from start to hello, by default a minute. */
  readonly startMs?: number
  /** What a late answer costs: its worker, by default; or its own call alone, where the worker is not ours. */
  readonly late?: 'kill' | 'cancel'
  /** True to send a safe call once more when its worker is lost before it answered. By default false. */
  readonly repeatsSafe?: boolean
  /** False where carried context goes neither there nor back. By default true. */
  readonly isTrusted?: boolean
  /** Milliseconds between two signs of life, for links that can be lost without a word. By default none. */
  readonly pingMs?: number | null
  /** True to wait a random part of each pause: those who were lost together do not come back together. */
  readonly jitter?: boolean
  /** What to do when one does not start; by default, to look at what it wrote. */
  readonly fix?: string
  /** Hears when a worker is ready, with the mark of what it offers by name. */
  readonly ready?: (contract: string | null) => void
}

/** Before the next start, in milliseconds: doubled from one death to the next. */
const FIRST_BACKOFF_MS = 50
const LAST_BACKOFF_MS = 3_000
/** A worker that lived so long did not die of its start. */
const LIVED_MS = 5_000
const START_MS = 60_000

export class Slot {
  /** Null while no worker is ready. */
  caller: Caller | null = null
  /** Why no worker will be started again. */
  refusal: unknown = null
  readonly #options: PoolOptions
  readonly #server: Server
  readonly #place: number
  readonly #changed: () => void
  readonly #leaving = new Set<Promise<void>>()
  /** Workers that take no new calls, and finish those under way. */
  readonly #parting = new Set<Started>()
  #started: Started | null = null
  #readySince: number | null = null
  #backoffMs = FIRST_BACKOFF_MS
  #timer: ReturnType<typeof setTimeout> | null = null
  #closed = false

  /** `changed` hears when a worker is ready, and when one is gone. */
  constructor(options: PoolOptions, server: Server, place: number, changed: () => void) {
    this.#options = options
    this.#server = server
    this.#place = place
    this.#changed = changed
  }

  /** Starts a worker; resolves when it said hello. Fault: setup_faulty, with why it did not. */
  async start(): Promise<void> {
    const {
      name,
      isTrusted = true,
      ready,
      pingMs = null,
      fix = 'What it wrote before may say why',
    } = this.#options
    const caller = new Caller(name, (reason) => this.#ended(caller, reason), {
      isTrusted,
      onLeave: () => this.#parted(caller),
    })
    try {
      await this.#begun(caller)
    } catch (error) {
      const fault = notReady(name, error, fix)
      // What fails at boot would fail again; what once ran may run again.
      if (this.#readySince === null && isSetup(error)) this.refusal = fault
      this.#started?.kill()
      this.#leave()
      this.#follow(0)
      throw fault
    }
    this.#readySince = performance.now()
    this.caller = caller
    ready?.(caller.contract)
    if (pingMs !== null) keepAlive(caller, pingMs)
    if (caller.isLeaving) this.#parted(caller)
    else this.#changed()
  }

  /** Kills the worker behind `caller`, which does not answer; its other calls are lost with it. */
  kill(caller: Caller, reason: string): void {
    if (this.caller === caller) this.#started?.kill()
    caller.end(reason)
  }

  /** Resolves when every worker that it started is gone. */
  async close(): Promise<void> {
    this.#closed = true
    this.caller = null
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#leave()
    for (const started of this.#parting) this.#stop(started)
    await Promise.all(this.#leaving)
  }

  async #begun(caller: Caller): Promise<void> {
    const { startMs = START_MS } = this.#options
    this.#started = this.#options.start(caller, this.#server, this.#place)
    const timer = setTimeout(() => caller.end(`it was not ready within ${startMs} ms`), startMs)
    try {
      caller.attach(this.#started.link)
      await caller.ready
    } finally {
      clearTimeout(timer)
    }
    if (caller.over !== null) throw caller.over // right behind its hello
  }

  // Before the hello, `start` hears of it as well.
  #ended(caller: Caller, reason: string): void {
    if (this.caller !== caller) return
    this.caller = null
    if (this.#closed) return
    consoleLog.warn({ worker: this.#options.name, reason }, 'A worker is gone; another one starts')
    this.#leave()
    this.#follow(performance.now() - this.#readySince!)
  }

  // It finishes what it has, and another one starts at once.
  #parted(caller: Caller): void {
    if (this.caller !== caller || this.#started === null) return
    this.caller = null
    const started = this.#started
    this.#started = null
    this.#parting.add(started)
    void caller.idle().then(() => {
      this.#parting.delete(started)
      this.#stop(started)
    })
    this.#follow(performance.now() - this.#readySince!)
  }

  // The link is over, but a worker may hang behind it.
  #leave(): void {
    if (this.#started === null) return
    const started = this.#started
    this.#started = null
    this.#stop(started)
  }

  #stop(started: Started): void {
    const gone = started.stop()
    this.#leaving.add(gone)
    void gone.then(() => this.#leaving.delete(gone))
  }

  // Another one, after a while; `livedMs` is how long the last one was ready.
  #follow(livedMs: number): void {
    this.#changed()
    if (this.#closed || this.refusal !== null) return
    if (livedMs > LIVED_MS) this.#backoffMs = FIRST_BACKOFF_MS
    // Not less than half of it, or the first of many tries would follow at once.
    const wait = this.#options.jitter === true ? this.#backoffMs * (0.5 + Math.random() / 2) : this.#backoffMs
    this.#backoffMs = Math.min(this.#backoffMs * 2, LAST_BACKOFF_MS)
    this.#timer = setTimeout(() => {
      this.start().catch((error: unknown) => {
        if (!this.#closed)
          consoleLog.error({ worker: this.#options.name, reason: String(error) }, 'A worker did not start')
      })
    }, wait)
  }
}

function isSetup(error: unknown): boolean {
  return isFault(error) && error.code === 'setup_faulty'
}

function notReady(what: string, error: unknown, fix: string): unknown {
  if (isSetup(error)) return error
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const reason = `it did not start: ${cause instanceof Error ? cause.message : String(cause)}`
  return new Fault('setup_faulty', { what, reason, fix }, error)
}
