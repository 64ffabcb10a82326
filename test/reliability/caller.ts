/**
 * A client that calls over one connection, one request at a time, and says exactly what it got: under
 * load the difference between an answer cut off and none at all is what counts.
 *
 * @module
 */
import { connect, type Socket } from 'node:net'

/** What came of one request. */
export type Got =
  /** `last`: the server said that it answers no more on this connection. */
  | { readonly got: 'answer'; readonly status: number; readonly body: string; readonly last: boolean }
  /** Not one octet. */
  | { readonly got: 'nothing'; readonly ending: Ending }
  /** Some octets, and not all. */
  | { readonly got: 'part'; readonly ending: Ending; readonly octets: string }

export type Ending = 'end' | 'reset'

export class Caller {
  readonly port: number
  readonly socket: Socket
  /** Requests answered on this connection. */
  answered = 0
  #received = ''
  #ending: Ending | null = null
  #wake: (() => void) | null = null

  private constructor(socket: Socket) {
    this.socket = socket
    this.port = socket.localPort!
    socket.setNoDelay(true).setEncoding('latin1')
    socket.on('data', (octets: string) => {
      this.#received += octets
      this.#wake?.()
    })
    socket.on('end', () => this.#ended('end'))
    socket.on('error', () => this.#ended('reset'))
    socket.on('close', () => this.#ended('reset'))
  }

  /** Null when the connection is refused or reset before it is there: `code` of any other error throws. */
  static connect(port: number): Promise<Caller | null> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1' })
      const failed = (error: NodeJS.ErrnoException): void =>
        error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET' ? resolve(null) : reject(error)
      socket.once('error', failed)
      socket.once('connect', () => {
        socket.off('error', failed)
        resolve(new Caller(socket))
      })
    })
  }

  /** True when nothing can be asked any more. */
  get over(): boolean {
    return this.#ending !== null
  }

  /** Sends a request and takes what comes of it. */
  async ask(request: string): Promise<Got> {
    this.socket.write(request, 'latin1')
    for (;;) {
      const answer = this.#answer()
      if (answer !== null) {
        this.answered++
        return answer
      }
      if (this.#ending !== null) {
        const ending = this.#ending
        return this.#received === ''
          ? { got: 'nothing', ending }
          : { got: 'part', ending, octets: this.#received }
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  close(): void {
    this.socket.destroy()
  }

  #ended(ending: Ending): void {
    this.#ending ??= ending
    this.#wake?.()
  }

  /** Takes an answer that is there whole. */
  #answer(): Got | null {
    const text = this.#received
    const headEnd = text.indexOf('\r\n\r\n')
    if (headEnd < 0) return null
    const head = text.slice(0, headEnd).toLowerCase()
    const from = headEnd + 4
    const length = /\r\ncontent-length: ([0-9]+)/.exec(head)
    const found = length === null ? dechunked(text, from) : fixed(text, from, Number(length[1]))
    if (found === null) return null
    this.#received = text.slice(found.end)
    return {
      got: 'answer',
      status: Number(head.slice(9, 12)),
      body: found.body,
      last: head.includes('\r\nconnection: close'),
    }
  }
}

interface Found {
  readonly body: string
  readonly end: number
}

function fixed(text: string, from: number, length: number): Found | null {
  const end = from + length
  return text.length < end ? null : { body: text.slice(from, end), end }
}

/** A chunked body without trailers, when it is there to its last chunk. */
function dechunked(text: string, from: number): Found | null {
  let body = ''
  for (let at = from; ; ) {
    const lineEnd = text.indexOf('\r\n', at)
    if (lineEnd < 0) return null
    const size = Number.parseInt(text.slice(at, lineEnd), 16)
    const end = lineEnd + 2 + size + 2
    if (text.length < end) return null
    if (size === 0) return { body, end }
    body += text.slice(lineEnd + 2, end - 2)
    at = end
  }
}
