/**
 * A client that sends octets and reads responses, and trusts neither side.
 *
 * One character is one octet (latin1) in everything that it takes and gives. Responses are framed
 * strictly: whatever RFC 9112 does not allow a server to send is an error here.
 *
 * @module
 */
import { connect, type Socket } from 'node:net'

export interface WireResponse {
  readonly status: number
  readonly reason: string
  /** Field lines in the order received, names as sent. */
  readonly lines: readonly (readonly [name: string, value: string])[]
  readonly body: string
  readonly trailers: readonly (readonly [name: string, value: string])[]
  /** The sizes of the chunks, or null when the body was not chunked. */
  readonly chunks: readonly number[] | null
  /** False when the connection ended before the body did. */
  readonly whole: boolean
  /** The value of a field sent once; null when it was not sent. Throws when it was sent twice. */
  field(name: string): string | null
}

/** How the server ended the connection. */
export type Ending = 'end' | 'reset'

export class WireClient {
  readonly socket: Socket
  #received = ''
  #ending: Ending | null = null
  readonly #waiting = new Set<() => void>()

  private constructor(socket: Socket) {
    this.socket = socket
    socket.setNoDelay(true)
    socket.setEncoding('latin1')
    socket.on('data', (octets: string) => {
      this.#received += octets
      this.#wake()
    })
    socket.on('end', () => this.#ended('end'))
    socket.on('error', () => this.#ended('reset'))
    socket.on('close', () => this.#ended('reset'))
  }

  /** `at` is a port of 127.0.0.1, or the path of a unix socket. */
  static connect(at: number | string): Promise<WireClient> {
    return new Promise((resolve, reject) => {
      const socket =
        typeof at === 'number'
          ? connect({ port: at, host: '127.0.0.1', allowHalfOpen: true })
          : connect({ path: at, allowHalfOpen: true })
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        resolve(new WireClient(socket))
      })
    })
  }

  /** Over a connection that is open, such as one of TLS. */
  static over(socket: Socket): WireClient {
    return new WireClient(socket)
  }

  /** Sends octets in one piece. */
  send(octets: string | Uint8Array): this {
    if (!this.socket.destroyed) this.socket.write(typeof octets === 'string' ? octetsOf(octets) : octets)
    return this
  }

  /** Sends octets in pieces of `size`, each in a segment of its own. */
  async sendSplit(octets: string, size = 1): Promise<this> {
    for (let at = 0; at < octets.length && !this.socket.destroyed; at += size) {
      const piece = octetsOf(octets.slice(at, at + size))
      await new Promise<void>((resolve) => this.socket.write(piece, () => resolve()))
      // A turn of the event loop, for a server in this process to read it alone.
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
    return this
  }

  /** Sends a request and reads its final response. */
  ask(octets: string): Promise<WireResponse> {
    return this.send(octets).response(octets.slice(0, octets.indexOf(' ')))
  }

  /** The next final response. Throws when there is none, or what comes is no response. */
  async response(method = 'GET'): Promise<WireResponse> {
    for (;;) {
      const head = await this.head()
      if (head.status >= 200 || head.status === 101) return this.#body(head, method)
    }
  }

  /** The next head, interim responses included, and not the body that follows. */
  async head(): Promise<WireResponse> {
    const text = await this.until('\r\n\r\n')
    const [statusLine, ...fieldLines] = text.slice(0, -4).split('\r\n')
    const status = /^HTTP\/1\.1 ([1-5][0-9]{2}) ([\t -~]*)$/.exec(statusLine!)
    if (status === null) throw new Error(`No status line: ${JSON.stringify(statusLine)}`)
    const lines = fieldLines.map(fieldLine)
    return responseOf(Number(status[1]), status[2]!, lines, {
      body: '',
      trailers: [],
      chunks: null,
      whole: true,
    })
  }

  /** Everything up to and with `mark`. Throws when the connection ends before. */
  async until(mark: string): Promise<string> {
    for (;;) {
      const at = this.#received.indexOf(mark)
      if (at >= 0) return this.#take(at + mark.length)
      if (this.#ending !== null) {
        throw new Error(
          `The connection ended (${this.#ending}) before ${JSON.stringify(mark)}: ${JSON.stringify(this.#received)}`,
        )
      }
      await this.#more()
    }
  }

  /** `count` octets, or fewer when the connection ends before. */
  async octets(count: number): Promise<string> {
    while (this.#received.length < count && this.#ending === null) await this.#more()
    return this.#take(Math.min(count, this.#received.length))
  }

  /** Everything up to the end of the connection. */
  async rest(): Promise<string> {
    await this.ending()
    return this.#take(this.#received.length)
  }

  /** Resolves when the server ends the connection, and says how. */
  async ending(): Promise<Ending> {
    while (this.#ending === null) await this.#more()
    return this.#ending
  }

  /** Says that nothing more is sent; answers can still come. */
  end(): this {
    this.socket.end()
    return this
  }

  /** Closes in order: both directions. */
  close(): void {
    this.socket.destroy()
  }

  /** Closes with RST. */
  reset(): void {
    if (!this.socket.destroyed) this.socket.resetAndDestroy()
  }

  async #body(head: WireResponse, method: string): Promise<WireResponse> {
    const { status, reason, lines } = head
    const of = (body: string, whole: boolean): WireResponse =>
      responseOf(status, reason, lines, { body, trailers: [], chunks: null, whole })
    const [length, coding] = [head.field('content-length'), head.field('transfer-encoding')]
    if (length !== null && coding !== null) throw new Error('A length and a coding in one response')
    if (length !== null && !/^[0-9]+$/.test(length)) throw new Error(`No length: ${length}`)
    if (method === 'HEAD' || status === 204 || status === 304 || status === 101) {
      if (coding !== null && status !== 304 && method !== 'HEAD') throw new Error(`A coding in a ${status}`)
      return of('', true)
    }
    if (method === 'CONNECT' && status < 300) return of('', true)
    if (length !== null) {
      const body = await this.octets(Number(length))
      return of(body, body.length === Number(length))
    }
    if (coding === null) {
      const body = await this.rest()
      return of(body, this.#ending === 'end')
    }
    if (coding !== 'chunked') throw new Error(`Unknown coding: ${coding}`)
    return this.#chunked(head)
  }

  async #chunked({ status, reason, lines }: WireResponse): Promise<WireResponse> {
    const chunks: number[] = []
    let body = ''
    try {
      for (;;) {
        const size = /^([0-9a-fA-F]+)\r\n$/.exec(await this.until('\r\n'))
        if (size === null) throw new Error('No chunk size')
        const octets = Number.parseInt(size[1]!, 16)
        if (octets === 0) break
        const data = await this.octets(octets)
        body += data
        if (data.length < octets) throw new Error('The connection ended within a chunk')
        if ((await this.until('\r\n')) !== '\r\n') throw new Error('A chunk longer than its size')
        chunks.push(octets)
      }
      const trailers: (readonly [string, string])[] = []
      for (let line = await this.until('\r\n'); line !== '\r\n'; line = await this.until('\r\n')) {
        trailers.push(fieldLine(line.slice(0, -2)))
      }
      return responseOf(status, reason, lines, { body, trailers, chunks, whole: true })
    } catch (error) {
      if (this.#ending === null) throw error
      return responseOf(status, reason, lines, { body, trailers: [], chunks, whole: false })
    }
  }

  #take(count: number): string {
    const octets = this.#received.slice(0, count)
    this.#received = this.#received.slice(count)
    return octets
  }

  #more(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve))
  }

  #ended(ending: Ending): void {
    this.#ending ??= ending
    this.#wake()
  }

  #wake(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const resolve of waiting) resolve()
  }
}

/** Resolves once nobody listens on a port any more, and says how that shows. */
export async function refused(port: number): Promise<unknown> {
  for (;;) {
    const tried = await WireClient.connect(port).catch((error: NodeJS.ErrnoException) => error.code)
    if (tried instanceof WireClient) tried.reset()
    else if (tried !== 'ECONNRESET') return tried
  }
}

/** Text as octets, one for each character. Throws for a character that is none. */
export function octetsOf(text: string): Buffer {
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) > 0xff) throw new Error(`No octet: ${JSON.stringify(text[at])}`)
  }
  return Buffer.from(text, 'latin1')
}

function fieldLine(line: string): readonly [name: string, value: string] {
  const parts = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[\t ]*([\t\x20-\x7e\x80-\xff]*?)[\t ]*$/.exec(line)
  if (parts === null) throw new Error(`No field line: ${JSON.stringify(line)}`)
  return [parts[1]!, parts[2]!]
}

function responseOf(
  status: number,
  reason: string,
  lines: WireResponse['lines'],
  rest: Pick<WireResponse, 'body' | 'trailers' | 'chunks' | 'whole'>,
): WireResponse {
  const field = (name: string): string | null => {
    const values = lines.filter(([one]) => one.toLowerCase() === name)
    if (values.length > 1) throw new Error(`Field ${name} came ${values.length} times`)
    return values[0]?.[1] ?? null
  }
  return { status, reason, lines, ...rest, field }
}
