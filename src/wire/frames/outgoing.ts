/**
 * A body that leaves in `data` frames against credit that the far side grants.
 *
 * @module
 */
import { Fault } from '../../fault.ts'
import { MAX_DATA } from './frame.ts'

/** Octets that may be granted and not yet sent. */
export const MAX_CREDIT = 0x7fff_ffff

/** Credit frames beyond the data frames they asked for, before they are of no use. */
const SPARE_GRANTS = 64

/** One writer at a time. */
export class OutgoingBody {
  readonly #send: (piece: Uint8Array) => void
  readonly #onWanted: (wanted: boolean) => void
  readonly #room: () => Promise<void> | null
  #credit = 0
  /** Credit frames that came, less the data frames that went. */
  #spare = 0
  #over = false
  #stopped = false
  #wake: (() => void) | null = null
  #onStop: (() => void) | null = null

  /**
   * `send` sends one data frame. `onWanted` hears true when the far side begins to wait for octets
   * of ours, and false when it has all that it asked for, or waits no longer. `room` gives a promise
   * while the way there is full.
   */
  constructor(
    send: (piece: Uint8Array) => void,
    onWanted: (wanted: boolean) => void = () => {},
    room: () => Promise<void> | null = () => null,
  ) {
    this.#send = send
    this.#onWanted = onWanted
    this.#room = room
  }

  /** False when it was of no use: many came, and little was sent for them. Fault: frame_faulty for more than anybody could mean. */
  grant(octets: number): boolean {
    const before = this.#credit
    this.#credit += octets
    if (this.#credit > MAX_CREDIT) throw new Fault('frame_faulty', { reason: 'credit beyond all bounds' })
    if (before === 0 && !this.#over) this.#onWanted(true)
    this.#woken()
    return ++this.#spare <= SPARE_GRANTS
  }

  /** All of it is sent. */
  end(): void {
    if (this.#over) return
    this.#over = true
    if (this.#credit > 0) this.#onWanted(false)
  }

  /** Nobody takes the rest. */
  stop(): void {
    if (this.#stopped) return
    this.end()
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
      const room = this.#room()
      if (room !== null) {
        await room
        continue // what was granted may be taken back meanwhile, by an end
      }
      const piece = chunk.subarray(at, at + Math.min(this.#credit, MAX_DATA))
      this.#credit -= piece.byteLength
      at += piece.byteLength
      this.#spare = Math.max(0, this.#spare - 1)
      this.#send(piece)
      if (this.#credit === 0) this.#onWanted(false)
    }
    return !this.#stopped
  }

  #woken(): void {
    this.#wake?.()
    this.#wake = null
  }
}
