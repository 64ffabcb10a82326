/**
 * Room for small values: several on one buffer, because making a buffer costs more than filling it.
 *
 * @module
 */

import { utf8Bytes } from './utf8.ts'

const BUFFER = 16 * 1024
/** What may keep such a buffer alive has to be worth it. */
const SMALL = BUFFER / 4

const encoder = new TextEncoder()
let buffer = new Uint8Array(0)
let used = 0

/** So many bytes, all zero, that nobody else has. Small ones are views on a shared buffer. */
export function roomFor(bytes: number): Uint8Array {
  if (bytes > SMALL) return new Uint8Array(bytes)
  // A buffer that somebody transferred has no length any more.
  if (buffer.byteLength - used < bytes) {
    buffer = new Uint8Array(BUFFER)
    used = 0
  }
  const room = buffer.subarray(used, used + bytes)
  used = (used + bytes + 3) & ~3
  return room
}

/** UTF-8 of a text that is soon copied to where it goes: mostly in such room. */
export function utf8InRoom(text: string): Uint8Array {
  if (text.length > SMALL) return utf8Bytes(text)
  const room = roomFor(text.length)
  const { read } = encoder.encodeInto(text, room)
  return read === text.length ? room : utf8Bytes(text) // where some of it takes more than one octet
}
