/**
 * A call that a caller has begun: what goes out for it, and what is to come of its answer.
 *
 * @module
 */
import type { Near } from '../call/transport.ts'
import type { Carried } from '../value/message.ts'
import type { CALL, REQUEST } from '../wire/frames/frame.ts'
import type { IncomingBody } from '../wire/frames/incoming.ts'
import type { OutgoingBody } from '../wire/frames/outgoing.ts'
import type { Message } from '../wire/frames/payload.ts'
import type { Patience } from './patience.ts'
import type { ComingBody } from './response.ts'

/** A call as it is sent, and how its answer is read. */
export interface Opening<H, T> {
  readonly type: typeof REQUEST | typeof CALL
  /** The head, and the body beside it. */
  readonly payload: Uint8Array
  /** True when the body is still to come. */
  readonly isToCome: boolean
  decode(payload: Uint8Array): Message<H>
  answer(head: H, body: Uint8Array | null | ComingBody): T
}

/** What every answer's head has. */
export interface AnyHead {
  readonly context: Carried
}

/** A call under way. */
export interface UnderWay {
  readonly near: Near
  readonly opening: Opening<AnyHead, unknown>
  /** The body that is to come; null where there is none, or it went with the head. */
  readonly request: OutgoingBody | null
  readonly patience: Patience | null
  /** Takes back what listens to the near signal. */
  readonly forget: () => void
  response: IncomingBody | null
  /** How many hints have come. */
  hints: number
  resolve(answer: unknown): void
  reject(fault: unknown): void
}

const UNBEGUN = new WeakSet<object>()

/** Marks the fault of a call that the far side has not begun and never will: it may go elsewhere. */
export function unbegun<E extends object>(fault: E): E {
  UNBEGUN.add(fault)
  return fault
}

/** True for such a fault. */
export function isUnbegun(fault: unknown): boolean {
  return typeof fault === 'object' && fault !== null && UNBEGUN.has(fault)
}
