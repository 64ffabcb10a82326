/**
 * What gateways see of an app as long as it offers the same: links, and on NATS who it is. An app in another language
 * that was loaded anew, and offers something else, is another worker to them.
 *
 * @module
 */
import { setTimeout as wait } from 'node:timers/promises'
import { namedIn } from '../call/names.ts'
import type { App, Log, Server } from '../contract.ts'
import { doorOf } from '../transport/door.ts'
import { counted } from './counted.ts'
import { Links } from './links.ts'
import { NatsWork, type NatsWorkSettings } from './over-nats.ts'

interface Front {
  readonly mark: string | null
  readonly links: Links
  readonly onNats: NatsWork | null
}

export class Fronts {
  readonly #app: App
  readonly #make: () => Front
  readonly #log: Log
  readonly #drainMs: number
  /** With those that finish what they have. */
  readonly #all = new Set<Front>()
  readonly #unhear: () => void
  #shown: Front
  #renewing: Promise<void> = Promise.resolve()
  #isLeaving = false

  /** `app` is open. */
  constructor(app: App, nats: NatsWorkSettings | null, server: Server, log: Log) {
    const { app: watched, counts } = nats === null ? { app, counts: null } : counted(app)
    this.#make = () => {
      const links = new Links(watched, server, log)
      const onNats = nats === null ? null : new NatsWork(app, nats, links, log, counts!)
      return { mark: markOf(app), links, onNats }
    }
    this.#app = app
    this.#log = log
    this.#drainMs = server.limits.drainTimeoutMs
    this.#shown = this.#make()
    this.#all.add(this.#shown)
    this.#unhear = namedIn(app)?.onRenewed?.(() => this.#renew()) ?? (() => {})
  }

  /** Links that come now. */
  get links(): Links {
    return this.#shown.links
  }

  /** Resolves once gateways find it. Faults: as those of `NatsWork`. */
  async open(): Promise<void> {
    await this.#shown.onNats?.open()
  }

  /** Takes no new calls, lets those under way finish until `patience` is over, and ends. */
  async close(patience: Promise<unknown>): Promise<void> {
    this.#isLeaving = true
    this.#unhear()
    await Promise.all([...this.#all].map((front) => this.#finish(front, patience)))
    await this.#renewing
  }

  #renew(): void {
    this.#renewing = this.#renewing
      .then(() => this.#replace())
      .catch((error: unknown) => this.#log.error({ err: error }, 'Gateways do not see what is offered now'))
  }

  // The next one is found before the one before leaves.
  async #replace(): Promise<void> {
    const before = this.#shown
    if (this.#isLeaving || markOf(this.#app) === before.mark) return
    const next = this.#make()
    this.#all.add(next)
    await next.onNats?.open()
    if (this.#isLeaving) return
    this.#shown = next
    void this.#finish(before, wait(this.#drainMs, undefined, { ref: false }))
  }

  async #finish(front: Front, patience: Promise<unknown>): Promise<void> {
    const { links, onNats } = front
    onNats?.leave()
    links.leave()
    await Promise.race([links.gone(), patience])
    links.cut()
    await links.gone()
    await onNats?.close()
    this.#all.delete(front)
  }
}

function markOf(app: App): string | null {
  return doorOf(app)?.mark ?? null
}
