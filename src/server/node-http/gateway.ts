/**
 * An app behind `node:http`: its calls under way, and their drain.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Budget } from '../../call/budget.ts'
import type { App, Log, Server } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import { reasonPhrase } from '../../value/status.ts'
import type { Reasons } from '../engine.ts'
import { Rests } from '../rests.ts'
import { Connection } from './connection.ts'
import { guard } from './guard.ts'
import { type Host, type LineOptions, NodeLine } from './line.ts'
import { isOffer, isWhole, lastResponse, offerOf, withdraw } from './upgrade.ts'

/** Milliseconds that deferred tasks have once their calls were cut. */
const GRACE_MS = 1_000

export interface NodeGatewayOptions {
  readonly budget?: Budget | null
  readonly reasons?: Reasons
}

export class NodeGateway implements Host {
  readonly app: App
  readonly server: Server
  readonly log: Log
  readonly budget: Budget | null
  readonly rests: Rests = new Rests()
  readonly #reasons: Reasons
  readonly #under = new Set<NodeLine>()
  #retired = false
  #arrived = false
  #drained: (() => void) | null = null
  #isDrained = false
  #grace: ReturnType<typeof setTimeout> | null = null

  constructor(app: App, server: Server, log: Log, { budget = null, reasons = {} }: NodeGatewayOptions = {}) {
    this.app = app
    this.server = server
    this.log = log
    this.budget = budget
    this.#reasons = reasons
  }

  get draining(): boolean {
    return this.#retired
  }

  /** True once `drain` is over: what the app had opened is being closed. */
  get isDrained(): boolean {
    return this.#isDrained
  }

  phrase(status: number): string {
    return this.#reasons[status] ?? reasonPhrase(status)
  }

  /** For the events `request`, `checkExpectation` and, with `expectsContinue`, `checkContinue`. */
  request(req: IncomingMessage, res: ServerResponse, expectsContinue = false): void {
    if (req.socket.destroyed) return // it may have waited for the app to open
    if (Connection.of(req.socket).closing) return
    this.#run((settled) => new NodeLine(this, req, res, { expectsContinue, settled }))
  }

  /** For the events `upgrade` and `connect`: the app may take the connection, or just answer. */
  upgrade(req: IncomingMessage, socket: Duplex, early: Buffer): void {
    guard(socket)
    const connection = Connection.of(req.socket)
    connection.release(req.socket)
    connection.whenAnswered(() => {
      if (connection.closing || !socket.writable) return
      if (!isOffer(req)) {
        if (isWhole(req)) return withdraw(req, socket, early)
        // Node's own way to decline, `shouldUpgradeCallback`, loses a request that was sent behind the body.
        const res = lastResponse(req, socket)
        return this.#run((settled) => new NodeLine(this, req, res, { settled }))
      }
      const [res, offer] = offerOf(req, socket, early)
      this.#run((settled) => new NodeLine(this, req, res, { offer, settled }))
    })
  }

  /** From now on each answer is the last of its connection. */
  retire(): void {
    this.#retired = true
  }

  /**
   * Resolves when everyone has `arrived` and no call is under way; after `timeoutMs` those that still
   * are get cut, and what they deferred has a second more (15).
   */
  drain(timeoutMs: number, arrived: Promise<unknown>): Promise<void> {
    this.#retired = true
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.cut(), timeoutMs)
      this.#drained = () => {
        this.#isDrained = true
        clearTimeout(timer)
        if (this.#grace !== null) clearTimeout(this.#grace)
        resolve()
      }
      for (const { exchange } of this.#under) exchange.drain()
      void arrived.then(() => {
        this.#arrived = true
        this.#look()
      })
    })
  }

  /** Aborts every call under way and cuts its connection. */
  cut(): void {
    for (const { exchange } of this.#under) exchange.cut(new Fault('draining', {}))
    if (this.#under.size > 0) this.#grace ??= setTimeout(() => this.#giveUp(), GRACE_MS)
  }

  #giveUp(): void {
    this.log.error({ calls: this.#under.size }, 'Deferred tasks did not end in time')
    this.#drained?.()
  }

  #look(): void {
    if (this.#arrived && this.#under.size === 0) this.#drained?.()
  }

  #run(make: (settled: LineOptions['settled']) => NodeLine): void {
    const line = make(() => {
      this.#under.delete(line)
      this.#look()
    })
    this.#under.add(line)
    line.run()
  }
}
