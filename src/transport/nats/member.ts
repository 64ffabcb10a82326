/**
 * A worker that a gateway has a link to.
 *
 * @module
 */
import { Caller } from '../caller.ts'
import { keepAlive } from '../keep-alive.ts'
import type { Broker } from './broker.ts'
import type { Found } from './found.ts'
import { NatsLink } from './link.ts'
import type { NatsMessage } from './peer-library.ts'

export interface MemberSettings {
  /** Of the app, for faults. */
  readonly name: string
  readonly isTrusted: boolean
  /** Milliseconds from opening to hello. */
  readonly connectMs: number
  /** Milliseconds between two signs of life; null for none. */
  readonly pingMs: number | null
}

export interface MemberOwner {
  /** It takes calls. */
  ready(member: Member): void
  /** It takes no calls any more; those under way go on. */
  left(member: Member): void
  /** Its link is over; `wasReady` false when it never took any. */
  gone(member: Member, reason: string, wasReady: boolean): void
}

export class Member {
  readonly found: Found
  readonly caller: Caller
  readonly #link: NatsLink
  #isReady = false
  #hasLeft = false
  #probed = -1

  /** `own` is where it is to answer, `open` where it hears of it. */
  constructor(
    found: Found,
    at: { readonly broker: Broker; readonly own: string; readonly open: string },
    { name, isTrusted, connectMs, pingMs }: MemberSettings,
    owner: MemberOwner,
  ) {
    this.found = found
    const timer = setTimeout(() => this.end(`it did not say hello within ${connectMs} ms`), connectMs)
    this.caller = new Caller(
      name,
      (reason) => {
        clearTimeout(timer)
        const wasReady = this.#isReady
        this.#isReady = false
        owner.gone(this, reason, wasReady)
      },
      {
        isTrusted,
        onLeave: () => {
          this.#hasLeft = true
          owner.left(this)
          void this.caller.idle().then(() => this.end('it is stopping'))
        },
      },
    )
    this.#link = new NatsLink(at.broker, this.caller, at.own, at.open, false)
    this.caller.attach(this.#link)
    this.caller.ready.then(
      () => {
        clearTimeout(timer)
        if (this.caller.over !== null) return
        this.#isReady = true
        if (pingMs !== null) keepAlive(this.caller, pingMs)
        if (!this.#hasLeft) owner.ready(this)
      },
      // It will not load its app, or the link is over, which is told elsewhere.
      (fault: unknown) => this.end(fault instanceof Error ? fault.message : String(fault)),
    )
  }

  /** True once it takes no new calls. */
  get hasLeft(): boolean {
    return this.#hasLeft
  }

  /** True while calls may be given to it. */
  get isReady(): boolean {
    return this.#isReady && !this.#hasLeft
  }

  take(message: NatsMessage, isNobody: boolean): void {
    this.#link.take(message, isNobody)
  }

  /** Where calls wait and nothing came since the last time: asks NATS whether it is still there. */
  probe(): void {
    const { load, heard } = this.caller
    if (load > 0 && heard === this.#probed) this.#link.probe()
    this.#probed = heard
  }

  /** Ends the link, and tells the worker. */
  end(reason: string): void {
    this.#link.end(reason)
  }

  /** The worker cannot be told. */
  lost(reason: string): void {
    this.#link.lost(reason)
  }
}
