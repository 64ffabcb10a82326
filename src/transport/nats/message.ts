/**
 * Messages of a link over NATS: one octet says what it is.
 *
 *   1 frames   u32, how many messages of frames this end has sent on the link before; then frames as on a
 *              byte stream, cut anywhere
 *   2 probe    nothing: an end that is gone has no subscription, and NATS says so
 *   3 over     UTF-8: why the link is over, or that there is none
 *
 * NATS keeps the order of what one connection publishes, and delivers it at most once; the count shows
 * what it has lost.
 *
 * @module
 */
import { Fault } from '../../fault.ts'
import { utf8Bytes, utf8Text } from '../../value/utf8.ts'
import { encodeFrame } from '../../wire/frames/codec.ts'
import type { Frame } from '../../wire/frames/frame.ts'

export type LinkMessage =
  | { readonly is: 'frames'; readonly count: number; readonly bytes: Uint8Array }
  | { readonly is: 'probe' }
  | { readonly is: 'over'; readonly reason: string }

const FRAMES = 1
const PROBE = 2
const OVER = 3
/** Octets in front of the frames. */
export const FRONT = 5
const MAX_REASON = 1_000

export const PROBE_MESSAGE: Uint8Array = new Uint8Array([PROBE])

/** Room for frames of so many octets, with the front written. */
export function framesMessage(count: number, octets: number): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(FRONT + octets)
  message[0] = FRAMES
  new DataView(message.buffer).setUint32(1, count)
  return message
}

export function overMessage(reason: string): Uint8Array {
  const text = utf8Bytes(reason.slice(0, MAX_REASON))
  const message = new Uint8Array(1 + text.byteLength)
  message[0] = OVER
  message.set(text, 1)
  return message
}

/** Fault: frame_faulty. */
export function readMessage(message: Uint8Array): LinkMessage {
  switch (message[0]) {
    case FRAMES: {
      if (message.byteLength <= FRONT) break
      const count = new DataView(message.buffer, message.byteOffset).getUint32(1)
      return { is: 'frames', count, bytes: message.subarray(FRONT) }
    }
    case PROBE:
      if (message.byteLength === 1) return { is: 'probe' }
      break
    case OVER:
      return { is: 'over', reason: utf8Text(message.subarray(1, 1 + 4 * MAX_REASON)) ?? '' }
  }
  throw new Fault('frame_faulty', { reason: `a message of ${message.byteLength} octets that is none` })
}

/** Frames as messages of at most `most` octets each, numbered from `count` on. */
export function* messagesOf(frames: readonly Frame[], count: number, most: number): Generator<Uint8Array> {
  const encoded = frames.map(encodeFrame)
  const octets = encoded.reduce((sum, one) => sum + one.byteLength, 0)
  const room = most - FRONT
  let left = octets
  let message = framesMessage(count, Math.min(room, left))
  let at = FRONT
  for (const bytes of encoded) {
    for (let from = 0; from < bytes.byteLength; ) {
      const piece = bytes.subarray(from, from + message.byteLength - at)
      message.set(piece, at)
      at += piece.byteLength
      from += piece.byteLength
      if (at < message.byteLength) continue
      yield message
      left -= message.byteLength - FRONT
      count = (count + 1) >>> 0
      if (left === 0) return
      message = framesMessage(count, Math.min(room, left))
      at = FRONT
    }
  }
}
