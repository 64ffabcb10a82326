/**
 * A pool of workers that speak frames: what threads and child processes have in common.
 *
 * @module
 */
import { life } from '../call/life.ts'
import { consoleLog } from '../call/log.ts'
import type { Near, Transport } from '../call/transport.ts'
import type { Input, Life, Result } from '../contract.ts'
import { Fault } from '../fault.ts'
import type { RequestHead } from '../value/head.ts'
import { type PoolOptions, Slot } from './slot.ts'

/** Milliseconds that a call waits for a worker to be there. */
const PATIENCE_MS = 5_000
export class Pool implements Transport {
  readonly name: string
  readonly life: Life
  readonly #options: PoolOptions
  readonly #slots: Slot[] = []
  readonly #waiting = new Set<() => void>()
  #opening: Promise<void> | null = null

  constructor(options: PoolOptions) {
    this.name = options.name
    this.#options = options
    this.life = life(
      () => this.#open(),
      () => this.#close(),
    )
  }

  async call(head: RequestHead, input: Input, near: Near): Promise<Result> {
    const slot = await this.#idlest(near.signal)
    const { timeoutMs, name } = this.#options
    if (timeoutMs === null) return slot.caller!.call(head, input, near)
    const late = new Fault('call_timeout', { to: name, limitMs: timeoutMs })
    let timer: ReturnType<typeof setTimeout> | null = null
    const expired = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(late) // first: this call was late, its neighbours are lost
        slot.kill(`it did not answer within ${timeoutMs} ms`)
      }, timeoutMs)
    })
    try {
      return await Promise.race([slot.caller!.call(head, input, near), expired])
    } finally {
      clearTimeout(timer!)
    }
  }

  // The worker with the fewest calls; where there is none, the first that comes.
  async #idlest(signal: AbortSignal): Promise<Slot> {
    if (this.#opening === null) await this.#open()
    const until = Date.now() + PATIENCE_MS
    for (;;) {
      const ready = this.#slots.filter((slot) => slot.caller !== null)
      if (ready.length > 0)
        return ready.reduce((least, slot) => (slot.caller!.load < least.caller!.load ? slot : least))
      const refusal =
        this.#slots.length > 0 && this.#slots.every((slot) => slot.refusal !== null)
          ? this.#slots[0]!.refusal
          : null
      const patience = until - Date.now()
      if (refusal !== null || patience <= 0) throw this.#refused(refusal)
      await this.#change(patience, signal)
    }
  }

  // The reason of a refusal names files and interpreters: that is for the log and not for clients.
  #refused(refusal: unknown): Fault {
    const reason = refusal === null ? 'no worker is up' : 'it did not start; the log says why, and what to do'
    return new Fault('call_refused', { to: this.name, reason })
  }

  #change(withinMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(settle)
        signal.removeEventListener('abort', cancelled)
        resolve()
      }
      const cancelled = (): void => {
        settle()
        reject(signal.reason as Error)
      }
      const timer = setTimeout(settle, withinMs)
      this.#waiting.add(settle)
      if (signal.aborted) cancelled()
      else signal.addEventListener('abort', cancelled, { once: true })
    })
  }

  #open(): Promise<void> {
    this.#opening ??= this.#startAll()
    return this.#opening
  }

  async #startAll(): Promise<void> {
    const changed = (): void => {
      for (const settle of [...this.#waiting]) settle()
    }
    for (let at = 0; at < this.#options.size; at++) this.#slots.push(new Slot(this.#options, changed))
    const started = await Promise.allSettled(this.#slots.map((slot) => slot.start()))
    const failed = started.find((one) => one.status === 'rejected')
    if (failed === undefined) return
    if (this.#options.optional) {
      consoleLog.warn({ worker: this.name, reason: String(failed.reason) }, 'Not available')
      return
    }
    await this.#close()
    throw failed.reason
  }

  async #close(): Promise<void> {
    this.#opening = null
    await Promise.all(this.#slots.splice(0).map((slot) => slot.close()))
  }
}
