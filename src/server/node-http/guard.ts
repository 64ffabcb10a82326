/**
 * Connections that nobody listens to yet.
 *
 * @module
 */
import type { Duplex } from 'node:stream'

/** Before the first octet: without a listener, an error of the connection ends the process. */
export function guard(socket: Duplex): void {
  if (socket.listenerCount('error') === 0) socket.on('error', () => {})
}
