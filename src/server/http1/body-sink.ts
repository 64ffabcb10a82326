/**
 * The body of a streamed answer on its way into a socket: as it is, or in chunks. RFC 9112 section 7.1.
 *
 * @module
 */
import type { Socket } from 'node:net'
import type { Sink } from '../sink.ts'
import { COPIED, joined } from './joined.ts'
import type { Outbox } from './outbox.ts'

export class BodySink implements Sink {
  readonly #socket: Socket
  readonly #outbox: Outbox
  readonly #chunked: boolean
  readonly #timeoutMs: number
  /** True while what is written is kept for a moment. */
  #gathers = false
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
    const head = this.#outbox.take()
    const before = this.#chunked ? `${head}${octets.byteLength.toString(16)}\r\n` : head
    this.#gather()
    this.#put(before, octets, this.#chunked ? '\r\n' : '')
    if (this.#socket.writableLength > COPIED) this.flush()
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

  /** Nothing follows but what the outbox holds. */
  end(): void {
    const rest = this.#outbox.take()
    if (rest !== '') this.#socket.write(rest, 'latin1')
    this.flush()
  }

  /** Hands over what was written. */
  flush(): void {
    if (!this.#gathers) return
    this.#gathers = false
    this.#socket.uncork()
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

  // What is there at the same time goes out together: a write of its own for each chunk would cost far more.
  #gather(): void {
    if (this.#gathers) return
    this.#gathers = true
    this.#socket.cork()
    process.nextTick(() => this.flush())
  }

  #put(before: string, octets: Uint8Array, after: string): void {
    const socket = this.#socket
    if (octets.byteLength <= COPIED) socket.write(joined(before, octets, octets.byteLength, after))
    else {
      if (before !== '') socket.write(before, 'latin1')
      socket.write(octets)
      if (after !== '') socket.write(after, 'latin1')
    }
  }

  // Node wants a `drain` awaited behind each large write, of which the kernel may have taken all.
  get #waits(): boolean {
    return this.#socket.writableNeedDrain && this.#socket.writableLength > 0
  }

  #awake(): void {
    const wake = this.#wake
    this.#wake = null
    wake?.()
  }
}
