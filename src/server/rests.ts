/**
 * What clients still send when they have their last answer: read away a little at a time, so that those
 * who were refused by the thousand are no load to the others. Most stop when they see the answer.
 *
 * @module
 */

import type { Readable } from 'node:stream'
import { spent } from './spent.ts'

/** How many are read from in one turn of the loop: each brings up to 64 KiB, which takes some 30 µs. */
const TOGETHER = 16
/**
 * Put in front of what comes, it stops Node from reading at once. By itself Node would read 64 KiB more of
 * each that is paused, and keep them: with thousands, more than all the bodies of a server may take.
 */
const PLUG = Buffer.alloc(64 * 1024)

export class Rests {
  readonly #waiting = new Set<Readable>()
  readonly #turn = (): void => {
    let count = 0
    for (const one of this.#waiting) {
      if (count++ === TOGETHER) break
      this.#waiting.delete(one)
      one.resume()
    }
    if (this.#waiting.size > 0) setImmediate(this.#turn)
  }

  /**
   * For listeners to `data` of `one`: its octets, which came `from` a socket, are thrown away, and it reads
   * on when it is its turn.
   */
  received(one: Readable, octets: Uint8Array, from: object): void {
    if (octets.buffer === PLUG.buffer) return
    throwAway(octets, from)
    one.pause().unshift(PLUG)
    this.#waiting.add(one)
    if (this.#waiting.size === 1) setImmediate(this.#turn)
  }

  /** Nothing of `one` is to be read any more. */
  forget(one: Readable): void {
    this.#waiting.delete(one)
  }
}

/** Octets that came `from` a socket, and that nobody else has. */
export function throwAway({ buffer, byteLength }: Uint8Array, from: object): void {
  if (byteLength === buffer.byteLength) spent(buffer, from)
}
