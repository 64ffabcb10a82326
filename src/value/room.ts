/**
 * Room for small values: several on one buffer, because making a buffer costs more than filling it.
 *
 * @module
 */

const BUFFER = 16 * 1024
/** What may keep such a buffer alive has to be worth it. */
const SMALL = BUFFER / 4

/** So many bytes, all zero, that nobody else has. Small ones are views on a shared buffer. */
export type RoomFor = (bytes: number) => Uint8Array

/** Room on buffers that no other has a part of. */
export function room(): RoomFor {
  let buffer = new Uint8Array(0)
  let used = 0
  return (bytes) => {
    if (bytes > SMALL) return new Uint8Array(bytes)
    // A buffer that somebody transferred has no length any more.
    if (buffer.byteLength - used < bytes) {
      buffer = new Uint8Array(BUFFER)
      used = 0
    }
    const found = buffer.subarray(used, used + bytes)
    used = (used + bytes + 3) & ~3
    return found
  }
}

/** For what stays in here: calls keep theirs while they wait, so none of it is handed to a program. */
export const roomFor: RoomFor = room()
