/**
 * What a client has sent and nobody has taken yet, and how much of it may be here: what a connection does
 * not read stays with its client.
 *
 * @module
 */
import type { Socket } from 'node:net'
import type { RequestReader } from '../../wire/http1/request-reader.ts'
import { isPlug, stopReading, unplug } from '../plug.ts'
import type { Rests } from '../rests.ts'
import { spent } from '../spent.ts'

/** What is kept of requests sent ahead; behind it the connection is not read. In octets. */
const AHEAD = 64 * 1024
/** What Node reads of a connection at once, and once more where it is not stopped while it reads. In octets. */
const READ = 64 * 1024

export class Intake {
  readonly reader: RequestReader
  readonly #socket: Socket
  readonly #rests: Rests
  #paused = false
  /**
   * A whole read is being received: the connection can be stopped at once. Where less has come, the client has
   * no more to send now, and is heard of when it goes as long as the connection is read.
   */
  #stops = false
  #plugged = false

  constructor(socket: Socket, reader: RequestReader, rests: Rests) {
    this.#socket = socket
    this.reader = reader
    this.#rests = rests
  }

  /** Takes octets that have come, and lets `use` them. */
  receive(octets: Uint8Array, use: () => void): void {
    if (isPlug(octets)) {
      this.#plugged = false
      return
    }
    this.reader.push(octets)
    this.#stops = octets.byteLength === READ
    use()
    this.#stops = false
  }

  /** More octets are wanted: the connection reads on. */
  want(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#socket.resume()
  }

  /** Nobody reads the body for a while: keeps back what still comes, and tells how many octets may be here. */
  hold(): number {
    const { pendingLength, left } = this.reader
    if (left !== null && left <= pendingLength) return pendingLength
    this.#pause()
    return this.#plugged ? pendingLength : pendingLength + READ
  }

  /** Nobody waits for octets: where there are many, keeps back what still comes. */
  holdBack(): void {
    if (this.reader.pendingLength > AHEAD) this.#pause()
  }

  /** Nobody needs this memory of a read any more. */
  spent(memory: ArrayBufferLike): void {
    spent(memory, this.#socket)
  }

  /** Throws away what is here. */
  discard(): void {
    const memory = this.reader.discard()
    if (memory !== null) this.spent(memory)
  }

  /** Throws away octets that have come when nobody is to read them any more. */
  throwAway(octets: Uint8Array): void {
    this.#rests.received(this.#socket, octets, this.#socket)
  }

  /** Gives the socket away, with what is here. */
  rest(): Uint8Array {
    if (this.#plugged) unplug(this.#socket)
    return this.reader.rest()
  }

  /** The connection is gone. */
  lost(): void {
    this.#rests.forget(this.#socket)
  }

  #pause(): void {
    if (this.#paused) return
    this.#paused = true
    if (!this.#stops || this.#plugged) return void this.#socket.pause()
    this.#plugged = true
    stopReading(this.#socket)
  }
}
