/**
 * Frames on their way out: those of one turn of the event loop leave together.
 *
 * A write is a system call, a message to a thread is one as well, and either costs more than making a small
 * frame. So frames are written one behind the other, and leave when the turn is over, or when there are many. Where
 * calls are worked at in it, a turn may be as long as all of them: then they leave now and then.
 *
 * @module
 */
import { encodeFrame, frameOctets, writeFrame } from '../wire/frames/codec.ts'
import type { Frame } from '../wire/frames/frame.ts'
import { Turn } from './turn.ts'

/** Octets of a block that frames share. */
const BLOCK = 16 * 1_024
/** Larger frames have a block of their own. */
const SMALL = BLOCK / 4

export class Outbox {
  readonly turn: Turn = new Turn(() => this.flush())
  readonly #write: (bytes: Uint8Array) => void
  #block = new Uint8Array(0)
  /** Where in the block what has not left begins, and ends. */
  #from = 0
  #to = 0

  /** `write` takes octets that nobody changes any more; they may be a view on a larger buffer. */
  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write
  }

  /** The payload is copied before this returns. */
  send(frame: Frame): void {
    const octets = frameOctets(frame)
    if (octets > SMALL) {
      this.flush()
      this.#write(encodeFrame(frame))
      return
    }
    if (this.#block.byteLength - this.#to < octets) {
      this.flush()
      this.#block = new Uint8Array(BLOCK)
      this.#from = 0
      this.#to = 0
    }
    this.#to = writeFrame(frame, this.#block, this.#to)
    this.turn.awaitEnd()
    if (this.turn.isLong()) this.flush()
  }

  /** Lets go what waits. */
  flush(): void {
    if (this.#from === this.#to) return
    const bytes = this.#block.subarray(this.#from, this.#to)
    this.#from = this.#to
    this.#write(bytes)
  }
}
