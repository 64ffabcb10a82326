/**
 * What a connection waits for, and how long it has: `limits` and the drain say how long it may.
 *
 * @module
 */
import type { Limits } from '../../contract.ts'
import { LINGER_MS, LINGER_SENDING_MS } from '../lingering.ts'

/** `first`: the first octet ever; `next`: another request; `nothing`: the connection is over or taken over. */
export type Awaited = 'first' | 'next' | 'head' | 'app' | 'linger' | 'nothing'

/** What is to be done: nothing, dropping what is kept for the next request, or ending, with 408 or without a word. */
export type Due = 'nothing' | 'forget' | 'refuse' | 'close' | 'destroy'

export class Patience {
  #awaited: Awaited = 'first'
  #ms = 0
  /** Milliseconds since the wait began, whatever came meanwhile. */
  #allMs = 0
  #hurries = false

  get awaited(): Awaited {
    return this.#awaited
  }

  /** Begins to wait for something. */
  wait(awaited: Awaited): void {
    this.#awaited = awaited
    this.#ms = 0
    this.#allMs = 0
  }

  /** Begins again. */
  restart(): void {
    this.#ms = 0
  }

  /** The server takes nobody any more: who has come may have a request on the way, and is awaited for long no more. */
  hurry(): void {
    this.#hurries = true
    if (this.#awaited !== 'linger') this.#ms = 0
  }

  /** Time has passed, in milliseconds. */
  tick(elapsedMs: number, { headTimeoutMs, idleTimeoutMs }: Limits): Due {
    this.#ms += elapsedMs
    this.#allMs += elapsedMs
    const stops = this.#hurries && this.#ms >= LINGER_MS
    switch (this.#awaited) {
      case 'first':
        return stops || this.#ms >= headTimeoutMs ? 'close' : 'nothing'
      case 'next':
        if (this.#ms >= idleTimeoutMs) return 'close'
        return this.#ms > LINGER_MS ? 'forget' : 'nothing'
      case 'head':
        if (stops) return 'close'
        return this.#ms >= headTimeoutMs ? 'refuse' : 'nothing'
      case 'linger':
        return this.#ms >= LINGER_MS || this.#allMs >= this.#lingerMs ? 'destroy' : 'nothing'
      default:
        return 'nothing'
    }
  }

  get #lingerMs(): number {
    return this.#hurries ? LINGER_MS : LINGER_SENDING_MS
  }
}
