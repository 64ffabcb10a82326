/**
 * Frames on a byte stream: a length, a type, a call, a payload.
 *
 * @module
 */
import { Fault } from '../../fault.ts'
import { type Frame, frameFlaw, MAX_FRAME } from './frame.ts'

/** Octets in front of a payload: a length, a type, a call. */
const FRONT = 9
const LENGTH = 4
const TYPE_AND_CALL = 5

const NO_BYTES = new Uint8Array(0)

/** Writes one frame. */
export function encodeFrame(frame: Frame): Uint8Array {
  const bytes = new Uint8Array(frameOctets(frame))
  writeFrame(frame, bytes, 0)
  return bytes
}

/** Octets that a frame takes on a byte stream. */
export function frameOctets({ payload }: Frame): number {
  return FRONT + payload.byteLength
}

/** Writes one frame where there is room for it, and gives where it ends. */
export function writeFrame({ type, call, payload }: Frame, bytes: Uint8Array, at: number): number {
  writeU32(bytes, at, TYPE_AND_CALL + payload.byteLength)
  bytes[at + LENGTH] = type
  writeU32(bytes, at + LENGTH + 1, call)
  bytes.set(payload, at + FRONT)
  return at + FRONT + payload.byteLength
}

/** Writes one frame for a channel whose messages have a length of their own. */
export function encodeMessageFrame(frame: Frame): Uint8Array {
  return encodeFrame(frame).subarray(LENGTH)
}

/** Reads one message as a frame. The payload is a view on it. Fault: frame_faulty. */
export function decodeMessageFrame(message: Uint8Array): Frame {
  const length = message.byteLength
  if (length < TYPE_AND_CALL || length > MAX_FRAME) throw faulty(`a frame of ${length} octets`)
  const flaw = frameFlaw(message[0], length - TYPE_AND_CALL)
  if (flaw !== null) throw faulty(flaw)
  return {
    type: message[0] as Frame['type'],
    call: u32(message, 1),
    payload: message.subarray(TYPE_AND_CALL),
  }
}

/**
 * Gives each frame of a message that holds whole ones, until `take` says false. Payloads are views on it. Fault:
 * frame_faulty, behind the frames before it.
 */
export function eachFrame(message: Uint8Array, take: (frame: Frame) => boolean): void {
  const size = message.byteLength
  for (let at = 0; at < size; ) {
    const octets = neededOf(message, at, size - at)
    if (octets > size - at) throw faulty('a message that ends within a frame')
    if (!take(frameAt(message, at, octets))) return
    at += octets
  }
}

/**
 * Reads frames from bytes in any cutting. A length is judged once it is here and a type once it is
 * here, so that nothing is held but one unfinished frame that may still become one.
 */
export class FrameReader {
  #held = NO_BYTES
  #size = 0

  /** True between frames, which is the only place where a stream may end. */
  get isBetween(): boolean {
    return this.#size === 0
  }

  /**
   * The frames that become whole with these bytes, which have to be asked for to the last. Payloads
   * may be views on what was fed.
   *
   *   Fault  frame_faulty: a length out of range or an unknown type, behind the frames before it; the
   *          reader is then of no use
   */
  *feed(bytes: Uint8Array): Generator<Frame, void, undefined> {
    let at = 0
    while (this.#size > 0) {
      const needed = neededOf(this.#held, 0, this.#size)
      if (needed > this.#held.byteLength) this.#held = grown(this.#held, this.#size, needed)
      const piece = bytes.subarray(at, at + needed - this.#size)
      this.#held.set(piece, this.#size)
      this.#size += piece.byteLength
      at += piece.byteLength
      if (this.#size < needed) return
      // Enough of it to know how much more there is, or all of it.
      if (neededOf(this.#held, 0, this.#size) > needed) continue
      const whole = this.#held
      this.#held = NO_BYTES
      this.#size = 0
      yield frameAt(whole, 0, needed)
    }
    for (;;) {
      const left = bytes.byteLength - at
      const needed = neededOf(bytes, at, left)
      if (left < needed) break
      yield frameAt(bytes, at, needed)
      at += needed
    }
    this.#size = bytes.byteLength - at
    // A copy: what was fed may be a slice of a larger buffer that would be kept alive.
    this.#held = this.#size === 0 ? NO_BYTES : new Uint8Array(bytes.subarray(at))
  }
}

/** Octets, from `at`, with which more can be said of a frame: at the end, those of all of it. */
function neededOf(bytes: Uint8Array, at: number, size: number): number {
  if (size < LENGTH) return LENGTH
  const length = u32(bytes, at)
  if (length < TYPE_AND_CALL || length > MAX_FRAME) throw faulty(`a frame of ${length} octets`)
  if (size === LENGTH) return LENGTH + 1
  const flaw = frameFlaw(bytes[at + LENGTH], length - TYPE_AND_CALL)
  if (flaw !== null) throw faulty(flaw)
  return LENGTH + length
}

function frameAt(bytes: Uint8Array, at: number, octets: number): Frame {
  return {
    type: bytes[at + LENGTH] as Frame['type'],
    call: u32(bytes, at + LENGTH + 1),
    // No subarray, which would be a Buffer of a Buffer.
    payload: new Uint8Array(bytes.buffer, bytes.byteOffset + at + FRONT, octets - FRONT),
  }
}

function grown(held: Uint8Array, size: number, octets: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(octets)
  larger.set(held.subarray(0, size))
  return larger
}

function u32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
}

function writeU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24
  bytes[at + 1] = value >>> 16
  bytes[at + 2] = value >>> 8
  bytes[at + 3] = value
}

function faulty(reason: string): Fault {
  return new Fault('frame_faulty', { reason })
}
