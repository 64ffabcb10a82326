/**
 * Frames on a byte stream: a length, a type, a call, a payload.
 *
 * @module
 */
import { Fault } from '../../fault.ts'
import { joinBytes } from '../../value/utf8.ts'
import { type Frame, isFrameType, MAX_FRAME } from './frame.ts'

// A length (4), a type (1), a call (4).
const HEAD = 9

/** Writes one frame. */
export function encodeFrame({ type, call, payload }: Frame): Uint8Array {
  const bytes = new Uint8Array(HEAD + payload.byteLength)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, HEAD - 4 + payload.byteLength)
  view.setUint8(4, type)
  view.setUint32(5, call)
  bytes.set(payload, HEAD)
  return bytes
}

/** Reads frames from bytes in any cutting. Holds at most one unfinished frame. */
export class FrameReader {
  #held: Uint8Array[] = []
  #size = 0
  /** Octets that must be here before there is more to see: pieces are joined once, not at each. */
  #needed = 4

  /** True between frames, which is the only place where a stream may end. */
  get isBetween(): boolean {
    return this.#size === 0
  }

  /**
   * The frames that are whole now. Payloads may be views on what was fed.
   *
   *   Fault  frame_faulty: a length out of range or an unknown type; the reader is then of no use
   */
  feed(bytes: Uint8Array): Frame[] {
    this.#held.push(bytes)
    this.#size += bytes.byteLength
    if (this.#size < this.#needed) return []
    const whole = joinBytes(this.#held, this.#size)
    const frames: Frame[] = []
    let at = 0
    for (;;) {
      const left = whole.byteLength - at
      this.#needed = left < HEAD ? (left < 4 ? 4 : HEAD) : 4 + checkedLength(whole, at)
      if (left < this.#needed || left < HEAD) break
      frames.push(frameAt(whole, at, this.#needed))
      at += this.#needed
    }
    // A copy: what was fed may be a slice of a larger buffer that would be kept alive.
    this.#held = at === whole.byteLength ? [] : [whole.slice(at)]
    this.#size = whole.byteLength - at
    return frames
  }
}

function checkedLength(bytes: Uint8Array, at: number): number {
  const length = viewOf(bytes).getUint32(at)
  if (length < HEAD - 4 || length > MAX_FRAME) throw faulty(`a frame of ${length} octets`)
  if (!isFrameType(bytes[at + 4])) throw faulty(`a frame of unknown type ${bytes[at + 4]!}`)
  return length
}

function frameAt(bytes: Uint8Array, at: number, octets: number): Frame {
  return {
    type: bytes[at + 4] as Frame['type'],
    call: viewOf(bytes).getUint32(at + 5),
    payload: bytes.subarray(at + HEAD, at + octets),
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function faulty(reason: string): Fault {
  return new Fault('frame_faulty', { reason })
}
