/**
 * Fields that an app tells before its answer, as frames (18). `spec/frames.md`, "Calls".
 *
 * @module
 */
import type { Road } from '../call/call.ts'
import type { ResponseHeaders } from '../contract.ts'
import { MAX_HINTS } from '../wire/frames/frame.ts'
import { encodeHint } from '../wire/frames/payload.ts'

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
