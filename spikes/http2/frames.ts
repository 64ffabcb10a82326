/**
 * A client that sends what no good client would: frames written by hand. For tests alone.
 *
 * @module
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
export const DATA = 0
export const HEADERS = 1
export const RST_STREAM = 3
export const SETTINGS = 4
export const PING = 6
export const GOAWAY = 7
export const WINDOW_UPDATE = 8
export const CONTINUATION = 9
export const END_STREAM = 1
export const END_HEADERS = 4

export interface Frame {
  readonly type: number
  readonly flags: number
  readonly stream: number
  readonly payload: Buffer
}

/** One frame (RFC 9113 4.1). */
export function frame(
  type: number,
  flags: number,
  stream: number,
  payload: Uint8Array = Buffer.alloc(0),
): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.byteLength, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** The payload of RST_STREAM and WINDOW_UPDATE. */
export function uint32(value: number): Buffer {
  const payload = Buffer.alloc(4)
  payload.writeUInt32BE(value)
  return payload
}

/** Fields as literals without indexing and without Huffman (RFC 7541 6.2.2); under 127 octets each. */
export function block(fields: readonly (readonly [string, string])[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([name, value]) => [
      Buffer.from([0, name.length]),
      Buffer.from(name, 'latin1'),
      Buffer.from([value.length]),
      Buffer.from(value, 'latin1'),
    ]),
  )
}

export const GET: readonly (readonly [string, string])[] = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/'],
  [':authority', 'a.test'],
]

export class RawClient {
  readonly socket: Socket
  readonly frames: Frame[] = []
  #rest: Buffer = Buffer.alloc(0)

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('error', () => {})
    socket.on('data', (bytes: Buffer) => this.#take(bytes))
  }

  /** Connects, and sends the preface with empty settings. */
  static async connect(port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const client = new RawClient(socket)
    socket.write(PREFACE)
    socket.write(frame(SETTINGS, 0, 0))
    return client
  }

  send(...frames: readonly Uint8Array[]): void {
    this.socket.write(Buffer.concat(frames))
  }

  /** The first frame that fits, now or when it comes; rejects when the connection is over without it. */
  until(fits: (frame: Frame) => boolean): Promise<Frame> {
    return new Promise((resolve, reject) => {
      const over = (settle: () => void): void => {
        this.socket.off('frames', look).off('close', gone)
        settle()
      }
      const look = (): void => {
        const found = this.frames.find(fits)
        if (found !== undefined) over(() => resolve(found))
      }
      const gone = (): void => over(() => reject(new Error('closed without that frame')))
      this.socket.on('frames', look).on('close', gone)
      look()
    })
  }

  /** The first frame that fits, and forgets it and all before. */
  async next(fits: (frame: Frame) => boolean): Promise<Frame> {
    const found = await this.until(fits)
    this.frames.splice(0, this.frames.indexOf(found) + 1)
    return found
  }

  #take(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes])
    for (;;) {
      if (this.#rest.length < 9) break
      const end = 9 + this.#rest.readUIntBE(0, 3)
      if (this.#rest.length < end) break
      const [type, flags] = [this.#rest[3]!, this.#rest[4]!]
      const stream = this.#rest.readUInt32BE(5) & 0x7fffffff
      this.frames.push({ type, flags, stream, payload: this.#rest.subarray(9, end) })
      this.#rest = this.#rest.subarray(end)
    }
    this.socket.emit('frames')
  }
}
