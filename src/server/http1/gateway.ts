/**
 * An app behind connections of HTTP/1.1: the connections, the one clock that times them all, the
 * calls under way and their drain.
 *
 * @module
 */
import type { Socket } from 'node:net'
import type { Budget } from '../../call/budget.ts'
import type { App, Log, Server } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import type { ReaderOptions } from '../../wire/http1/request-reader.ts'
import { Exchange, type Line } from '../exchange.ts'
import { Rests } from '../rests.ts'
import { Connection } from './connection.ts'
import { Heads } from './heads.ts'
import type { Host } from './host.ts'

/** Milliseconds that deferred tasks have once their calls were cut. */
const GRACE_MS = 1_000
/** The longest and the shortest turn of the clock, in milliseconds. */
const TURN_MS = [10, 500] as const

const CONNECTION: unique symbol = Symbol('connection')

interface Connected extends Socket {
  [CONNECTION]?: Connection
}

export interface Http1Options {
  readonly app: App
  readonly server: Server
  readonly log: Log
  readonly budget: Budget | null
  readonly protocol: 'http' | 'https'
  /** Reason phrases by status, for those that differ from the registered ones. */
  readonly reasons: { readonly [status: number]: string }
}

export class Http1Gateway implements Host {
  readonly app: App
  readonly server: Server
  readonly log: Log
  readonly budget: Budget | null
  readonly protocol: 'http' | 'https'
  readonly reading: ReaderOptions
  readonly heads: Heads
  readonly rests: Rests = new Rests()
  readonly #connections = new Set<Connection>()
  readonly #settled = (): void => {
    this.#calls--
    this.#look()
  }
  #calls = 0
  #clock: NodeJS.Timeout | null = null
  #draining = false
  #arrived = false
  #drained: (() => void) | null = null
  #grace: NodeJS.Timeout | null = null

  constructor({ app, server, log, budget, protocol, reasons }: Http1Options) {
    this.app = app
    this.server = server
    this.log = log
    this.budget = budget
    this.protocol = protocol
    this.heads = new Heads(server, reasons)
    this.reading = {
      limits: server.limits,
      authority: server.port === 0 ? server.name : `${server.name}:${server.port}`,
      latin1: (octets, from, to) => Buffer.prototype.latin1Slice.call(octets, from, to),
    }
  }

  get draining(): boolean {
    return this.#draining
  }

  /** Takes a connection. */
  accept(socket: Connected): void {
    if (socket.destroyed) return
    if (this.#clock === null) this.#start()
    const connection = new Connection(this, socket)
    socket[CONNECTION] = connection
    this.#connections.add(connection)
    if (this.#drained !== null) connection.drain() // a handshake took longer than the port was open
    socket.on('error', ignore)
    socket.on('close', closed)
    socket.on('data', connection.receive)
    socket.on('end', ended)
    socket.on('drain', drained)
    socket.on('timeout', stuck)
  }

  release(socket: Socket): void {
    socket.setTimeout(0)
    socket
      .off('data', (socket as Connected)[CONNECTION]!.receive)
      .off('end', ended)
      .off('drain', drained)
      .off('timeout', stuck)
    // As Node's own server does: flowing again once somebody listens.
    ;(socket as { readableFlowing: boolean | null }).readableFlowing = null
  }

  left(connection: Connection): void {
    this.#connections.delete(connection)
    this.#look()
  }

  exchange(line: Line, method: string, path: string): Exchange {
    this.#calls++
    return new Exchange(this, line, method, path, this.#settled)
  }

  /** From now on each answer is the last of its connection. */
  retire(): void {
    this.#draining = true
  }

  /**
   * Resolves when everyone has `arrived`, no call is under way and no connection is open; after
   * `timeoutMs` those that still are get cut, and what they deferred has a second more (15).
   */
  drain(timeoutMs: number, arrived: Promise<unknown>): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.cut(), timeoutMs)
      this.#drained = () => {
        clearTimeout(timer)
        if (this.#grace !== null) clearTimeout(this.#grace)
        this.#stop()
        resolve()
      }
      this.#draining = true
      // From now on it turns anew: who has come and not asked yet has all of its second.
      this.#stop()
      if (this.#connections.size > 0) this.#start()
      for (const connection of this.#connections) connection.drain()
      void arrived.then(() => {
        this.#arrived = true
        this.#look()
      })
    })
  }

  /** Aborts every call under way and cuts its connection. */
  cut(): void {
    for (const connection of this.#connections) connection.abandon(new Fault('draining', {}))
    if (this.#calls > 0) this.#grace ??= setTimeout(() => this.#giveUp(), GRACE_MS)
  }

  #giveUp(): void {
    this.log.error({ calls: this.#calls }, 'Deferred tasks did not end in time')
    this.#drained?.()
  }

  #look(): void {
    if (this.#arrived && this.#calls === 0 && this.#connections.size === 0) this.#drained?.()
  }

  // One coarse clock instead of timers for each connection. It counts turns, so that a loop that was
  // blocked finds nobody late whose octets wait in the kernel.
  #start(): void {
    const { headTimeoutMs, bodyTimeoutMs, idleTimeoutMs } = this.server.limits
    const [least, most] = TURN_MS
    const turnMs = Math.max(least, Math.min(most, headTimeoutMs / 8, bodyTimeoutMs / 8, idleTimeoutMs / 8))
    this.heads.turn()
    this.#clock = setInterval(() => {
      this.heads.turn()
      for (const connection of this.#connections) connection.tick(turnMs)
      if (this.#connections.size === 0) this.#stop()
    }, turnMs)
    this.#clock.unref()
  }

  #stop(): void {
    if (this.#clock !== null) clearInterval(this.#clock)
    this.#clock = null
  }
}

function ignore(): void {}

function ended(this: Connected): void {
  this[CONNECTION]!.ended()
}

function drained(this: Connected): void {
  this[CONNECTION]!.drained()
}

function stuck(this: Connected): void {
  this[CONNECTION]!.stuck()
}

function closed(this: Connected): void {
  this[CONNECTION]!.closed()
}
