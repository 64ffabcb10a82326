/**
 * What a connection has answered and not yet handed to the kernel. Answers to requests that came
 * together go out together, in one write.
 *
 * @module
 */
import type { Socket } from 'node:net'
import type { Outgoing } from '../../call/outgoing.ts'
import type { Fault } from '../../fault.ts'
import type { Exchange } from '../exchange.ts'
import { COPIED, joined } from './joined.ts'

/** What is kept of answers before they are handed over, in octets of text. */
const KEPT = 64 * 1024

export class Outbox {
  readonly #socket: Socket
  readonly #timeoutMs: number
  readonly #taken: () => void
  #text = ''
  /** Those whose answers are in here: nearly always one. */
  #first: Exchange | null = null
  #others: Exchange[] = []
  #blocked = false

  /**
   * `timeoutMs`: how long the client may take nothing of what waits for it. `taken` is called when what
   * waited was handed over.
   */
  constructor(socket: Socket, timeoutMs: number, taken: () => void) {
    this.#socket = socket
    this.#timeoutMs = timeoutMs
    this.#taken = taken
  }

  /** True while the kernel takes no more, because the client does not. */
  get blocked(): boolean {
    return this.#blocked
  }

  /** Adds text of one code unit per octet. */
  add(text: string): void {
    this.#text += text
  }

  /** Adds a head, and the body of an answer that is not streamed. */
  addWhole(head: string, { body, length }: Outgoing): void {
    if (body === null) this.#text += head
    else if (typeof body === 'string' && body.length === length) this.#text += head + body
    else this.#addOctets(head, body as string | Uint8Array, length!)
  }

  // `length` is of the body in octets.
  #addOctets(head: string, body: string | Uint8Array, length: number): void {
    const text = this.take() + head
    if (length <= COPIED) return void this.#socket.write(joined(text, body, length))
    this.#socket.cork()
    this.#socket.write(text, 'latin1')
    this.#socket.write(body, 'utf8')
    this.#socket.uncork()
  }

  /**
   * Adds the head of a streamed answer: it goes out with the first octets of its body, which `take` it along, or
   * when the event loop turns.
   */
  addStreamed(head: string): void {
    this.#text += head
    if (this.#first !== null) return this.flush() // answers before it are not to wait
    setImmediate(() => {
      if (this.#text !== '') this.flush()
    })
  }

  /** Gives what it holds to whoever writes it before what follows. */
  take(): string {
    const text = this.#text
    this.#text = ''
    return text
  }

  /** The answer of `exchange` is in here to its end. */
  answered(exchange: Exchange): void {
    if (this.#first === null) this.#first = exchange
    else this.#others.push(exchange)
    // A client that asks ahead and does not read is to find out before many answers were made.
    if (this.#text.length > KEPT || this.#socket.writableLength > 0) this.flush()
  }

  /** Hands over what there is; what the kernel took is over. */
  flush(): void {
    if (this.#socket.destroyed) return // what was not handed over is told to be `lost` in a moment
    if (this.#text !== '') this.#socket.write(this.take(), 'latin1')
    if (this.#socket.writableLength > 0) this.#block()
    else if (this.#first !== null) this.#over(true)
  }

  /** Ends the calls of what was not handed over, and with them the connection. */
  cut(reason: Fault): void {
    this.#first?.cut(reason)
    for (const exchange of this.#others) exchange.cut(reason)
  }

  /** The connection is gone, with what was not handed over. */
  lost(): void {
    this.#text = ''
    this.#over(false)
  }

  // Node's timeout starts again with each octet that the kernel takes.
  #block(): void {
    if (this.#blocked) return
    this.#blocked = true
    this.#socket.setTimeout(this.#timeoutMs)
    this.#await()
  }

  // An empty write comes to its end behind what waits. Node's `drain` event would not do: there is none
  // for less than its buffer, nor for a socket that is ending.
  #await(): void {
    this.#socket.write('', () => {
      if (this.#socket.destroyed) return
      if (this.#socket.writableLength === 0) this.#unblock()
      else if (this.#socket.writable) this.#await()
      else this.#socket.once('finish', () => this.#unblock())
    })
  }

  #unblock(): void {
    this.#blocked = false
    this.#socket.setTimeout(0)
    this.#over(true)
    this.#taken()
  }

  #over(whole: boolean): void {
    const first = this.#first
    if (first === null) return
    this.#first = null
    const others = this.#others
    if (others.length === 0) return first.over(whole)
    this.#others = []
    first.over(whole)
    for (const exchange of others) exchange.over(whole)
  }
}
