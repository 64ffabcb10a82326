/**
 * The octets that a client sent right behind the head of its offer, in front of what it sends on the
 * connection that was taken over. Clause 24.
 *
 * @module
 */
import { Duplex } from 'node:stream'

/** The connection with `early` in front. */
export function withEarly(socket: Duplex, early: Uint8Array): Duplex {
  if (early.byteLength === 0) return socket
  if (socket.readableEnded) return new EndedDuplex(socket, early)
  socket.unshift(early)
  return socket
}

/** A connection of which the end was told already: it takes nothing back, so another stream gives it. */
class EndedDuplex extends Duplex {
  readonly #socket: Duplex

  constructor(socket: Duplex, early: Uint8Array) {
    super()
    this.#socket = socket
    socket.once('close', () => this.destroy())
    this.on('error', () => {}) // as of the connection: one without a listener ends the process
    this.push(early)
    this.push(null)
  }

  override _read(): void {}

  override _write(octets: Uint8Array, _encoding: string, taken: (error?: Error | null) => void): void {
    this.#socket.write(octets, taken)
  }

  override _final(over: () => void): void {
    this.#socket.end(over)
  }

  override _destroy(error: Error | null, gone: (error: Error | null) => void): void {
    this.#socket.destroy()
    gone(error)
  }
}
