/**
 * A call that a worker has taken on: its bodies, its clock, and what it settles with.
 *
 * @module
 */
import type { Call } from '../call/call.ts'
import { Fault } from '../fault.ts'
import { MAX_TIMER_MS } from '../value/duration.ts'
import type { IncomingBody } from '../wire/frames/incoming.ts'
import { OutgoingBody } from '../wire/frames/outgoing.ts'

export class Running {
  readonly id: number
  readonly call: Call
  readonly request: IncomingBody | null
  readonly #send: (id: number, piece: Uint8Array) => void
  readonly #room: () => Promise<void> | null
  #response: OutgoingBody | null = null
  #isStopped = false
  #status: number | null = null
  #hasBegun = false
  #timer: ReturnType<typeof setTimeout> | null = null
  #isLimited = false
  #isOver = false

  /** `send` sends a piece of its answer's body; `room` gives a promise while the way there is full. */
  constructor(
    id: number,
    call: Call,
    request: IncomingBody | null,
    send: (id: number, piece: Uint8Array) => void,
    room: () => Promise<void> | null,
  ) {
    this.id = id
    this.call = call
    this.request = request
    this.#send = send
    this.#room = room
  }

  /** The body of its answer. Nearly every answer is sent whole, and needs none. */
  get response(): OutgoingBody {
    if (this.#response === null) {
      this.#response = new OutgoingBody((piece) => this.#send(this.id, piece), undefined, this.#room)
      if (this.#isStopped) this.#response.stop()
    }
    return this.#response
  }

  /** Nobody takes the rest of its answer. */
  stop(): void {
    this.#isStopped = true
    this.#response?.stop()
  }

  /** True once it is settled, whatever its app still does. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** True once its answer has begun. */
  get hasBegun(): boolean {
    return this.#hasBegun
  }

  /** The head is out; `status` null where there is no such thing. */
  begun(status: number | null): void {
    this.#hasBegun = true
    this.#status = status
  }

  /** True once it was told how long it may take. */
  get isLimited(): boolean {
    return this.#isLimited
  }

  /** Octets of the request that were granted and have not come. */
  get owed(): number {
    return this.request === null || this.request.isOver ? 0 : this.request.owed
  }

  /** `late` runs in so many milliseconds, instead of what was told before; null for never. */
  limit(ms: number | null, late: () => void): void {
    this.#isLimited = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = ms === null ? null : setTimeout(late, Math.min(ms, MAX_TIMER_MS))
  }

  /** Ends it: null when its answer is out. Resolves when what was deferred has run. */
  settle(error: unknown): Promise<void> {
    this.#isOver = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.request?.fail(error ?? new Fault('request_aborted', { reason: 'its answer is complete' }))
    return this.call.settle({ status: this.#status, error, aborted: error !== null })
  }
}
