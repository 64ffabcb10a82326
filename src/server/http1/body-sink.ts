/**
 * The body of a streamed answer on its way into a socket: as it is, or in chunks. RFC 9112 section 7.1.
 *
 * @module
 */
import type { Socket } from 'node:net'
import type { Sink } from '../sink.ts'

export class BodySink implements Sink {
  readonly #socket: Socket
  readonly #chunked: boolean
  readonly #timeoutMs: number
  #wake: (() => void) | null = null
  #leave: (() => void) | null = null

  /** `timeoutMs`: how long the client may take nothing of what waits for it. */
  constructor(socket: Socket, chunked: boolean, timeoutMs: number) {
    this.#socket = socket
    this.#chunked = chunked
    this.#timeoutMs = timeoutMs
  }

  get chunked(): boolean {
    return this.#chunked
  }

  get gone(): boolean {
    return this.#socket.destroyed
  }

  write(octets: Uint8Array): boolean {
    const socket = this.#socket
    if (!this.#chunked) return socket.write(octets)
    socket.cork()
    socket.write(`${octets.byteLength.toString(16)}\r\n`, 'latin1')
    socket.write(octets)
    socket.write('\r\n', 'latin1')
    socket.uncork()
    return !socket.writableNeedDrain
  }

  ready(): Promise<void> {
    const socket = this.#socket
    if (socket.destroyed || !socket.writableNeedDrain) return Promise.resolve()
    socket.setTimeout(this.#timeoutMs)
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  onGone(listener: () => void): void {
    this.#leave = listener
    if (this.gone) this.lost()
  }

  /** The kernel takes octets again. */
  drained(): void {
    this.#socket.setTimeout(0)
    this.#awake()
  }

  /** The connection is gone. */
  lost(): void {
    const leave = this.#leave
    this.#leave = null
    leave?.()
    this.#awake()
  }

  #awake(): void {
    const wake = this.#wake
    this.#wake = null
    wake?.()
  }
}
