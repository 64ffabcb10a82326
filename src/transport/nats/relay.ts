/**
 * `natsRelay`: the items of topics over NATS, between all who are connected to it.
 *
 *   subject   hagaki-topic.NAME, and hagaki-topic for all at once
 *   message   an item as JSON; an empty one says that its publisher may have lost some before
 *
 * Core NATS delivers at most once, and to who is subscribed then. What was sent last when a connection is lost may
 * never have arrived, so who is cut off is told that items may be missed, and a publisher that was says so to all
 * when it is back.
 *
 * @module
 */
import { consoleLog } from '../../call/log.ts'
import type { Log } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import { Lane, MAX_LANE } from '../../topic/lane.ts'
import type { Listener, Listening, Relay } from '../../topic/relay.ts'
import { utf8Bytes, utf8Text } from '../../value/utf8.ts'
import { Broker, type BrokerOwner } from './broker.ts'
import { type NatsAccess, type NatsSettings, natsSettings } from './settings.ts'

export interface NatsRelayOptions extends NatsAccess {
  /** For losses of the connection: by default standard error. */
  readonly log?: Log
}

export interface NatsRelay extends Relay {
  /**
   * Ends its connection, for a program that has nothing else to do; streams end with items_missed. Used again, it
   * connects again.
   */
  close(): Promise<void>
}

const WHAT = 'natsRelay'
/** No item is larger, whatever a server lets pass. In bytes. */
const MAX_ITEM = 1024 * 1024
const NOTHING: Uint8Array = new Uint8Array()
/** What is no item of any topic: it is dropped there, and the log told. */
const NO_ITEM = ''
const GAP = 'a publisher had too many items waiting, or was cut off'

/**
 * Carries topics over NATS: `topic('cards', { over: natsRelay('nats://n1') })`. It connects when the first topic is
 * used, and for ever again; until then, what is published waits, 16 MiB at most.
 *
 *   servers   as `nats` takes them
 *   Fault     setup_faulty; without its library, in the streams of who subscribes
 */
export function natsRelay(servers: string | readonly string[], options: NatsRelayOptions = {}): NatsRelay {
  const settings = natsSettings(servers, options, WHAT)
  const { log = consoleLog } = options
  let opened: Line | null = null
  const line = (): Line => (opened ??= new Line(settings, log))
  return {
    publish: (topic, item) => line().publish(topic, item),
    listen: (topic, listener) => line().listen(topic, listener),
    close: async () => {
      const before = opened
      opened = null
      await before?.close()
    },
  }
}

interface Sent {
  /** Null for all of them. */
  readonly topic: string | null
  readonly sent: () => void
}

interface Held extends Sent {
  readonly item: string | null
}

/** One connection, and all that goes over it. */
class Line implements BrokerOwner {
  readonly #broker: Broker
  readonly #log: Log
  readonly #lane: Lane
  readonly #topics = new Map<string, { readonly listeners: Set<Listener>; readonly stop: () => void }>()
  #opening: Promise<void> | null = null
  /** What was published while NATS is away. */
  #held: Held[] = []
  /** What was sent and may not have arrived. */
  #unsure: Sent[] = []
  #isSyncing = false
  #isClosed = false
  #waiting: (() => void)[] = []

  constructor(settings: NatsSettings, log: Log) {
    this.#log = log
    this.#broker = new Broker(settings, 'hagaki topics', this, log)
    this.#broker.subscribe(subjectOf(null), () => this.#toAll((one) => one.missed(GAP)))
    this.#lane = new Lane(
      (topic, item, sent) => this.#send({ topic, item, sent }),
      MAX_LANE,
      () => log.warn({}, 'More is published than NATS takes: others miss items of topics'),
    )
  }

  publish(topic: string, item: string): void {
    this.#open().catch(() => {})
    this.#lane.pass(topic, item)
  }

  listen(topic: string, listener: Listener): Listening {
    const ready = this.#settled()
    const known = this.#topics.get(topic)
    const { listeners, stop } = known ?? this.#subscribe(topic)
    listeners.add(listener)
    return {
      ready,
      stop: () => {
        listeners.delete(listener)
        if (listeners.size > 0 || this.#topics.get(topic)?.listeners !== listeners) return
        this.#topics.delete(topic)
        stop()
      },
    }
  }

  up(): void {
    for (const one of this.#waiting.splice(0)) one()
    for (const one of this.#held.splice(0)) this.#send(one)
  }

  down(reason: string): void {
    this.#doubt()
    this.#toAll((one) => one.missed(reason))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const one of this.#waiting.splice(0)) one()
    this.#toAll((one) => one.over('the relay is closed'))
    await this.#broker.close()
  }

  /** Resolves once NATS was there. Fault: setup_faulty, without the library. */
  #open(): Promise<void> {
    this.#opening ??= this.#broker.open(false).catch((error: unknown) => {
      this.#opening = null // the library may be there later
      this.#log.error({ err: error }, 'Topics do not reach NATS')
      throw error
    })
    return this.#opening
  }

  /** Resolves when the server knows all that was subscribed to before. */
  async #settled(): Promise<void> {
    await this.#open()
    while (!this.#isClosed) {
      try {
        return await this.#broker.synced()
      } catch {
        if (!this.#broker.isUp) await new Promise<void>((resolve) => this.#waiting.push(resolve))
      }
    }
    throw new Fault('call_refused', { to: WHAT, reason: 'it is closed' })
  }

  #subscribe(topic: string): { readonly listeners: Set<Listener>; readonly stop: () => void } {
    const listeners = new Set<Listener>()
    const stop = this.#broker.subscribe(subjectOf(topic), ({ data }) => {
      const item = data.length === 0 || data.length > MAX_ITEM ? null : utf8Text(data)
      for (const one of listeners) {
        if (data.length === 0) one.missed(GAP)
        else one.heard(item ?? NO_ITEM)
      }
    })
    const subscribed = { listeners, stop }
    this.#topics.set(topic, subscribed)
    return subscribed
  }

  #send(one: Held): void {
    const { topic, item, sent } = one
    if (!this.#broker.isUp) return void this.#held.push(one)
    const isTaken = this.#broker.publish(subjectOf(topic), item === null ? NOTHING : utf8Bytes(item))
    this.#unsure.push({ topic, sent })
    // Too large for this server, for one: the gap is told, and is small.
    if (!isTaken && item !== null) this.#lane.pass(topic, null)
    void this.#sync()
  }

  // The library holds whatever it is given, so what it may still hold counts as waiting.
  async #sync(): Promise<void> {
    if (this.#isSyncing) return
    this.#isSyncing = true
    while (this.#unsure.length > 0 && this.#broker.isUp) {
      const count = this.#unsure.length
      try {
        await this.#broker.synced()
      } catch {
        break // down() says the rest
      }
      for (const { sent } of this.#unsure.splice(0, count)) sent()
    }
    this.#isSyncing = false
    if (!this.#broker.isUp) this.#doubt()
  }

  #toAll(tell: (listener: Listener) => void): void {
    for (const { listeners } of this.#topics.values()) for (const one of listeners) tell(one)
  }

  #doubt(): void {
    const unsure = this.#unsure.splice(0)
    for (const topic of new Set(unsure.map((one) => one.topic))) this.#lane.pass(topic, null)
    for (const { sent } of unsure) sent()
  }
}

function subjectOf(topic: string | null): string {
  return topic === null ? 'hagaki-topic' : `hagaki-topic.${topic}`
}
