/**
 * Stops the reading of a socket at once. Node reads 64 KiB more of one that is paused, and keeps them: with
 * thousands of clients that is more than all the bodies of a server may take.
 *
 * @module
 */
import type { Readable } from 'node:stream'

/** Put in front of what comes, it is as much as Node buffers of a stream before it stops. */
const PLUG = Buffer.alloc(64 * 1024)

/** For listeners to `data` of `one`: it is read no further until it is resumed, and then gives the plug first. */
export function stopReading(one: Readable): void {
  one.pause().unshift(PLUG)
}

/** Gives away what a paused `one` holds to its listeners, and reads no further. Not behind its end. */
export function empty(one: Readable): void {
  const { readableLength } = one
  one.push(PLUG)
  one.read(readableLength)
}

/** What was stopped is given to somebody else, who is to see nothing of the plug. */
export function unplug(one: Readable): void {
  one.read(PLUG.byteLength)
}

/** True for the octets that nobody sent. */
export function isPlug(octets: Uint8Array): boolean {
  return octets.byteLength === PLUG.byteLength && octets.buffer === PLUG.buffer
}
