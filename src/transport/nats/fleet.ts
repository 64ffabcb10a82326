/**
 * The workers of one app on NATS, as a gateway sees them: found, linked to, lost, and given calls.
 *
 * @module
 */
import { randomBytes } from 'node:crypto'
import { consoleLog } from '../../call/log.ts'
import type { Near } from '../../call/transport.ts'
import { closed } from '../../call-fault.ts'
import { Fault } from '../../fault.ts'
import { abortsOf } from '../aborts.ts'
import type { Caller } from '../caller.ts'
import { Changes } from '../changes.ts'
import { Broker, type BrokerOwner } from './broker.ts'
import { type Found, readFound } from './found.ts'
import { Looks } from './looks.ts'
import { Member, type MemberOwner, type MemberSettings } from './member.ts'
import { overMessage } from './message.ts'
import { Newcomers } from './newcomers.ts'
import type { NatsMessage } from './peer-library.ts'
import type { NatsSettings } from './settings.ts'
import { inboxesOf, inboxOf, isInbox, linkOf, type Subjects } from './subjects.ts'

export interface FleetSettings extends MemberSettings {
  readonly nats: NatsSettings
  readonly subjects: Subjects
  /** The mark of the contract that is meant; null for any. */
  readonly contract: string | null
  /** Workers that are linked to at most. */
  readonly links: number
}

/** What of a fleet is there. */
export interface FleetHealth {
  /** True while NATS is connected. */
  readonly nats: boolean
  /** Workers that take calls. */
  readonly workers: number
  /** Workers that take none, and finish what they have. */
  readonly leaving: number
  /** Calls under way. */
  readonly calls: number
}

/** Milliseconds that a call waits for a worker, or for NATS, to be there. */
const PATIENCE_MS = 5_000
/** Of what a call has left, the part that is waited: the refusal is to come before the end. */
const PATIENCE_PART = 0.75
/** Milliseconds between two looks for workers that have not said that they are there. */
const LOOK_MS = 15_000
/** Milliseconds until a link that was lost is looked after. */
const SOON_MS = 100
/** Milliseconds after which a question may be asked again, answered or not. */
const ANSWER_MS = 500
/** Milliseconds that workers are waited for when NATS comes back: none waits longer between two tries. */
const GATHER_MS = 4_000
/** Milliseconds between two questions whether a worker with calls under way is there. */
const PROBE_MS = 1_000
/** Milliseconds until one that was not linked to is looked for. */
const LATER_MS = 1_000
const LOOKING = 'find'

export class Fleet implements BrokerOwner, MemberOwner {
  readonly #settings: FleetSettings
  readonly #broker: Broker
  readonly #members = new Map<string, Member>()
  /** By the link that its messages come on. */
  readonly #links = new Map<string, Member>()
  readonly #newcomers: Newcomers
  readonly #looks = new Looks(() => this.#look())
  readonly #changes = new Changes()
  readonly #id = randomBytes(16).toString('base64url')
  #ready: Member[] = []
  #turn = 0
  #probing: ReturnType<typeof setInterval> | null = null
  /** Said by NATS since the last worker answered. */
  #isNobody = false
  #wasUp = false
  /** Until then nobody's being there is not the last word. */
  #gathersUntil = 0
  /** When a question was sent that nobody has answered. */
  #askedAt: number | null = null
  #isClosed = false
  /** Why it never will be there: the library is missing. */
  #failed: unknown = null

  constructor(settings: FleetSettings) {
    this.#settings = settings
    this.#newcomers = new Newcomers(settings.links)
    this.#broker = new Broker(settings.nats, `hagaki gateway of ${settings.name}`, this, consoleLog)
    this.#broker.subscribe(inboxesOf(this.#id), (message, isNobody) => this.#take(message, isNobody))
    this.#broker.subscribe(settings.subjects.here, ({ data }) => this.#meet(readFound(data), false))
  }

  /** True for ever once it was closed. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  get health(): FleetHealth {
    const members = [...this.#members.values()]
    return {
      nats: this.#broker.isUp,
      workers: this.#ready.length,
      leaving: members.filter(({ hasLeft }) => hasLeft).length,
      calls: members.reduce((sum, { caller }) => sum + caller.load, 0),
    }
  }

  /**
   * Resolves when it is connected and has a worker, or knows that there is none; after a while whatever.
   * Fault: setup_faulty without the library.
   */
  async open(): Promise<void> {
    this.#probing = setInterval(() => {
      for (const member of this.#members.values()) member.probe()
    }, PROBE_MS)
    this.#probing.unref()
    this.#broker.open(false).catch((error: unknown) => {
      this.#failed = error
      clearInterval(this.#probing!) // the next call begins with another fleet
      this.#changes.tell()
    })
    const until = performance.now() + this.#settings.connectMs
    while (this.#ready.length === 0 && !this.#isNobody && this.#failed === null && !this.#isClosed) {
      const left = until - performance.now()
      if (left <= 0) break
      await this.#changes.next(left)
    }
    if (this.#failed !== null) throw this.#failed
    if (this.#ready.length === 0 && !this.#isClosed)
      consoleLog.warn(
        { workers: this.#settings.name },
        'No worker is there yet; calls are refused until one comes',
      )
  }

  /** How many take calls. */
  get size(): number {
    return this.#ready.length
  }

  /** The worker with the fewest calls; of several, each in its turn. Null when there is none. */
  idlest(): Caller | null {
    const count = this.#ready.length
    let found: Caller | null = null
    this.#turn = (this.#turn + 1) % Math.max(1, count)
    for (let at = 0; at < count; at++) {
      const { caller } = this.#ready[(this.#turn + at) % count]!
      if (found === null || caller.load < found.load) found = caller
    }
    return found
  }

  /**
   * The first worker that comes. NATS says at once where there is none.
   *
   *   Fault   call_refused: nobody is there; nobody said hello, or NATS did not come back, in time;
   *           setup_faulty without the library
   */
  async awaited(near: Near, leftMs: number | null): Promise<Caller> {
    const aborts = abortsOf(near)
    const until =
      performance.now() + Math.min(PATIENCE_MS, (leftMs ?? Number.POSITIVE_INFINITY) * PATIENCE_PART)
    let hasLooked = false
    for (;;) {
      const found = this.idlest()
      if (found !== null) return found
      if (this.#failed !== null) throw this.#failed
      if (this.#isClosed) throw closed(this.#refused('it is closed'))
      if (this.#broker.isUp && !hasLooked) {
        hasLooked = true
        this.#look()
      } else if (this.#isNobody && [...this.#members.values()].every(({ hasLeft }) => hasLeft)) {
        throw this.#refused('no worker is there')
      }
      const patience = until - performance.now()
      if (patience <= 0) throw this.#refused(this.#broker.isUp ? 'no worker is ready' : 'NATS is away')
      await this.#changes.next(patience, aborts)
    }
  }

  up(): void {
    // Workers that lost NATS too come back one after the other.
    if (this.#wasUp) this.#gathersUntil = performance.now() + GATHER_MS
    this.#wasUp = true
    this.#look()
    this.#changes.tell()
  }

  // What was under way may be lost, and nobody can say what of it.
  down(reason: string): void {
    this.#looks.stop()
    this.#askedAt = null
    this.#isNobody = false
    for (const member of [...this.#members.values()]) member.lost(reason)
    this.#changes.tell()
  }

  ready({ found }: Member): void {
    this.#newcomers.met(found.id)
    this.#sort()
  }

  left({ found }: Member): void {
    this.#newcomers.met(found.id)
    this.#sort()
  }

  gone(member: Member, reason: string, wasReady: boolean): void {
    const { id } = member.found
    this.#members.delete(id)
    this.#newcomers.met(id)
    for (const [link, one] of this.#links) if (one === member) this.#links.delete(link)
    this.#sort()
    if (this.#isClosed || !this.#broker.isUp) return
    if (!member.hasLeft) consoleLog.warn({ worker: this.#settings.name, id, reason }, 'A worker is gone')
    if (!wasReady) this.#newcomers.rest(id)
    this.#looks.soon(wasReady ? SOON_MS : LATER_MS)
  }

  /** Ends every link, and the connection. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#looks.stop()
    if (this.#probing !== null) clearInterval(this.#probing)
    for (const member of [...this.#members.values()]) member.end('the gateway is closed')
    this.#changes.tell()
    await this.#broker.close()
  }

  #take(message: NatsMessage, isNobody: boolean): void {
    const link = linkOf(message.subject)
    if (link === LOOKING) {
      if (!isNobody) return this.#meet(readFound(message.data), true)
      this.#askedAt = null
      if (performance.now() < this.#gathersUntil) return this.#looks.soon(SOON_MS)
      this.#isNobody = true
      return this.#changes.tell()
    }
    const member = this.#links.get(link)
    if (member !== undefined) return member.take(message, isNobody)
    const { reply } = message
    if (!isNobody && isInbox(reply)) this.#broker.publish(reply, overMessage('no such link'))
  }

  /** `isAnswer`: to our question. */
  #meet(found: Found | null, isAnswer: boolean): void {
    if (found === null || this.#isClosed) return
    const { contract, links, subjects } = this.#settings
    if (contract !== null && found.contract !== contract) return
    this.#isNobody = false
    this.#askedAt = null
    const { id } = found
    if (this.#members.has(id) || this.#members.size >= links) return
    if (!this.#newcomers.takes(id, isAnswer)) return this.#looks.soon(LATER_MS)
    const link = randomBytes(9).toString('base64url')
    const at = { broker: this.#broker, own: inboxOf(this.#id, link), open: subjects.open(id) }
    const member = new Member(found, at, this.#settings, this)
    this.#members.set(id, member)
    this.#links.set(link, member)
  }

  // One question is for all who wait for its answer.
  #look(): void {
    const now = performance.now()
    if (this.#askedAt !== null && now - this.#askedAt < ANSWER_MS) return this.#looks.soon(ANSWER_MS)
    const { contract, subjects } = this.#settings
    const subject = contract === null ? subjects.find : subjects.findMark(contract)
    this.#isNobody = false
    this.#askedAt = now
    this.#broker.publish(subject, new Uint8Array(), inboxOf(this.#id, LOOKING))
    this.#looks.soon(LOOK_MS)
  }

  #sort(): void {
    this.#ready = [...this.#members.values()].filter(({ isReady }) => isReady)
    this.#changes.tell()
  }

  #refused(reason: string): Fault {
    return new Fault('call_refused', { to: this.#settings.name, reason })
  }
}
