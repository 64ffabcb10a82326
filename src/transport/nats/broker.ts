/**
 * A connection to NATS that comes back: what was subscribed to stays so, and nothing is kept for later.
 *
 * @module
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Log } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import { Turn } from '../turn.ts'
import {
  loadNats,
  type NatsConnection,
  type NatsLibrary,
  type NatsMessage,
  type NatsSubscription,
} from './peer-library.ts'
import type { NatsSettings } from './settings.ts'

/** Milliseconds between two signs of life, and how many may be without an answer. */
const PING_MS = 10_000
const MAX_PINGS_OUT = 1
/** Milliseconds until a server has taken us. */
const CONNECT_MS = 5_000
/** Before the next try, in milliseconds: doubled from one to the next, and a random part of it left out. */
const FIRST_BACKOFF_MS = 50
const LAST_BACKOFF_MS = 3_000
/** Milliseconds for the last messages to leave. */
const FLUSH_MS = 2_000
/** Octets of one message: what NATS takes, and not so many that others wait for long. */
const MAX_MESSAGE = 262_144

/** What hears of it. */
export interface BrokerOwner {
  /** It is there, for the first time or again. */
  up(): void
  /** It is away: what was sent last may be lost. */
  down(reason: string): void
}

/** What is to be sent when a turn is over: then many frames are one message. */
export interface Flushed {
  flush(): void
}

/** Hears a message; `isNobody` where it is the server's, which says that nobody took ours. */
export type Heard = (message: NatsMessage, isNobody: boolean) => void

interface Subscribed {
  readonly heard: Heard
  /** On the connection that is there; null before the first. */
  now: NatsSubscription | null
}

const NO_RESPONDERS = 503

export class Broker {
  /** At whose end what waits is sent. */
  readonly turn: Turn = new Turn(() => this.flush())
  readonly #settings: NatsSettings
  readonly #name: string
  readonly #owner: BrokerOwner
  readonly #log: Log
  readonly #subscribed = new Map<string, Subscribed>()
  readonly #unflushed = new Set<Flushed>()
  #nats: NatsConnection | null = null
  #isUp = false
  #isClosed = false
  #tries = 0
  #stop = new AbortController()

  /** `name` is what the server's list of connections shows. */
  constructor(settings: NatsSettings, name: string, owner: BrokerOwner, log: Log) {
    this.#settings = settings
    this.#name = name
    this.#owner = owner
    this.#log = log
  }

  get isUp(): boolean {
    return this.#isUp
  }

  /** Octets that a message may have. */
  get maxMessage(): number {
    return Math.min(MAX_MESSAGE, this.#nats?.info?.max_payload ?? MAX_MESSAGE)
  }

  /**
   * Resolves once it is connected for the first time, and from then on stays so. Tries for ever.
   *
   *   Fault   setup_faulty: no library; and when `isStrict`, that we are not let in
   */
  async open(isStrict: boolean): Promise<void> {
    const library = await loadNats(this.#settings.what)
    let said: string | null = null
    while (!this.#isClosed) {
      try {
        const nats = await library.connect(this.#options(library))
        this.#connected(nats)
        return
      } catch (error) {
        const fault = this.#refused(error)
        if (isStrict && isRefusal(error)) throw fault
        if (fault.message !== said)
          this.#log.warn({ reason: fault.message }, 'NATS is not there; trying again')
        said = fault.message
        await wait(this.#pause(), undefined, { signal: this.#stop.signal }).catch(() => {})
      }
    }
  }

  /** Hears what is sent to `subject`, now and after every loss of the connection. */
  subscribe(subject: string, heard: Heard): () => void {
    const one: Subscribed = { heard, now: null }
    if (this.#nats !== null) one.now = this.#listen(this.#nats, subject, heard)
    this.#subscribed.set(subject, one)
    return () => {
      if (this.#subscribed.get(subject) === one) this.#subscribed.delete(subject)
      try {
        one.now?.unsubscribe()
      } catch {} // the connection is over
    }
  }

  /** Sends a message, and gives true; nothing, and false, while NATS is away. */
  publish(subject: string, message: Uint8Array, reply?: string): boolean {
    if (!this.#isUp || this.#nats === null) return false
    try {
      this.#nats.publish(subject, message, reply === undefined ? undefined : { reply })
      return true
    } catch (error) {
      this.#log.warn({ err: error }, 'NATS did not take a message')
      return false
    }
  }

  /** Resolves when the server has taken all that was sent before; rejects where NATS is, or goes, away. */
  async synced(): Promise<void> {
    if (!this.#isUp || this.#nats === null) throw new Error('NATS is away')
    await this.#nats.flush()
  }

  /** Calls `one.flush` when everything that has come in this turn is looked at, or the work at it takes long. */
  later(one: Flushed): void {
    this.#unflushed.add(one)
    this.turn.awaitEnd()
    if (this.turn.isLong()) this.flush()
  }

  /** Sends what waits for the end of the turn. */
  flush(): void {
    // Taken out first: whoever has more to send by then is asked once more.
    for (const one of this.#unflushed) {
      this.#unflushed.delete(one)
      one.flush()
    }
  }

  /** Sends what is to be sent, and ends. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.flush()
    this.#isClosed = true
    this.#stop.abort()
    const nats = this.#nats
    if (nats === null) return
    if (this.#isUp) {
      const left = new AbortController()
      const late = wait(FLUSH_MS, undefined, { signal: left.signal }).catch(() => {})
      await Promise.race([nats.flush().catch(() => {}), late])
      left.abort()
    }
    this.#isUp = false
    await nats.close().catch(() => {})
  }

  #options(library: NatsLibrary): object {
    const { hosts, user, pass, token, creds, tls } = this.#settings
    return {
      servers: hosts,
      name: this.#name,
      ...(user !== null && { user, pass: pass ?? '' }),
      ...(token !== null && { token }),
      ...(creds !== null && { authenticator: library.credsAuthenticator(creds) }),
      ...(tls !== null && { tls }),
      timeout: CONNECT_MS,
      pingInterval: PING_MS,
      maxPingOut: MAX_PINGS_OUT,
      maxReconnectAttempts: -1,
      reconnectDelayHandler: () => this.#pause(),
      ignoreAuthErrorAbort: true,
      noAsyncTraces: true,
    }
  }

  #pause(): number {
    const most = Math.min(LAST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(this.#tries++, 10))
    return most * (0.5 + Math.random() / 2)
  }

  #connected(nats: NatsConnection): void {
    if (this.#isClosed) return void nats.close().catch(() => {})
    this.#nats = nats
    for (const [subject, one] of this.#subscribed) one.now = this.#listen(nats, subject, one.heard)
    void this.#watch(nats)
    this.#cameUp()
  }

  async #watch(nats: NatsConnection): Promise<void> {
    for await (const { type, error } of nats.status()) {
      if (type === 'disconnect') this.#wentDown('the connection to NATS was lost')
      else if (type === 'reconnect') this.#cameUp()
      else if (type === 'error') this.#log.error({ err: error }, 'NATS refuses something')
    }
    // The library gave up, which it is told never to do.
    await nats.closed()
    this.#wentDown('the connection to NATS is closed')
    if (this.#isClosed) return
    this.#nats = null
    await this.open(false)
  }

  #cameUp(): void {
    this.#tries = 0
    this.#isUp = true
    this.#owner.up()
  }

  #wentDown(reason: string): void {
    if (!this.#isUp) return
    this.#isUp = false
    if (this.#isClosed) return
    this.#log.warn({ reason }, 'NATS is away')
    this.#owner.down(reason)
  }

  // What throws there would end the library's reading.
  #listen(nats: NatsConnection, subject: string, heard: Heard): NatsSubscription {
    const callback = (error: Error | null, message: NatsMessage): void => {
      if (error !== null) return this.#log.error({ err: error, subject }, 'NATS refuses a subscription')
      try {
        heard(message, message.data.byteLength === 0 && message.headers?.code === NO_RESPONDERS)
      } catch (thrown) {
        this.#log.error({ err: thrown, subject }, 'A message was not understood')
      }
    }
    return nats.subscribe(subject, { callback })
  }

  #refused(error: unknown): Fault {
    const reason = error instanceof Error ? error.message : String(error)
    const fix = `Look whether NATS runs at ${this.#settings.addresses.join(', ')}, and lets us in`
    return new Fault('setup_faulty', { what: this.#settings.what, reason, fix }, error)
  }
}

// Not let in: that does not pass by itself.
function isRefusal(error: unknown): boolean {
  return error instanceof Error && /^(?:Authorization|UserAuthentication|InvalidArgument)/.test(error.name)
}
