/**
 * A caller and a worker in one process, joined by a link that delivers a frame when it is told to,
 * and holds what it sees against `spec/frames.md`.
 *
 * @module
 */
import { silentLog } from '../../src/call/log.ts'
import { serverFacts } from '../../src/call/server-facts.ts'
import type { App } from '../../src/contract.ts'
import { Caller } from '../../src/transport/caller.ts'
import type { Link, LinkOwner } from '../../src/transport/link.ts'
import { FrameWorker } from '../../src/transport/worker.ts'
import {
  CANCEL,
  CREDIT,
  DATA,
  END,
  FAILED,
  type Frame,
  REQUEST,
  RESPONSE,
} from '../../src/wire/frames/frame.ts'
import { decodeCredit } from '../../src/wire/frames/payload.ts'

export type Side = 'caller' | 'worker'

export class Joined {
  readonly caller: Caller
  readonly worker: FrameWorker
  readonly ledger: Ledger = new Ledger()
  /** Frames on their way to each side, in order. */
  readonly #under: Record<Side, Frame[]> = { caller: [], worker: [] }
  readonly #sides: Record<Side, LinkOwner>
  #over = false
  #torn = false

  constructor(app: App) {
    this.caller = new Caller('the worker', () => {})
    this.worker = new FrameWorker(app, serverFacts(), silentLog, 'joined', () => {
      this.#torn = true
    })
    this.#sides = { caller: this.caller, worker: this.worker }
    this.worker.attach(this.#link('worker', 'caller'))
    this.caller.attach(this.#link('caller', 'worker'))
  }

  /** True once the worker has run every teardown, its link being over. */
  get torn(): boolean {
    return this.#torn
  }

  waiting(side: Side): number {
    return this.#under[side].length
  }

  /** Delivers the next frame to a side. False when none is on its way there. */
  deliver(side: Side): boolean {
    const frame = this.#under[side].shift()
    if (frame === undefined) return false
    this.ledger.delivered(side, frame)
    this.#sides[side].frame(frame)
    return true
  }

  /** Delivers until nothing moves any more. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 3; ) {
      const moved = [this.deliver('worker'), this.deliver('caller')].includes(true)
      quiet = moved ? 0 : quiet + 1
      await turn()
    }
  }

  /** Ends the link, as the death of either side does. What is on its way is lost. */
  cut(): void {
    if (this.#over) return
    this.#over = true
    this.#under.caller.length = 0
    this.#under.worker.length = 0
    this.caller.ended('cut')
    this.worker.ended('cut')
  }

  #link(from: Side, to: Side): Link {
    return {
      send: (frame) => {
        if (this.#over) return
        this.ledger.sent(from, frame)
        // A copy, as every link makes one.
        this.#under[to].push({ ...frame, payload: new Uint8Array(frame.payload) })
      },
      end: (reason) => {
        this.ledger.breaches.push(`the ${from} ended the link: ${reason}`)
        this.cut()
      },
    }
  }
}

/** What went over a link, and every breach of the text. */
export class Ledger {
  readonly breaches: string[] = []
  /** By sender and call: octets granted to it, and sent by it. */
  readonly #granted = new Map<string, number>()
  readonly #sent = new Map<string, number>()
  readonly #over: Record<Side, Set<number>> = { caller: new Set(), worker: new Set() }
  readonly #responded = new Set<number>()
  #last = 0

  /** Body octets that `from` has sent, of one call or of all. */
  octets(from: Side, call?: number): number {
    let sum = 0
    for (const [key, octets] of this.#sent)
      if (key.startsWith(`${from} `) && (call === undefined || key === `${from} ${call}`)) sum += octets
    return sum
  }

  sent(from: Side, { type, call, payload }: Frame): void {
    if (this.#over[from].has(call))
      this.breaches.push(`the ${from} sent a frame of type ${type} for call ${call}, which is over`)
    if (type === REQUEST) {
      if (call <= this.#last) this.breaches.push(`request ${call} after request ${this.#last}`)
      this.#last = call
    } else if (type === RESPONSE) {
      if (this.#responded.has(call)) this.breaches.push(`a second response to call ${call}`)
      this.#responded.add(call)
      if (!isToCome(payload)) this.#over.worker.add(call)
    } else if (type === DATA) {
      const key = `${from} ${call}`
      const sum = (this.#sent.get(key) ?? 0) + payload.byteLength
      this.#sent.set(key, sum)
      if (sum > (this.#granted.get(key) ?? 0))
        this.breaches.push(`the ${from} sent ${sum} octets beyond its credit`)
    } else if (type === FAILED || (type === END && from === 'worker')) this.#over.worker.add(call)
    else if (type === CANCEL) this.#over.caller.add(call)
  }

  delivered(to: Side, { type, call, payload }: Frame): void {
    if (type === CREDIT) {
      const key = `${to} ${call}`
      this.#granted.set(key, (this.#granted.get(key) ?? 0) + decodeCredit(payload))
    } else if (type === CANCEL) this.#over.worker.add(call)
    else if (to === 'caller' && (type === FAILED || type === END)) this.#over.caller.add(call)
    else if (type === RESPONSE && !isToCome(payload)) this.#over.caller.add(call)
  }
}

function isToCome(response: Uint8Array): boolean {
  const octets = new DataView(response.buffer, response.byteOffset).getUint32(0)
  const head = JSON.parse(Buffer.from(response.subarray(4, 4 + octets)).toString()) as {
    readonly body: unknown
  }
  return typeof head.body === 'object' && head.body !== null
}

export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
