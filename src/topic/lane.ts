/**
 * The way to one other process, which may be slow: what waits to be sent is bounded, and what is beyond that
 * is dropped and told as missed once there is room.
 *
 * @module
 */
import type { HubLink } from './hub.ts'

/** Bytes that may wait, as `sizeOf` counts them. */
export const MAX_LANE: number = 16 * 1024 * 1024
/** Topics that are remembered by name to have lost items; beyond that, all of them are told. */
const MAX_LOST = 1_000
/** Bytes of a message beside its item. */
const AROUND = 128

/** Sends a message and calls `sent` when it is on its way, or never will be. */
export type Send = (topic: string | null, item: string | null, sent: () => void) => void

export class Lane implements HubLink {
  readonly #send: Send
  readonly #limit: number
  readonly #losing: () => void
  /** Topics of which something was dropped since they were last told so; null for all. */
  #lost: Set<string> | null = new Set()
  #waiting = 0

  /** `losing` is called when items begin to be dropped, and again only after that was told. */
  constructor(send: Send, limit: number = MAX_LANE, losing: () => void = () => {}) {
    this.#send = send
    this.#limit = limit
    this.#losing = losing
  }

  pass(topic: string | null, item: string | null): void {
    if (this.#isLost(topic)) return
    const size = sizeOf(topic, item)
    if (this.#waiting + size > this.#limit) this.#lose(topic)
    else this.#put(topic, item, size)
  }

  #put(topic: string | null, item: string | null, size: number): void {
    this.#waiting += size
    this.#send(topic, item, () => {
      this.#waiting -= size
      this.#tellIfRoom()
    })
  }

  // What comes behind a gap waits for the gap to be told: else it would close unseen.
  #isLost(topic: string | null): boolean {
    return this.#lost === null || (topic !== null && this.#lost.has(topic))
  }

  #lose(topic: string | null): void {
    if (this.#lost?.size === 0) this.#losing()
    if (topic === null || (this.#lost !== null && this.#lost.size >= MAX_LOST)) this.#lost = null
    else this.#lost?.add(topic)
    this.#tellIfRoom()
  }

  #tellIfRoom(): void {
    const lost = this.#lost
    if (lost?.size === 0 || this.#waiting > this.#limit / 2) return
    this.#lost = new Set()
    for (const topic of lost ?? [null]) this.#put(topic, null, sizeOf(topic, null))
  }
}

// A code unit takes two bytes at most.
function sizeOf(topic: string | null, item: string | null): number {
  return ((topic?.length ?? 0) + (item?.length ?? 0)) * 2 + AROUND
}
