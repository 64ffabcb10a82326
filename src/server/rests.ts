/**
 * What clients still send when they have their last answer: read away a little at a time, so that those
 * who were refused by the thousand are no load to the others. Most stop when they see the answer.
 *
 * @module
 */
import type { Readable } from 'node:stream'
import { Rota } from '../call/rota.ts'
import { isPlug, stopReading } from './plug.ts'
import { spent } from './spent.ts'

/** How many are read from in one turn of the loop: each brings up to 64 KiB, which takes some 30 µs. */
const TOGETHER = 16

export class Rests {
  readonly #rota = new Rota<Readable>(TOGETHER, setImmediate, (one) => one.resume())

  /**
   * For listeners to `data` of `one`: its octets, which came `from` a socket, are thrown away, and it reads
   * on when it is its turn.
   */
  received(one: Readable, octets: Uint8Array, from: object): void {
    if (isPlug(octets)) return
    throwAway(octets, from)
    stopReading(one)
    this.#rota.add(one)
  }

  /** `one` is paused: it reads on when it is its turn. */
  waits(one: Readable): void {
    this.#rota.add(one)
  }

  /** Nothing of `one` is to be read any more. */
  forget(one: Readable): void {
    this.#rota.remove(one)
  }
}

/** Octets that came `from` a socket, and that nobody else has. */
function throwAway({ buffer, byteLength }: Uint8Array, from: object): void {
  if (byteLength === buffer.byteLength) spent(buffer, from)
}
