/**
 * The body of a streamed answer on its way into a socket: as it is, or in chunks. RFC 9112 section 7.1.
 *
 * @module
 */
import type { Socket } from 'node:net'
import type { Sink } from '../sink.ts'
import type { Outbox } from './outbox.ts'

export class BodySink implements Sink {
  readonly #socket: Socket
  readonly #outbox: Outbox
  readonly #chunked: boolean
  readonly #timeoutMs: number
  #wake: (() => void) | null = null
  #leave: (() => void) | null = null

  /**
   * `outbox` may hold the head, for the first octets to take along; `timeoutMs`: how long the client may take
   * nothing of what waits for it.
   */
  constructor(socket: Socket, outbox: Outbox, chunked: boolean, timeoutMs: number) {
    this.#socket = socket
    this.#outbox = outbox
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
    const head = this.#outbox.take()
    if (this.#chunked || head !== '') {
      socket.cork()
      socket.write(this.#chunked ? `${head}${octets.byteLength.toString(16)}\r\n` : head, 'latin1')
      socket.write(octets)
      if (this.#chunked) socket.write('\r\n', 'latin1')
      socket.uncork()
    } else socket.write(octets)
    return !this.#waits
  }

  ready(): Promise<void> {
    const socket = this.#socket
    if (socket.destroyed || !this.#waits) return Promise.resolve()
    socket.setTimeout(this.#timeoutMs)
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  // Node wants a `drain` awaited behind each large write, of which the kernel may have taken all.
  get #waits(): boolean {
    return this.#socket.writableNeedDrain && this.#socket.writableLength > 0
  }

  onGone(listener: () => void): void {
    this.#leave = listener
    if (this.gone) this.lost()
  }

  /** The kernel takes octets again. */
  drained(): void {
    if (this.#wake === null) return
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
