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

/** Octets of a block that frames share. */
const BLOCK = 16 * 1_024
/** Larger frames have a block of their own. */
const SMALL = BLOCK / 4
/** Milliseconds of work after which frames leave within a turn. */
const LONG_MS = 5

export class Outbox {
  readonly #write: (bytes: Uint8Array) => void
  #block = new Uint8Array(0)
  /** Where in the block what has not left begins, and ends. */
  #from = 0
  #to = 0
  #isAwaited = false
  /** When the work of this turn began, by `performance.now()`; null where it has none. */
  #workSince: number | null = null

  /** `write` takes octets that nobody changes any more; they may be a view on a larger buffer. */
  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write
  }

  /** Work begins in this turn, which may take long. False where there was some before. */
  works(): boolean {
    if (this.#workSince !== null) return false
    this.#workSince = performance.now()
    this.#awaitEnd()
    return true
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
    this.#awaitEnd()
    if (this.#workSince === null) return
    const now = performance.now()
    if (now - this.#workSince < LONG_MS) return
    this.#workSince = now
    this.flush()
  }

  /** Lets go what waits. */
  flush(): void {
    if (this.#from === this.#to) return
    const bytes = this.#block.subarray(this.#from, this.#to)
    this.#from = this.#to
    this.#write(bytes)
  }

  #awaitEnd(): void {
    if (this.#isAwaited) return
    this.#isAwaited = true
    setImmediate(() => {
      this.#isAwaited = false
      this.#workSince = null
      this.flush()
    })
  }
}
