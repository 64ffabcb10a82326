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
  /** Octets of memory that it holds; null where that cannot be told. */
  memory?(): Promise<number | null>
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
  /** Calls after which a worker is replaced; each gets up to a tenth less, by chance. By default never. */
  readonly maxCalls?: number | null
  /** Octets of memory beyond which a worker is replaced, and killed beyond twice as many. By default none. */
  readonly maxMemory?: number | null
}

/** A worker that said hello. */
interface Hand {
  readonly caller: Caller
  readonly started: Started
  readonly readySince: number
  /** Calls that are left until it is replaced. */
  callsLeft: number
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
  /** Milliseconds that the slowest of its workers took to be ready. */
  slowestMs = 0
  readonly #options: PoolOptions
  readonly #server: Server
  readonly #place: number
  readonly #changed: () => void
  readonly #leaving = new Set<Promise<void>>()
  /** Workers that take no new calls, and finish those under way. */
  readonly #parting = new Set<Hand>()
  /** Workers that have not said hello. */
  readonly #unborn = new Set<Started>()
  #hand: Hand | null = null
  #starting: Promise<void> | null = null
  #renewing: Promise<void> | null = null
  /** True while another worker starts beside the one that serves. */
  #hasHeir = false
  /** When a worker that is worn may be replaced again, by `performance.now()`. */
  #wornAgain = 0
  #hasLived = false
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
  start(): Promise<void> {
    this.#starting ??= this.#start().finally(() => {
      this.#starting = null
    })
    return this.#starting
  }

  /**
   * Starts another worker; when that is ready, the one before takes no new calls and finishes those it has.
   * Rejects when it does not start: then the one before goes on.
   */
  renew(): Promise<void> {
    // One that is under way may have begun before what this is for.
    if (this.#renewing !== null) return this.#renewing.catch(() => {}).then(() => this.renew())
    this.#renewing = this.#renew().finally(() => {
      this.#renewing = null
    })
    return this.#renewing
  }

  /** Counts a call that goes to `caller`. */
  took(caller: Caller): void {
    const hand = this.#hand
    if (hand?.caller === caller && --hand.callsLeft <= 0) this.#worn('it has had its number of calls')
  }

  /** Looks at the memory of its workers. */
  async weigh(most: number): Promise<void> {
    for (const hand of [this.#hand, ...this.#parting]) {
      const octets = (await hand?.started.memory?.()) ?? 0
      if (hand === null || octets <= most) continue
      const held = `it held ${megabytes(octets)} MB of memory, and ${megabytes(most)} are its bound`
      if (octets > most * 2) this.#kill(hand, held)
      // One that begins beyond the bound would be replaced for ever.
      else if (performance.now() - hand.readySince > LIVED_MS && hand === this.#hand) this.#worn(held)
    }
  }

  /** Kills the worker behind `caller`, which does not answer; its other calls are lost with it. */
  kill(caller: Caller, reason: string): void {
    const hand = [this.#hand, ...this.#parting].find((one) => one?.caller === caller)
    if (hand) this.#kill(hand, reason)
    else caller.end(reason)
  }

  /** Resolves when every worker that it started is gone. */
  async close(): Promise<void> {
    this.#closed = true
    this.caller = null
    if (this.#timer !== null) clearTimeout(this.#timer)
    for (const { started } of [...(this.#hand === null ? [] : [this.#hand]), ...this.#parting])
      this.#stop(started)
    this.#hand = null
    for (const started of this.#unborn) this.#stop(started)
    await Promise.all(this.#leaving)
  }

  async #start(): Promise<void> {
    try {
      this.#seat(await this.#born())
    } catch (error) {
      // What fails at boot would fail again; what once ran may run again.
      if (!this.#hasLived && saysWhy(error)) this.refusal = error
      this.#follow(0)
      throw error
    }
  }

  async #renew(): Promise<void> {
    await this.#starting?.catch(() => {}) // it may have begun before what this is for
    if (this.#closed) return
    const before = this.#hand
    if (before === null) {
      if (this.#timer !== null) clearTimeout(this.#timer)
      this.refusal = null
      return this.start()
    }
    this.#hasHeir = true
    try {
      this.#seat(await this.#born())
      this.#hasHeir = false
    } catch (error) {
      this.#hasHeir = false
      if (this.#hand === null) this.#follow(0) // it died meanwhile
      throw error
    }
    if (before.caller.over === null) this.#part(before, this.#server.limits.drainTimeoutMs)
  }

  async #born(): Promise<Hand> {
    const { name, isTrusted = true, startMs = START_MS, maxCalls } = this.#options
    const fix = this.#options.fix ?? 'What it wrote before may say why'
    const caller: Caller = new Caller(name, (reason) => this.#ended(caller, reason), {
      isTrusted,
      onLeave: () => this.#parted(caller),
    })
    let timer: ReturnType<typeof setTimeout> | null = null
    let started: Started | null = null
    const began = performance.now()
    try {
      started = this.#options.start(caller, this.#server, this.#place)
      this.#unborn.add(started)
      timer = setTimeout(() => caller.end(`it was not ready within ${startMs} ms`), startMs)
      caller.attach(started.link)
      await caller.ready
      if (caller.over !== null) throw caller.over // right behind its hello
      const callsLeft = maxCalls == null ? Infinity : Math.ceil(maxCalls * (1 - Math.random() / 10))
      const readySince = performance.now()
      this.slowestMs = Math.max(this.slowestMs, readySince - began)
      return { caller, started, readySince, callsLeft }
    } catch (error) {
      started?.kill()
      if (started !== null) this.#stop(started)
      throw notReady(name, error, fix)
    } finally {
      if (timer !== null) clearTimeout(timer)
      if (started !== null) this.#unborn.delete(started)
    }
  }

  // From now on it gets the calls.
  #seat(hand: Hand): void {
    if (this.#closed) return this.#stop(hand.started)
    const { ready, pingMs = null } = this.#options
    const { caller } = hand
    this.#hasLived = true
    this.#hand = hand
    this.caller = caller
    ready?.(caller.contract)
    if (pingMs !== null) keepAlive(caller, pingMs)
    if (caller.isLeaving) this.#parted(caller)
    else this.#changed()
  }

  // Before the hello, `start` hears of it as well.
  #ended(caller: Caller, reason: string): void {
    const hand = this.#hand
    if (hand?.caller !== caller) return
    this.#hand = null
    this.caller = null
    if (this.#closed) return
    consoleLog.warn({ worker: this.#options.name, reason }, 'A worker is gone; another one starts')
    this.#stop(hand.started) // the link is over, but it may hang behind it
    this.#follow(performance.now() - hand.readySince)
  }

  // It finishes what it has, and another one starts at once.
  #parted(caller: Caller): void {
    const hand = this.#hand
    if (hand?.caller !== caller) return
    this.#hand = null
    this.caller = null
    this.#part(hand, null)
    this.#follow(performance.now() - hand.readySince)
  }

  #part(hand: Hand, withinMs: number | null): void {
    const { caller, started } = hand
    const late = (): void => caller.end(`it was replaced, and its calls took more than ${withinMs} ms`)
    const timer = withinMs === null ? null : setTimeout(late, withinMs)
    this.#parting.add(hand)
    void caller.idle().then(() => {
      if (timer !== null) clearTimeout(timer)
      this.#parting.delete(hand)
      this.#stop(started)
    })
  }

  #worn(reason: string): void {
    const now = performance.now()
    if (this.#renewing !== null || now < this.#wornAgain) return
    this.#wornAgain = now + FIRST_BACKOFF_MS
    consoleLog.info({ worker: this.#options.name, reason }, 'A worker is replaced')
    this.renew().catch((error: unknown) => {
      this.#wornAgain = performance.now() + LIVED_MS
      if (!this.#closed) this.#notStarted(error)
    })
  }

  #kill({ started, caller }: Hand, reason: string): void {
    started.kill()
    caller.end(reason)
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
    if (this.#hasHeir) return // which takes its place
    // Not less than half of it, or the first of many tries would follow at once.
    const wait = this.#options.jitter === true ? this.#backoffMs * (0.5 + Math.random() / 2) : this.#backoffMs
    this.#backoffMs = Math.min(this.#backoffMs * 2, LAST_BACKOFF_MS)
    this.#timer = setTimeout(() => {
      this.start().catch((error: unknown) => {
        if (!this.#closed) this.#notStarted(error)
      })
    }, wait)
  }

  #notStarted(error: unknown): void {
    consoleLog.error({ worker: this.#options.name, reason: String(error) }, 'A worker did not start')
  }
}

function megabytes(octets: number): number {
  return Math.ceil(octets / 1024 ** 2)
}

function isSetup(error: unknown): boolean {
  return isFault(error) && error.code === 'setup_faulty'
}

// Its own word, and not ours for what was lost or did not come.
function saysWhy(fault: unknown): boolean {
  return isSetup(fault) && !isFault((fault as Fault).cause)
}

function notReady(what: string, error: unknown, fix: string): unknown {
  if (isSetup(error)) return error
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const reason = `it did not start: ${cause instanceof Error ? cause.message : String(cause)}`
  return new Fault('setup_faulty', { what, reason, fix }, error)
}
