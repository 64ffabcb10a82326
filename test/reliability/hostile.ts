/**
 * Clients that do harm, each in another way. None waits for the server but by its own timeouts, and what
 * it answers is not judged here.
 *
 * @module
 */
import { connect, type Socket } from 'node:net'

type Attack = (socket: Socket) => void

/** Longer than the server waits. */
const AWAY_MS = 5_000
const HEAD = 'Host: a.example\r\n'

/** Writes, and leaves with FIN or RST once it is written. */
const leave =
  (octets: string, how: 'destroy' | 'resetAndDestroy'): Attack =>
  (socket) =>
    void socket.write(octets, 'latin1', () => socket[how]())

/** Writes, and waits for the server to end it. */
const stay =
  (octets: string): Attack =>
  (socket) =>
    void socket.write(octets, 'latin1')

const ATTACKS: readonly Attack[] = [
  // Cut off.
  leave('GET /at-once HT', 'destroy'),
  leave(`GET /streamed HTTP/1.1\r\n${HEAD}\r\n`, 'resetAndDestroy'),
  leave(`POST /read HTTP/1.1\r\n${HEAD}Content-Length: 100000\r\n\r\n${'x'.repeat(30_000)}`, 'destroy'),
  leave(`POST /flow HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\nffff\r\nabc`, 'resetAndDestroy'),
  leave(`GET /endless HTTP/1.1\r\n${HEAD}\r\n`, 'destroy'),
  // Too large.
  stay(`GET /${'a'.repeat(20_000)} HTTP/1.1\r\n${HEAD}\r\n`),
  stay(`GET / HTTP/1.1\r\n${HEAD}${'X-A: b\r\n'.repeat(200)}\r\n`),
  stay(`GET / HTTP/1.1\r\n${HEAD}X-A: ${'b'.repeat(100_000)}\r\n\r\n`),
  stay(`POST /read HTTP/1.1\r\n${HEAD}Content-Length: 99999999\r\n\r\n`),
  stay(`POST /flow HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n3;${'e'.repeat(20_000)}\r\nabc`),
  // Too slow.
  stay(''),
  stay(`GET /at-once HTTP/1.1\r\n${HEAD}X-Slow: `),
  stay(`POST /read HTTP/1.1\r\n${HEAD}Content-Length: 10\r\n\r\nabc`),
  takeNothing,
  // No HTTP, or what two parsers read two ways.
  stay('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'),
  stay('\x00\xff'.repeat(500)),
  stay('GET / HTTP/9.9\r\n\r\n'),
  stay(`POST /read HTTP/1.1\r\n${HEAD}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`),
  stay(`GET /at-once HTTP/1.1\r\n${HEAD}X-A : b\r\n\r\n`),
  stay(`${`GET /later HTTP/1.1\r\n${HEAD}\r\n`.repeat(100)}garbage\r\n\r\n`),
]

/**
 * Asks for a stream without an end, and reads none of it until the server has given up. Where a busy
 * machine has kept the server from that, it leaves: it would read for ever.
 */
function takeNothing(socket: Socket): void {
  socket.pause().write(`GET /endless HTTP/1.1\r\n${HEAD}\r\n`)
  const resumed = setTimeout(() => socket.resume(), AWAY_MS)
  const left = setTimeout(() => socket.destroy(), 2 * AWAY_MS)
  socket.once('close', () => {
    clearTimeout(resumed)
    clearTimeout(left)
  })
}

/** Does the n-th kind of harm; resolves when its connection is gone. */
export function attack(port: number, n: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.on('error', () => {})
    socket.once('close', () => resolve())
    socket.resume()
    socket.once('connect', () => ATTACKS[n % ATTACKS.length]!(socket))
  })
}
