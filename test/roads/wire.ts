/**
 * A caller and a worker in one process, joined by octets that arrive when they are told to, in any
 * cutting: nothing is lost, and nothing overtakes.
 *
 * @module
 */
import { silentLog } from '../../src/call/log.ts'
import { serverFacts } from '../../src/call/server-facts.ts'
import type { App } from '../../src/contract.ts'
import { Caller } from '../../src/transport/caller.ts'
import type { Link, LinkOwner } from '../../src/transport/link.ts'
import { FrameWorker } from '../../src/transport/worker.ts'
import { encodeFrame, FrameReader } from '../../src/wire/frames/codec.ts'

export type Side = 'caller' | 'worker'

export class Wire {
  readonly caller: Caller
  readonly worker: FrameWorker
  /** Why a side ended the link. */
  readonly endings: string[] = []
  readonly #under: Record<Side, Uint8Array> = { caller: new Uint8Array(), worker: new Uint8Array() }
  readonly #readers: Record<Side, FrameReader> = { caller: new FrameReader(), worker: new FrameReader() }
  readonly #sides: Record<Side, LinkOwner>
  #isOver = false
  /** True once the worker has run every teardown, its link being over. */
  isTorn = false

  constructor(app: App) {
    this.caller = new Caller('the worker', () => {})
    this.worker = new FrameWorker(app, serverFacts(), silentLog, 'wired', () => {
      this.isTorn = true
    })
    this.#sides = { caller: this.caller, worker: this.worker }
    this.worker.attach(this.#link('worker', 'caller'))
    this.caller.attach(this.#link('caller', 'worker'))
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Octets on their way to a side. */
  under(side: Side): number {
    return this.#under[side].byteLength
  }

  /** Delivers so many octets of those on their way, in one piece. */
  deliver(side: Side, octets: number): void {
    const bytes = this.#under[side]
    this.#under[side] = bytes.subarray(octets)
    for (const frame of this.#readers[side].feed(bytes.subarray(0, octets))) {
      if (!this.#isOver) this.#sides[side].frame(frame)
    }
  }

  /** Delivers until nothing moves any more. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 3; ) {
      const moved = this.under('worker') + this.under('caller')
      this.deliver('worker', this.under('worker'))
      this.deliver('caller', this.under('caller'))
      quiet = moved > 0 ? 0 : quiet + 1
      await turn()
    }
  }

  /** Ends the link, as the death of either side does. What is on its way is lost. */
  cut(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#under.caller = new Uint8Array()
    this.#under.worker = new Uint8Array()
    this.caller.ended('cut')
    this.worker.ended('cut')
  }

  #link(from: Side, to: Side): Link {
    return {
      send: (frame) => {
        if (!this.#isOver) this.#under[to] = Buffer.concat([this.#under[to], encodeFrame(frame)])
      },
      end: (reason) => {
        this.endings.push(`${from}: ${reason}`)
        // What was sent before is still on its way there.
        this.deliver(to, this.under(to))
        this.cut()
      },
    }
  }
}

export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
