/**
 * A worker on NATS: found by gateways, linked to by them, and known to NATS's own tools.
 *
 * @module
 */
import { randomBytes } from 'node:crypto'
import type { App, Log } from '../contract.ts'
import { doorOf } from '../transport/door.ts'
import { Broker, type BrokerOwner } from '../transport/nats/broker.ts'
import { writeFound } from '../transport/nats/found.ts'
import { NatsLink } from '../transport/nats/link.ts'
import { overMessage } from '../transport/nats/message.ts'
import type { NatsMessage } from '../transport/nats/peer-library.ts'
import type { NatsSettings } from '../transport/nats/settings.ts'
import { inboxesOf, inboxOf, isInbox, linkOf, type Subjects } from '../transport/nats/subjects.ts'
import type { Peer } from '../transport/peer.ts'
import type { FrameWorker } from '../transport/worker.ts'
import type { Counts } from './counted.ts'
import type { Links } from './links.ts'
import { type Asked, type ServiceFacts, serviceAnswer, serviceSubjects } from './services.ts'

export interface NatsWorkSettings {
  readonly nats: NatsSettings
  readonly name: string
  readonly subjects: Subjects
  readonly isTrusted: boolean
}

/** Milliseconds between two looks at what has become of the gateways. */
const LOOK_MS = 1_000
/** Looks after which a gateway that said nothing is gone: it pings three times in them. */
const SILENT_LOOKS = 30
/** Who is on the other side, where its word is not taken. */
const STRANGER: Peer = { client: null, protocol: 'http', mount: '', headers: null }
const ASKED: readonly Asked[] = ['PING', 'INFO', 'STATS']

interface Open {
  readonly link: NatsLink
  readonly worker: FrameWorker
  heard: number
  /** Looks since it said something. */
  silent: number
}

export class NatsWork implements BrokerOwner {
  readonly #settings: NatsWorkSettings
  readonly #links: Links
  readonly #counts: () => Counts
  readonly #broker: Broker
  readonly #facts: ServiceFacts
  readonly #open = new Map<string, Open>()
  readonly #hidden: (() => void)[] = []
  #sweeping: ReturnType<typeof setInterval> | null = null
  #isLeaving = false

  constructor(app: App, settings: NatsWorkSettings, links: Links, log: Log, counts: () => Counts) {
    this.#settings = settings
    this.#links = links
    this.#counts = counts
    const id = randomBytes(16).toString('base64url')
    this.#facts = {
      name: settings.name,
      id,
      contract: doorOf(app)?.mark ?? null,
      subject: settings.subjects.open(id),
      started: new Date(),
    }
    this.#broker = new Broker(settings.nats, `hagaki worker of ${settings.name}`, this, log)
  }

  /** Resolves once gateways find it; waits for NATS as long as it takes. Fault: setup_faulty, also where NATS does not let it in. */
  async open(): Promise<void> {
    const { subjects } = this.#settings
    const { id, contract } = this.#facts
    this.#broker.subscribe(inboxesOf(id), (message, isNobody) => this.#take(message, isNobody))
    this.#broker.subscribe(subjects.open(id), (message) => this.#opened(message))
    const tell = ({ reply }: NatsMessage): void => {
      if (isInbox(reply)) this.#broker.publish(reply, writeFound(this.#facts))
    }
    this.#hide(this.#broker.subscribe(subjects.find, tell))
    if (contract !== null) this.#hide(this.#broker.subscribe(subjects.findMark(contract), tell))
    for (const asked of ASKED) {
      for (const subject of serviceSubjects(this.#facts, asked)) {
        this.#hide(this.#broker.subscribe(subject, ({ reply }) => this.#say(asked, reply)))
      }
    }
    this.#sweeping = setInterval(() => this.#sweep(), LOOK_MS)
    this.#sweeping.unref()
    await this.#broker.open(true)
  }

  up(): void {
    if (!this.#isLeaving) this.#broker.publish(this.#settings.subjects.here, writeFound(this.#facts))
  }

  // Nobody can be answered any more.
  down(reason: string): void {
    for (const { link } of [...this.#open.values()]) link.lost(reason)
  }

  /** Is found by nobody any more. Links that are there stay. */
  leave(): void {
    this.#isLeaving = true
    for (const hide of this.#hidden.splice(0)) hide()
  }

  /** Sends what is to be sent, and ends. */
  async close(): Promise<void> {
    this.leave()
    if (this.#sweeping !== null) clearInterval(this.#sweeping)
    await this.#broker.close()
  }

  #hide(unsubscribe: () => void): void {
    this.#hidden.push(unsubscribe)
  }

  #opened(message: NatsMessage): void {
    const { reply } = message
    if (!isInbox(reply)) return
    if (this.#isLeaving || this.#links.isFull) {
      const reason = this.#isLeaving ? 'it is stopping' : 'it has too many links'
      return void this.#broker.publish(reply, overMessage(reason))
    }
    const token = randomBytes(9).toString('base64url')
    const own = inboxOf(this.#facts.id, token)
    const peer = this.#settings.isTrusted ? null : STRANGER
    let link: NatsLink | null = null
    const worker = this.#links.open(
      peer,
      (owner) => (link = new NatsLink(this.#broker, owner, own, reply, true)),
      () => this.#open.delete(token),
    )
    this.#open.set(token, { link: link!, worker, heard: 0, silent: 0 })
    this.#open.get(token)?.link.take(message, false)
  }

  #take(message: NatsMessage, isNobody: boolean): void {
    const open = this.#open.get(linkOf(message.subject))
    if (open !== undefined) return open.link.take(message, isNobody)
    // It may not know yet; and nobody answers this.
    if (!isNobody && isInbox(message.reply)) this.#broker.publish(message.reply, overMessage('no such link'))
  }

  #say(asked: Asked, reply: string | undefined): void {
    // Tools may have inboxes of their own, but nothing of the server's is one.
    if (reply === undefined || !/^[\w-]+(?:\.[\w-]+)+$/.test(reply) || reply.startsWith('hagaki.')) return
    this.#broker.publish(reply, serviceAnswer(asked, this.#facts, this.#counts()))
  }

  #sweep(): void {
    for (const open of [...this.#open.values()]) {
      const { link, worker, heard } = open
      open.silent = link.heard === heard ? open.silent + 1 : 0
      open.heard = link.heard
      if (open.silent >= SILENT_LOOKS) link.end(`nothing came for ${SILENT_LOOKS * LOOK_MS} ms`)
      else if (open.silent > 0 && worker.load > 0) link.probe()
    }
  }
}
