/**
 * One client connection: its exchanges, in the order of their requests.
 *
 * `node:http` tells an exchange whose answer still waits behind another one neither that the
 * connection is gone nor that it is its turn, and reports a request that does not parse without
 * saying what is still to be answered before it.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Fault } from '../../fault.ts'

/** One request of a connection, with its answer. */
export interface Turn {
  readonly req: IncomingMessage
  /** The connection is closed. Does nothing to a turn that was over. */
  lost(): void
  /** The octets that should have been its body are none. */
  broken(fault: Fault): void
  /** The connection takes octets again. */
  drained(): void
}

const NOTHING = new Uint8Array(0)

const CONNECTIONS = new WeakMap<Duplex, Connection>()

export class Connection {
  /** True once an answer said that it is the last: what comes behind it is not a request (RFC 9112 9.6). */
  closing = false
  readonly #socket: Duplex
  readonly #turns = new Set<Turn>()
  /** Octets that had come with the last request; what comes behind them is another one. Null before the first. */
  #asked: number | null = null
  #waiting: (() => void)[] = []
  #refused = false
  #released = false

  static of(socket: Duplex): Connection {
    const known = CONNECTIONS.get(socket)
    if (known !== undefined) return known
    const connection = new Connection(socket)
    CONNECTIONS.set(socket, connection)
    return connection
  }

  private constructor(socket: Duplex) {
    this.#socket = socket
    socket.once('close', () => {
      for (const turn of [...this.#turns]) turn.lost()
    })
  }

  begin(turn: Turn): void {
    this.#turns.add(turn)
    const { req } = turn
    const asked = (): void => {
      this.#asked = octetsRead(this.#socket)
    }
    if (req.complete) asked()
    else req.once('end', asked)
  }

  /** True between an answer that was taken and the first octet of another request. */
  get idles(): boolean {
    const { writableLength } = this.#socket
    return this.#turns.size === 0 && writableLength === 0 && this.#asked === octetsRead(this.#socket)
  }

  /** Ends a turn. Ending it again does nothing. */
  end(turn: Turn): void {
    if (!this.#turns.delete(turn) || this.#turns.size > 0) return
    for (const run of this.#waiting.splice(0)) run()
  }

  /** Runs `run` once everything that was asked so far is answered: now, if it is. */
  whenAnswered(run: () => void): void {
    if (this.#turns.size === 0) run()
    else this.#waiting.push(run)
  }

  /** True when no request came behind that of `turn`. */
  isLast(turn: Turn): boolean {
    return this.#last() === turn
  }

  /** The turn whose request is still arriving, or null between requests. */
  get arriving(): Turn | null {
    const last = this.#last()
    return last === undefined || last.req.complete ? null : last
  }

  /** Node has let go of `socket`, and no longer tells its answers that it takes octets again. */
  release(socket: Duplex): void {
    if (this.#released) return
    this.#released = true
    // Node may have stopped it for a body, with nobody left to start it again: nothing is pushed, so that it reads on.
    socket.push(NOTHING)
    socket.on('drain', () => {
      for (const turn of this.#turns) turn.drained()
    })
  }

  /** True the first time: each octet behind one that does not parse is reported again. */
  refuse(): boolean {
    const first = !this.#refused
    this.#refused = true
    return first
  }

  #last(): Turn | undefined {
    return [...this.#turns].at(-1)
  }
}

function octetsRead(socket: Duplex): number {
  return (socket as Socket).bytesRead
}
