/**
 * A pool of workers that speak frames: what threads and child processes have in common.
 *
 * @module
 */
import type { Aborts } from '../call/aborts.ts'
import { life } from '../call/life.ts'
import { consoleLog } from '../call/log.ts'
import { serverFacts } from '../call/server-facts.ts'
import type { Near, Transport } from '../call/transport.ts'
import { closed } from '../call-fault.ts'
import type { Input, Life, Result, Server } from '../contract.ts'
import { Fault } from '../fault.ts'
import type { RequestHead } from '../value/head.ts'
import type { CallHead } from '../wire/frames/named.ts'
import { abortsOf, unlessAborted } from './aborts.ts'
import type { Caller } from './caller.ts'
import { carried, isRepeatable } from './carrying.ts'
import { Changes } from './changes.ts'
import type { NamedData } from './named.ts'
import { Patience, timedAlone } from './patience.ts'
import { type PoolOptions, Slot } from './slot.ts'

/** Milliseconds that a call waits for a worker to be there; where they take long to start, as long as two starts. */
const PATIENCE_MS = 5_000
/** Milliseconds between two looks at the memory of workers that have a bound. */
const WEIGH_MS = 1_000

/** A worker that takes calls. */
interface Ready {
  readonly slot: Slot
  readonly caller: Caller
}

/** Workers that start. */
interface Opening {
  /** Resolves when each of them is ready, or does without. Rejects with why one does not start. */
  readonly all: Promise<void>
  /** Resolves when one is; else as `all`. */
  readonly first: Promise<void>
}

/** Carries a call on one worker. */
type Carry<T> = (caller: Caller, near: Near, patience: Patience | null) => Promise<T>

export class Pool implements Transport {
  readonly name: string
  readonly life: Life
  readonly #options: PoolOptions
  readonly #slots: Slot[] = []
  readonly #changes = new Changes()
  #opening: Opening | null = null
  /** How often it was closed. */
  #closes = 0
  #weighing: ReturnType<typeof setInterval> | null = null

  constructor(options: PoolOptions) {
    this.name = options.name
    this.#options = options
    this.life = life(
      (server) => this.#open(server).all,
      () => this.close(),
    )
  }

  /** Faults: those of `Caller.call`; call_timeout. */
  call(head: RequestHead, input: Input, near: Near): Promise<Result> {
    const repeats = this.#options.repeatsSafe === true && isRepeatable(head, input)
    return this.#carry(near, repeats, (caller, told, patience) => caller.call(head, input, told, patience))
  }

  /** Calls a handler by its name. Faults: those of `Caller.invoke`; call_timeout. */
  invoke(head: CallHead, data: NamedData, near: Near): Promise<unknown> {
    return this.#carry(near, false, (caller, told, patience) => caller.invoke(head, data, told, patience))
  }

  #carry<T>(near: Near, repeats: boolean, carry: Carry<T>): Promise<T> {
    const closes = this.#closes
    return carried({
      near,
      repeats,
      most: this.#options.size,
      isClosed: () => this.#closes !== closes,
      find: () => this.#idlest() ?? this.#awaited(abortsOf(near)),
      carry: (found) => {
        found.slot.took(found.caller)
        return this.#timed(found, near, carry)
      },
    })
  }

  #timed<T>({ slot, caller }: Ready, near: Near, carry: Carry<T>): Promise<T> {
    const { timeoutMs, name, late = 'kill' } = this.#options
    if (timeoutMs === null) return carry(caller, near, null)
    return late === 'cancel'
      ? timedAlone(caller, near, { timeoutMs, name }, carry)
      : this.#killedLate({ slot, caller }, near, timeoutMs, carry)
  }

  async #killedLate<T>({ slot, caller }: Ready, near: Near, timeoutMs: number, carry: Carry<T>): Promise<T> {
    const { name } = this.#options
    const patience = new Patience(timeoutMs, () =>
      slot.kill(caller, `it did not answer within ${timeoutMs} ms`),
    )
    try {
      return await carry(caller, near, patience)
    } catch (error) {
      // This call was late; its neighbours are lost.
      throw patience.isSpent ? new Fault('call_timeout', { to: name, limitMs: timeoutMs }, error) : error
    } finally {
      patience.end()
    }
  }

  // The worker with the fewest calls. Taken in the same turn, or many calls would take the same one.
  #idlest(): Ready | null {
    let found: Ready | null = null
    for (const slot of this.#slots) {
      const { caller } = slot
      if (caller !== null && (found === null || caller.load < found.caller.load)) found = { slot, caller }
    }
    return found
  }

  // The first worker that comes. A start has a time of its own, however many wait for it.
  async #awaited(aborts: Aborts): Promise<Ready> {
    const since = performance.now()
    await unlessAborted(this.#open(serverFacts()).first, aborts)
    for (;;) {
      const found = this.#idlest()
      if (found !== null) return found
      const patience = since + this.#patienceMs - performance.now()
      if (patience <= 0) throw this.#refused('no worker is up')
      if (this.#slots.length === 0) throw closed(this.#refused('it is closed'))
      // Why names files and interpreters: that is for the log and not for clients.
      if (this.#slots.every((slot) => slot.refusal !== null))
        throw this.#refused('it did not start; the log says why, and what to do')
      await this.#changes.next(patience, aborts)
    }
  }

  get #patienceMs(): number {
    return Math.max(PATIENCE_MS, ...this.#slots.map(({ slowestMs }) => 2 * slowestMs))
  }

  #refused(reason: string): Fault {
    return new Fault('call_refused', { to: this.name, reason })
  }

  #open(server: Server): Opening {
    if (this.#opening !== null) return this.#opening
    const slots = Array.from(
      { length: this.#options.size },
      (_, at) => new Slot(this.#options, server, at, () => this.#changes.tell()),
    )
    this.#slots.push(...slots)
    const starts = slots.map((slot) => slot.start())
    const all = this.#started(slots, starts)
    const first = Promise.any(starts).then(
      () => {},
      () => all,
    )
    for (const opened of [all, first]) opened.catch(() => {}) // a boot waits for the one, calls for the other
    this.#opening = { all, first }
    return this.#opening
  }

  async #started(slots: readonly Slot[], starts: readonly Promise<void>[]): Promise<void> {
    const { optional } = this.#options
    const started = await Promise.allSettled(starts)
    const failed = started.find((one) => one.status === 'rejected')
    // Those that are there now may be others, that were started behind a close.
    const isCurrent = this.#slots[0] === slots[0]
    if (failed === undefined && isCurrent) return this.#weigh()
    if (failed === undefined) throw closed(this.#refused('it is closed'))
    if (optional) {
      consoleLog.warn({ worker: this.name, reason: String(failed.reason) }, 'Not available')
      if (isCurrent) this.#weigh()
      return
    }
    // Calls may be under way on the others, and nobody else would hear why those are lost.
    if (started.some(({ status }) => status === 'fulfilled'))
      consoleLog.error({ worker: this.name, reason: String(failed.reason) }, 'A worker did not start')
    if (isCurrent) await this.close()
    throw failed.reason
  }

  #weigh(): void {
    const { maxMemory = null } = this.#options
    if (maxMemory === null) return
    this.#weighing ??= setInterval(() => {
      for (const slot of this.#slots) void slot.weigh(maxMemory)
    }, WEIGH_MS)
    ;(this.#weighing as { unref?(): void }).unref?.()
  }

  /**
   * Replaces the workers one after the other, each when its successor is ready: no call is lost. Rejects with
   * why one does not start: those before go on.
   */
  async renew(): Promise<void> {
    for (const slot of this.#slots) await slot.renew()
  }

  /** Ends every worker; the next call starts them anew. */
  async close(): Promise<void> {
    this.#opening = null
    this.#closes++
    if (this.#weighing !== null) clearInterval(this.#weighing)
    this.#weighing = null
    const closing = this.#slots.splice(0).map((slot) => slot.close())
    this.#changes.tell() // who waits for a worker waits for none of these
    await Promise.all(closing)
  }
}
