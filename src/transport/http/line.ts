/**
 * One connection to an upstream: octets in, one exchange after the other. RFC 9112 section 9.
 *
 * @module
 */
import type { Socket } from 'node:net'
import { ResponseReader } from '../../wire/http1/response-reader.ts'
import type { Clock, Ticking } from './clock.ts'
import { dial, refusal, said } from './dial.ts'
import type { Failure } from './failure.ts'
import type { Road } from './road.ts'

/** What is kept of an answer that nobody reads at the moment, in octets. */
const KEPT = 64 * 1024
/** An upstream that says how long it keeps connections is left so many milliseconds before. */
const AHEAD_MS = 1_000

/** What hears of a connection. */
export interface LineOwner {
  /** It is there, and nothing was asked on it yet. */
  opened(line: Line): void
  /** It was not there in the end: instead of `opened`. */
  refused(line: Line, failure: Failure): void
  /** An exchange is over, and another one may begin. */
  freed(line: Line): void
  /** It is over, or is another's: after `opened`. */
  gone(line: Line): void
}

/** Whoever asks on it at the moment. */
export interface LineUser extends Ticking {
  /** True while somebody waits for octets. */
  readonly waits: boolean
  /** Octets are there. */
  received(): void
  /** The upstream takes octets again. */
  drained(): void
  /** Nothing more comes, and why. */
  ended(reason: string): void
}

export class Line implements Ticking {
  readonly socket: Socket
  readonly reader: ResponseReader
  readonly road: Road
  readonly #owner: LineOwner
  readonly #clock: Clock
  #exchange: LineUser | null = null
  #state: 'connecting' | 'open' | 'gone' = 'connecting'
  #error: NodeJS.ErrnoException | null = null
  #paused = false
  /** Milliseconds in the present state: connecting, or idle. */
  #waitedMs = 0
  #ageMs = 0
  #idleMs: number
  #rested = false
  readonly #data = (octets: Uint8Array): void => this.#received(octets)
  readonly #end = (): void => this.#ended()
  readonly #drain = (): void => this.#exchange?.drained()

  /** Begins to connect. */
  constructor(road: Road, owner: LineOwner, clock: Clock) {
    const { settings } = road
    this.road = road
    this.#owner = owner
    this.#clock = clock
    this.#idleMs = settings.idleMs
    this.reader = new ResponseReader({ limits: settings.limits, latin1, isTold0: true })
    this.socket = dial(road, () => this.#connected())
    clock.add(this)
    this.socket
      .on('data', this.#data)
      .on('end', this.#end)
      .on('drain', this.#drain)
      .on('error', (error) => {
        this.#error ??= error
      })
      .on('close', () => this.#closed())
  }

  /** True when it had nothing to do at some time: the upstream may have ended it meanwhile. */
  get rested(): boolean {
    return this.#rested
  }

  get open(): boolean {
    return this.#state === 'open' && !this.socket.destroyed && !this.socket.readableEnded
  }

  /** Milliseconds since its last exchange, or since it is there. */
  get idleMs(): number {
    return this.#waitedMs
  }

  /** It is kept for later. */
  rest(): void {
    this.#rested = true
  }

  begin(exchange: LineUser, method: string): void {
    this.#exchange = exchange
    this.reader.begin(method)
    this.socket.ref()
  }

  /** More of the answer is wanted. */
  want(): void {
    if (!this.#paused) return
    this.#paused = false
    this.socket.resume()
  }

  /** The exchange is over. `clean`: both sides are through with it, and the connection may be used again. */
  end(clean: boolean, idleS: number | null): void {
    this.#exchange = null
    this.#waitedMs = 0
    const { settings } = this.road
    if (!clean || !this.open || this.reader.pendingLength > 0 || this.#ageMs >= settings.ageMs)
      return this.destroy()
    if (idleS !== null) this.#idleMs = Math.min(settings.idleMs, Math.max(0, idleS * 1_000 - AHEAD_MS))
    if (this.#idleMs === 0) return this.destroy()
    this.want()
    this.socket.unref() // kept for later, which nobody has to wait for
    this.#owner.freed(this)
  }

  /** Hands the connection over, and what came behind its last head. */
  release(): { readonly socket: Socket; readonly early: Uint8Array } {
    const early = this.reader.rest()
    const { socket } = this
    socket.off('data', this.#data).off('end', this.#end).off('drain', this.#drain)
    socket.pause()
    this.#exchange = null
    this.#leave()
    return { socket, early }
  }

  destroy(): void {
    this.socket.destroy()
    this.#leave()
  }

  tick(elapsedMs: number): void {
    this.#ageMs += elapsedMs
    if (this.#exchange !== null) return this.#exchange.tick(elapsedMs)
    this.#waitedMs += elapsedMs
    const { connectMs } = this.road.settings
    if (this.#state === 'open' && this.#waitedMs >= this.#idleMs) this.destroy()
    else if (this.#state === 'connecting' && this.#waitedMs >= connectMs) {
      this.#refuse(this.road.failures.unconnected(connectMs))
    }
  }

  #connected(): void {
    if (this.#state !== 'connecting') return
    this.#state = 'open'
    this.#waitedMs = 0
    this.socket.unref()
    this.#owner.opened(this)
  }

  #received(octets: Uint8Array): void {
    // Nothing was asked: it would be taken for the answer to what is asked next.
    if (this.#exchange === null) return this.destroy()
    this.reader.push(octets)
    this.#exchange.received()
    if (this.#exchange?.waits === false && this.reader.pendingLength > KEPT) {
      this.#paused = true
      this.socket.pause()
    }
  }

  #ended(): void {
    if (this.#exchange === null) return this.destroy()
    this.reader.ended()
    this.#exchange.ended('it ended the connection')
  }

  #closed(): void {
    const exchange = this.#exchange
    const reason = this.#error === null ? 'the connection is gone' : said(this.#error)
    if (this.#state === 'connecting')
      return this.#refuse(this.road.failures.unreached(...refusal(this.#error)))
    this.#exchange = null
    exchange?.ended(reason)
    this.#leave()
  }

  #refuse(failure: Failure): void {
    if (this.#state !== 'connecting') return
    this.#state = 'gone'
    this.#clock.remove(this)
    this.socket.destroy()
    this.#owner.refused(this, failure)
  }

  #leave(): void {
    if (this.#state === 'gone') return
    const wasOpen = this.#state === 'open'
    this.#state = 'gone'
    this.#clock.remove(this)
    if (wasOpen) this.#owner.gone(this)
  }
}

const latin1 = (octets: Uint8Array, from: number, to: number): string =>
  Buffer.prototype.latin1Slice.call(octets, from, to)
