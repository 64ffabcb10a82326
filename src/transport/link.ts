/**
 * Links: ordered ways for frames to a worker and back.
 *
 * @module
 */
import type { Readable, Writable } from 'node:stream'
import type { MessagePort, Worker } from 'node:worker_threads'
import { Fault } from '../fault.ts'
import { encodeFrame, FrameReader } from '../wire/frames/codec.ts'
import { type Frame, isFrameType, MAX_FRAME } from '../wire/frames/frame.ts'

/** What a link tells its owner. Nothing comes after `ended`, which comes once. */
export interface LinkOwner {
  frame(frame: Frame): void
  /** Why it ended: for messages and the log. */
  ended(reason: string): void
}

export interface Link {
  /** Sends a frame; after the end, nothing. */
  send(frame: Frame): void
  /** Ends the link. Idempotent. */
  end(reason: string): void
}

/** A link over a pair of byte streams, such as a child's standard input and output. */
export function byteLink(readable: Readable, writable: Writable, owner: LinkOwner): Link {
  const reader = new FrameReader()
  let over = false
  const end = (reason: string): void => {
    if (over) return
    over = true
    readable.destroy()
    writable.end()
    owner.ended(reason)
  }
  readable.on('data', (bytes: Buffer) => {
    if (over) return
    try {
      for (const frame of reader.feed(bytes)) if (!over) owner.frame(frame)
    } catch (error) {
      end(messageOf(error))
    }
  })
  readable.on('end', () => end(reader.isBetween ? 'the link ended' : 'the link ended within a frame'))
  readable.on('error', (error) => end(error.message))
  readable.on('close', () => end('the link was closed'))
  writable.on('error', (error) => end(error.message))
  return { send: (frame) => void (over || writable.write(encodeFrame(frame))), end }
}

/** A link over a thread's message port, where null says that no frame follows. */
export function portLink(port: MessagePort | Worker, owner: LinkOwner): Link {
  let over = false
  const end = (reason: string): void => {
    if (over) return
    over = true
    owner.ended(reason)
  }
  port.on('message', (message: unknown) => {
    if (over) return
    if (message === null) return end('the other side ended the link')
    try {
      owner.frame(checkedFrame(message))
    } catch (error) {
      end(messageOf(error))
    }
  })
  port.on('messageerror', (error) => end(error.message))
  return { send: (frame) => void (over || port.postMessage(frame)), end }
}

function checkedFrame(message: unknown): Frame {
  const { type, call, payload } = (message ?? {}) as Partial<Frame>
  if (!isFrameType(type) || typeof call !== 'number' || !(payload instanceof Uint8Array)) {
    throw new Fault('frame_faulty', { reason: 'a message that is no frame' })
  }
  if (payload.byteLength > MAX_FRAME)
    throw new Fault('frame_faulty', { reason: `a frame of ${payload.byteLength} octets` })
  return { type, call, payload }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
