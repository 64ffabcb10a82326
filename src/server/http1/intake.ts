/**
 * What a client has sent and nobody has taken yet, and how much of it may be here: what a connection does
 * not read stays with its client.
 *
 * @module
 */
import type { Socket } from 'node:net'
import type { RequestReader } from '../../wire/http1/request-reader.ts'
import type { Rests } from '../rests.ts'
import { spent } from '../spent.ts'

/** What is kept of requests sent ahead; behind it the connection is not read. In octets. */
const AHEAD = 64 * 1024
/** What Node reads of a connection at once, and once more behind the last that was wanted. In octets. */
const READ = 64 * 1024

export class Intake {
  readonly reader: RequestReader
  readonly #socket: Socket
  readonly #rests: Rests
  #paused = false

  constructor(socket: Socket, reader: RequestReader, rests: Rests) {
    this.#socket = socket
    this.reader = reader
    this.#rests = rests
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
    return pendingLength + READ
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

  /** The connection is gone. */
  lost(): void {
    this.#rests.forget(this.#socket)
  }

  #pause(): void {
    if (this.#paused) return
    this.#paused = true
    this.#socket.pause()
  }
}
