/**
 * A body that leaves in `data` frames against credit that the far side grants.
 *
 * @module
 */
import { Fault } from '../../fault.ts'
import { MAX_DATA } from './frame.ts'

const MAX_CREDIT = 0x7fff_ffff

export class OutgoingBody {
  readonly #send: (piece: Uint8Array) => void
  #credit = 0
  #stopped = false
  #wake: (() => void) | null = null
  #onStop: (() => void) | null = null

  /** `send` sends one data frame. */
  constructor(send: (piece: Uint8Array) => void) {
    this.#send = send
  }

  /** Fault: frame_faulty for more than anybody could mean. */
  grant(octets: number): void {
    this.#credit += octets
    if (this.#credit > MAX_CREDIT) throw new Fault('frame_faulty', { reason: 'credit beyond all bounds' })
    this.#woken()
  }

  /** Nobody takes the rest. */
  stop(): void {
    this.#stopped = true
    this.#onStop?.()
    this.#woken()
  }

  /** Runs `task` when it is stopped: at once if it was. */
  onStop(task: () => void): void {
    this.#onStop = task
    if (this.#stopped) task()
  }

  /** Resolves with true once the far side asks for octets, with false when it never will. */
  async asked(): Promise<boolean> {
    while (this.#credit === 0 && !this.#stopped) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return !this.#stopped
  }

  /** Sends one chunk, in as many frames as it takes. False when it was stopped meanwhile. */
  async write(chunk: Uint8Array): Promise<boolean> {
    for (let at = 0; at < chunk.byteLength; ) {
      if (!(await this.asked())) return false
      const piece = chunk.subarray(at, at + Math.min(this.#credit, MAX_DATA))
      this.#credit -= piece.byteLength
      at += piece.byteLength
      this.#send(piece)
    }
    return !this.#stopped
  }

  #woken(): void {
    this.#wake?.()
    this.#wake = null
  }
}
