/**
 * Links over WebSockets: each frame is one binary message. Both ends, in browsers and on Node.
 *
 * @module
 */
import { decodeMessageFrame, encodeMessageFrame } from '../../wire/frames/codec.ts'
import type { Link, LinkOwner } from '../link.ts'

/** Of `sec-websocket-protocol`: what is spoken, and its version. */
export const PROTOCOL = 'hagaki.frames.1'

/** What browsers' WebSockets and those of `ws` have in common. */
export interface AnyWebSocket {
  binaryType: string
  readonly readyState: number
  send(bytes: Uint8Array<ArrayBuffer>): void
  close(code?: number, reason?: string): void
  addEventListener(type: string, listener: (event: never) => void): void
}

const OPEN = 1
/** RFC 6455 7.4.1, and 7.4.2 for the other, which is between the two ends. */
const NORMAL = 1_000
const BROKEN = 4_000

/** A link whose frames wait until the socket is open. `opened` hears that it is. */
export function webSocketLink(socket: AnyWebSocket, owner: LinkOwner, opened: () => void = () => {}): Link {
  let isOver = false
  const waiting: Uint8Array<ArrayBuffer>[] = []
  const ended = (reason: string): void => {
    if (isOver) return
    isOver = true
    owner.ended(reason)
  }
  const end = (reason: string): void => {
    if (isOver) return
    close(socket, reason)
    ended(reason)
  }
  socket.binaryType = 'arraybuffer'
  socket.addEventListener('open', () => {
    for (const bytes of waiting.splice(0)) socket.send(bytes)
    opened()
  })
  socket.addEventListener('message', ({ data }: { readonly data: unknown }) => {
    if (isOver) return
    if (!(data instanceof ArrayBuffer)) return end('Link closed: a message that is no frame')
    try {
      owner.frame(decodeMessageFrame(new Uint8Array(data)))
    } catch (error) {
      end(error instanceof Error ? error.message : String(error))
    }
  })
  socket.addEventListener('error', ({ message }: { readonly message?: string }) =>
    ended(message ?? 'the connection failed'),
  )
  socket.addEventListener('close', ({ reason }: { readonly reason?: string }) =>
    ended(reason === undefined || reason === '' ? 'the link ended' : reason),
  )
  return {
    send: (frame) => {
      if (isOver) return
      const bytes = encodeMessageFrame(frame) as Uint8Array<ArrayBuffer>
      if (socket.readyState === OPEN) socket.send(bytes)
      else waiting.push(bytes)
    },
    end,
  }
}

// At most 123 octets of UTF-8 (RFC 6455 5.5); in a browser a longer reason would throw.
function close(socket: AnyWebSocket, reason: string): void {
  const told = reason.replaceAll(/[^ -~]/g, '?').slice(0, 123)
  socket.close(reason.startsWith('Link closed') ? BROKEN : NORMAL, told)
}
