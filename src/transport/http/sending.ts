/**
 * A request on its way into a connection: the head, and the body as it comes and as it is taken.
 * RFC 9112 sections 6 and 7, RFC 9110 section 10.1.1.
 *
 * @module
 */
import type { Socket } from 'node:net'
import { Fault } from '../../fault.ts'
import { isTrailer } from '../../value/fields.ts'
import { lastChunk } from '../../wire/http1/response-head.ts'
import type { Asked } from './asked.ts'

/** Milliseconds that 100 (Continue) is waited for: not everybody sends it. */
const CONTINUE_MS = 1_000

export class Sending {
  readonly #socket: Socket
  readonly #asked: Asked
  #isWhole = false
  #stopped = false
  #blockedMs = 0
  #taken: (() => void) | null = null
  #allowed: (() => void) | null = null
  /** Milliseconds that 100 (Continue) was waited for; null where it is not. */
  #expectedMs: number | null = null
  /** False once a final answer is here, while the upstream had not asked for the body. */
  #isAsked = true

  constructor(socket: Socket, asked: Asked) {
    this.#socket = socket
    this.#asked = asked
  }

  /** True when all of the request was handed over. */
  get isWhole(): boolean {
    return this.#isWhole
  }

  /** Rejects with what broke the body off. */
  async run(): Promise<void> {
    const { text, body } = this.#asked
    const socket = this.#socket
    if (body === null) socket.write(text, 'latin1')
    else if (body.bytes !== null) socket.write(together(text, body.bytes))
    else {
      socket.write(text, 'latin1')
      if (this.#asked.expects) await this.#permission()
      if (this.#stopped || !this.#isAsked) return
      await this.#stream(body.length)
    }
    this.#isWhole = !this.#stopped
  }

  /** The upstream takes octets again. */
  drained(): void {
    this.#blockedMs = 0
    const taken = this.#taken
    this.#taken = null
    taken?.()
  }

  /** It wants the body. */
  proceed(): void {
    this.#expectedMs = null
    const allowed = this.#allowed
    this.#allowed = null
    allowed?.()
  }

  /** A final answer is here: what was not asked for is not sent any more. */
  answered(): void {
    if (this.#allowed === null) return
    this.#isAsked = false
    this.proceed()
  }

  /** Nobody takes anything any more. */
  stop(): void {
    this.#stopped = true
    this.drained()
    this.proceed()
  }

  /** Time has passed. Gives how long nothing was taken of what waits, in milliseconds. */
  tick(elapsedMs: number): number {
    if (this.#expectedMs !== null) {
      this.#expectedMs += elapsedMs
      if (this.#expectedMs >= CONTINUE_MS) this.proceed()
    }
    if (this.#taken !== null) this.#blockedMs += elapsedMs
    return this.#blockedMs
  }

  #permission(): Promise<void> {
    this.#expectedMs = 0
    return new Promise((resolve) => {
      this.#allowed = resolve
    })
  }

  async #stream(length: number | null): Promise<void> {
    const body = this.#asked.body!
    const pieces = body.pieces()
    let sent = 0
    for (;;) {
      const next = await pieces.next()
      if (this.#stopped) return
      if (next.done === true) break
      const { value: piece } = next
      sent += piece.byteLength
      if (length !== null && sent > length) throw miscounted(length, `${sent} or more`)
      if (piece.byteLength > 0) await this.#write(piece, length === null)
      if (this.#stopped) return
    }
    if (length !== null && sent < length) throw miscounted(length, String(sent))
    if (length === null) this.#socket.write(lastChunk(this.#trailers()), 'latin1')
  }

  // Framing and routing are the head's (RFC 9110 6.5.1).
  #trailers(): { [name: string]: string } | null {
    const given = Object.entries(this.#asked.body!.trailers() ?? {}).filter(([name]) => isTrailer(name))
    return given.length === 0 ? null : Object.fromEntries(given)
  }

  async #write(piece: Uint8Array, chunked: boolean): Promise<void> {
    const socket = this.#socket
    if (chunked) {
      socket.cork()
      socket.write(`${piece.byteLength.toString(16)}\r\n`, 'latin1')
      socket.write(piece)
      socket.write('\r\n', 'latin1')
      socket.uncork()
    } else socket.write(piece)
    if (!socket.writableNeedDrain) return
    this.#blockedMs = 0
    await new Promise<void>((resolve) => {
      this.#taken = resolve
    })
  }
}

function together(text: string, bytes: Uint8Array): Buffer {
  const octets = Buffer.allocUnsafe(text.length + bytes.byteLength)
  octets.write(text, 0, 'latin1')
  octets.set(bytes, text.length)
  return octets
}

function miscounted(length: number, found: string): Fault {
  return new Fault('request_aborted', { reason: `it has ${found} octets and declared ${length}` })
}
