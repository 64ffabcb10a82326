/**
 * What is needed of `ws`, and how its sockets are kept from doing harm.
 *
 * @module
 */
import type { Duplex } from 'node:stream'
import type { RequestHeaders } from '../../contract.ts'
import { MAX_UNREAD } from '../room.ts'
import type { FrameWorker } from '../worker.ts'
import type { AnyWebSocket } from './link.ts'

export interface WsSocket extends AnyWebSocket {
  readonly bufferedAmount: number
  ping(): void
  pause(): void
  resume(): void
  terminate(): void
  on(event: 'pong' | 'close' | 'message' | 'error', listener: () => void): unknown
}

export interface WsServer {
  handleUpgrade(
    request: UpgradeRequest,
    socket: Duplex,
    early: Uint8Array,
    taken: (socket: WsSocket) => void,
  ): void
}

interface UpgradeRequest {
  readonly method: 'GET'
  readonly headers: { readonly [name: string]: string }
}

/** Milliseconds until a client has said hello. */
const HELLO_MS = 10_000
/** Milliseconds between two pings; who has not answered one when the next is due is gone. */
const PING_MS = 30_000

/**
 * The arguments with which `ws` takes over a connection whose handshake is answered: the head that it
 * writes first goes nowhere.
 */
export function withoutHead(duplex: Duplex, headers: RequestHeaders): [UpgradeRequest, Duplex, Uint8Array] {
  const own = Object.getOwnPropertyDescriptor(duplex, 'write')
  const value = (): boolean => {
    if (own === undefined) Reflect.deleteProperty(duplex, 'write')
    else Object.defineProperty(duplex, 'write', own)
    return true
  }
  Object.defineProperty(duplex, 'write', { configurable: true, value })
  // What HTTP/2 has no fields for, and was looked at before.
  const told = {
    ...headers,
    upgrade: 'websocket',
    'sec-websocket-key': headers['sec-websocket-key'] ?? NO_KEY,
  }
  return [{ method: 'GET', headers: told }, duplex, Buffer.alloc(0)]
}

const NO_KEY = 'AAAAAAAAAAAAAAAAAAAAAA=='

/** Ends what says no hello or does not live, and reads no more of who does not read. */
export function livesOn(socket: WsSocket, worker: FrameWorker, duplex: Duplex): void {
  const hello = setTimeout(() => {
    if (!worker.isOpen) worker.end('no hello came')
  }, HELLO_MS)
  let isAlive = true
  const pings = setInterval(() => {
    if (!isAlive) return socket.terminate()
    isAlive = false
    socket.ping()
  }, PING_MS)
  pings.unref()
  socket.on('pong', () => {
    isAlive = true
  })
  let isHeld = false
  socket.on('message', () => {
    if (isHeld || socket.bufferedAmount <= MAX_UNREAD) return
    isHeld = true
    socket.pause()
    duplex.once('drain', () => {
      isHeld = false
      socket.resume()
    })
  })
  socket.on('error', () => {}) // the link hears of it as well
  socket.on('close', () => {
    clearTimeout(hello)
    clearInterval(pings)
  })
}
