/**
 * Links: ordered ways for frames to a worker and back.
 *
 * @module
 */
import type { Duplex, Readable, Writable } from 'node:stream'
import type { MessagePort, Worker } from 'node:worker_threads'
import { Fault } from '../fault.ts'
import { FrameReader } from '../wire/frames/codec.ts'
import { type Frame, frameFlaw, MAX_CALL } from '../wire/frames/frame.ts'
import { Outbox } from './outbox.ts'

/** What a link tells its owner. Nothing comes after `ended`, which comes once. */
export interface LinkOwner {
  frame(frame: Frame): void
  /** Why it ended: for messages and the log. */
  ended(reason: string): void
}

export interface Link {
  /** Sends a frame; after the end, nothing. */
  send(frame: Frame): void
  /** Ends the link, and tells the other side. Idempotent. */
  end(reason: string): void
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
  return { send: (frame) => void (over || outbox.send(frame)), end }
}

/** Milliseconds for the last frames to leave, once a link over a socket is ended. */
const FLUSH_MS = 1_000
/** Octets that may wait for a peer that does not read; it is then not read either. */
const MAX_UNREAD = 1_048_576

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

/** A link over a thread's message port, where null says that no frame follows. */
export function portLink(port: MessagePort | Worker, owner: LinkOwner): Link {
  let over = false
  const ended = (reason: string): void => {
    if (over) return
    over = true
    owner.ended(reason)
  }
  const end = (reason: string): void => {
    if (over) return
    port.postMessage(null)
    ended(reason)
  }
  port.on('message', (message: unknown) => {
    if (over) return
    if (message === null) return ended('the other side ended the link')
    try {
      owner.frame(checkedFrame(message))
    } catch (error) {
      end(messageOf(error))
    }
  })
  port.on('messageerror', (error) => end(error.message))
  port.on('close', () => ended('the link was closed'))
  return { send: (frame) => void (over || post(port, frame)), end }
}

// One stream both ways: what was sent goes out first, and what still comes is let go of.
function flush(socket: Duplex): void {
  socket.end(() => socket.destroy())
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), FLUSH_MS)
  socket.once('close', () => clearTimeout(timer))
}

// A view would be cloned with all of the buffer behind it: the rest of a large body, or what else
// happens to lie in a pool.
function post(port: MessagePort | Worker, { type, call, payload }: Frame): void {
  const own = new Uint8Array(payload)
  port.postMessage({ type, call, payload: own }, [own.buffer])
}

function checkedFrame(message: unknown): Frame {
  const { type, call, payload } = (message ?? {}) as Partial<Frame>
  if (!(payload instanceof Uint8Array) || !Number.isInteger(call) || call! < 0 || call! > MAX_CALL)
    throw new Fault('frame_faulty', { reason: 'a message that is no frame' })
  const flaw = frameFlaw(type, payload.byteLength)
  if (flaw !== null) throw new Fault('frame_faulty', { reason: flaw })
  return { type: type!, call: call!, payload }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
