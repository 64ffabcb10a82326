/**
 * Fields that an app tells before its answer, as frames (18). `spec/frames.md`, "Calls".
 *
 * @module
 */
import type { Road } from '../call/call.ts'
import type { ResponseHeaders } from '../contract.ts'
import { Fault } from '../fault.ts'
import { hintFlaw } from '../value/fields.ts'
import { responseHeaders } from '../value/head.ts'
import { CALL, MAX_HINTS } from '../wire/frames/frame.ts'
import { decodeHint, encodeHint } from '../wire/frames/payload.ts'
import type { UnderWay } from './under-way.ts'

/** What a link can do for a request besides carrying its answer. */
export class Hints implements Road {
  readonly #id: number
  readonly #send: (id: number, payload: Uint8Array) => void
  #left = MAX_HINTS

  constructor(id: number, send: (id: number, payload: Uint8Array) => void) {
    this.#id = id
    this.#send = send
  }

  /** Nothing for what no frame takes, and for more of them than a link does: an answer is right without. */
  hint(fields: ResponseHeaders): void {
    const payload = this.#left === 0 ? null : encodeHint(fields)
    if (payload === null) return
    this.#left--
    this.#send(this.#id, payload)
  }
}

/** Tells the near side of one that has come. Fault: frame_faulty. */
export function takeHint(call: UnderWay, payload: Uint8Array): void {
  const fields = responseHeaders(decodeHint(payload))
  if (call.opening.type === CALL) throw new Fault('frame_faulty', { reason: 'hint to a call by name' })
  if (++call.hints > MAX_HINTS)
    throw new Fault('frame_faulty', { reason: `more than ${MAX_HINTS} hints before an answer` })
  // One that no response may hold is left out: the answer is right without.
  if (hintFlaw(fields) === null) call.near.hint?.(fields)
}
