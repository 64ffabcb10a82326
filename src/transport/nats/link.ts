/**
 * Links over NATS: the frames of one turn are one message, and what is lost on the way is noticed.
 *
 * @module
 */
import { FrameReader } from '../../wire/frames/codec.ts'
import { CALL, type Frame, REQUEST } from '../../wire/frames/frame.ts'
import type { Link, LinkOwner } from '../link.ts'
import type { Turn } from '../turn.ts'
import type { Broker } from './broker.ts'
import { messagesOf, overMessage, PROBE_MESSAGE, readMessage } from './message.ts'
import type { NatsMessage } from './peer-library.ts'
import { isInbox, unheardAt, unheardOf } from './subjects.ts'

export class NatsLink implements Link {
  readonly #broker: Broker
  readonly #owner: LinkOwner
  readonly #own: string
  readonly #reader = new FrameReader()
  #far: string
  /** False until the far side has said where it wants to be written to. */
  #isMet: boolean
  #waiting: Frame[] = []
  #sent = 0
  /** The last call that may have reached the other side. */
  #opened = 0
  #received = 0
  #heard = 0
  #isOver = false

  /**
   * `own` is the subject that the far side writes to. `far` is that on which it hears, or, where this side
   * opens the link, the one that opens it; from its first message on, that message's reply.
   */
  constructor(broker: Broker, owner: LinkOwner, own: string, far: string, isMet: boolean) {
    this.#broker = broker
    this.#owner = owner
    this.#own = own
    this.#far = far
    this.#isMet = isMet
  }

  get turn(): Turn {
    return this.#broker.turn
  }

  /** Messages that have come. */
  get heard(): number {
    return this.#heard
  }

  send(frame: Frame): void {
    if (this.#isOver) return
    this.#waiting.push(frame)
    this.#broker.later(this)
  }

  /** Sends what waits. */
  flush(): void {
    if (this.#waiting.length === 0 || this.#isOver) return
    const frames = this.#waiting
    this.#waiting = []
    const opened = frames.findLast(({ type }) => type === REQUEST || type === CALL)?.call ?? this.#opened
    // Each has a reply, so that NATS says when nobody hears it. What follows on one that was not heard is not taken.
    for (const message of messagesOf(frames, this.#sent, this.#broker.maxMessage)) {
      const reply = opened === 0 ? this.#own : unheardAt(this.#own, this.#opened + 1)
      if (!this.#broker.publish(this.#far, message, reply)) return this.lost('NATS is away')
      this.#sent = (this.#sent + 1) >>> 0
      this.#opened = opened // of several messages of one turn, all may have been in the first
    }
  }

  /** Asks NATS whether the far side still has its subscription. */
  probe(): void {
    if (!this.#isOver && this.#isMet) this.#broker.publish(this.#far, PROBE_MESSAGE, this.#own)
  }

  end(reason: string): void {
    if (this.#isOver) return
    this.flush()
    if (this.#isOver) return
    if (this.#isMet) this.#broker.publish(this.#far, overMessage(reason))
    this.lost(reason)
  }

  /** The far side cannot be told any more, and has not heard of calls from `unheard` on. */
  lost(reason: string, unheard: number = Number.POSITIVE_INFINITY): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#waiting = []
    this.#owner.ended(reason, Math.min(unheard, this.#opened + 1))
  }

  /** A message for this link. */
  take({ subject, data, reply }: NatsMessage, isNobody: boolean): void {
    if (this.#isOver) return
    if (isNobody) return this.lost('nobody is there any more', unheardOf(subject))
    this.#heard++
    try {
      const message = readMessage(data)
      if (message.is === 'over')
        return this.lost(message.reason === '' ? 'the link ended' : message.reason, unheardOf(subject))
      if (message.is === 'probe') return
      if (message.count !== this.#received) return this.end('Link closed: a message was lost on the way')
      this.#received = (this.#received + 1) >>> 0
      this.#meet(reply)
      for (const frame of this.#reader.feed(message.bytes)) {
        this.#owner.frame(frame)
        if (this.#isOver) return
      }
    } catch (error) {
      this.end(error instanceof Error ? error.message : String(error))
    }
  }

  // The far side hears elsewhere than where the link was opened.
  #meet(reply: string | undefined): void {
    if (this.#isMet || !isInbox(reply)) return
    this.#far = reply
    this.#isMet = true
  }
}
