/**
 * Links: ordered ways for frames to a worker and back.
 *
 * @module
 */
import type { Duplex, Readable, Writable } from 'node:stream'
import type { MessagePort, Worker } from 'node:worker_threads'
import { Fault } from '../fault.ts'
import { eachFrame, encodeFrame, FrameReader } from '../wire/frames/codec.ts'
import type { Frame } from '../wire/frames/frame.ts'
import { Outbox } from './outbox.ts'
import { MAX_UNREAD, roomIn } from './room.ts'
import type { Turn } from './turn.ts'

/** What a link tells its owner. Nothing comes after `ended`, which comes once. */
export interface LinkOwner {
  frame(frame: Frame): void
  /**
   * Why it ended: for messages and the log. `unheard` is the first call that the far side has not heard of and never
   * will, nor of those behind it; left out where nobody can tell.
   */
  ended(reason: string, unheard?: number): void
}

export interface Link {
  /** Sends a frame; after the end, nothing. */
  send(frame: Frame): void
  /**
   * At whose end what is sent leaves. Of a worker's link: where calls that are worked at make it long, nothing waits
   * for its end.
   */
  readonly turn?: Turn
  /** Ends the link, and tells the other side. Idempotent. */
  end(reason: string): void
  /** Null while the far side takes what is sent; else kept when it may again. Absent where nobody can tell. */
  readonly room?: () => Promise<void> | null
}

/**
 * A link over a pair of byte streams, such as a child's standard input and output.
 *
 *   lost   is told why when a stream is over or broke, and calls back with that reason or a better one
 */
export function byteLink(
  readable: Readable,
  writable: Writable,
  owner: LinkOwner,
  lost: (reason: string, end: (reason: string) => void) => void = (reason, end) => end(reason),
): Link {
  const reader = new FrameReader()
  const outbox = new Outbox((bytes) => void (over || writable.write(bytes)))
  let over = false
  let losing = false
  const end = (reason: string): void => {
    if (over) return
    outbox.flush()
    over = true
    if ((readable as unknown) === writable) flush(readable as unknown as Duplex)
    else {
      readable.destroy()
      writable.end()
    }
    owner.ended(reason)
  }
  const lose = (reason: string): void => {
    if (over || losing) return
    losing = true
    lost(reason, end)
  }
  const close = (): void => lose(reader.isBetween ? 'the link ended' : 'the link ended within a frame')
  readable.on('data', (bytes: Buffer) => {
    if (over) return
    try {
      for (const frame of reader.feed(bytes)) {
        owner.frame(frame)
        if (over) return
      }
    } catch (error) {
      end(messageOf(error))
    }
  })
  readable.on('end', close)
  readable.on('close', close)
  readable.on('error', (error) => lose(error.message))
  writable.on('error', (error) => lose(error.message))
  return {
    send: (frame) => void (over || outbox.send(frame)),
    turn: outbox.turn,
    end,
    room: roomIn(writable),
  }
}

/** Octets from which handing a buffer over to a thread costs less than copying it. */
const LARGE = 4_096
/** Milliseconds for the last frames to leave, once a link over a socket is ended. */
const FLUSH_MS = 1_000

export interface LinkOptions {
  /**
   * True to take nothing more from a peer while it does not take what waits for it. For workers alone, or
   * the two would wait for each other.
   */
  readonly polite?: boolean
}

/** A link over one connection. */
export function socketLink(socket: Duplex, owner: LinkOwner, { polite = false }: LinkOptions = {}): Link {
  const link = byteLink(socket, socket, owner)
  if (polite) {
    socket.on('data', () => {
      if (socket.isPaused() || socket.writableLength <= MAX_UNREAD) return
      socket.pause()
      socket.once('drain', () => socket.resume())
    })
  }
  return link
}

/** A link over a thread's message port, where a message is whole frames, and null says that none follows. */
export function portLink(port: MessagePort | Worker, owner: LinkOwner): Link {
  const outbox = new Outbox((bytes) => void (over || post(port, bytes)))
  let over = false
  const ended = (reason: string): void => {
    if (over) return
    over = true
    owner.ended(reason)
  }
  const end = (reason: string): void => {
    if (over) return
    outbox.flush()
    port.postMessage(null)
    ended(reason)
  }
  const take = (frame: Frame): boolean => {
    owner.frame(frame)
    return !over
  }
  port.on('message', (message: unknown) => {
    if (over) return
    if (message === null) return ended('the other side ended the link')
    try {
      if (!(message instanceof Uint8Array))
        throw new Fault('frame_faulty', { reason: 'a message that is no bytes' })
      eachFrame(message, take)
    } catch (error) {
      end(messageOf(error))
    }
  })
  port.on('messageerror', (error) => end(error.message))
  port.on('close', () => ended('the link was closed'))
  return { send: (frame) => void (over || outbox.send(frame)), turn: outbox.turn, end }
}

/** One message, for what is sent beside a link. */
export function postFrame(port: MessagePort | Worker, frame: Frame): void {
  post(port, encodeFrame(frame))
}

// One stream both ways: what was sent goes out first, and what still comes is let go of.
function flush(socket: Duplex): void {
  socket.end(() => socket.destroy())
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), FLUSH_MS)
  socket.once('close', () => clearTimeout(timer))
}

// A view would be cloned with all of the buffer behind it. What is large is handed over and not copied.
function post(port: MessagePort | Worker, bytes: Uint8Array): void {
  const isWhole = bytes.byteLength === bytes.buffer.byteLength
  if (isWhole && bytes.byteLength > LARGE) port.postMessage(bytes, [bytes.buffer as ArrayBuffer])
  else port.postMessage(isWhole ? bytes : bytes.slice())
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
