/**
 * Memory of octets that nobody needs any more, given back at once instead of with the next collection.
 *
 * Each read of a socket brings up to 64 KiB of its own. V8 lets buffers of some 100 MiB gather before
 * it collects them: more than a small server may take altogether, and slower, for each is new memory.
 *
 * @module
 */

/** Fewer bytes than these are not worth a call. */
const WORTH = 4 * 1024

/**
 * Gives back the memory below octets that a socket has brought: all of it, so nobody may have any part of
 * it. Whoever still looks at it sees nothing. Nothing is done below TLS, where newer Nodes read on into the
 * memory that they have handed out.
 */
export function spent(buffer: ArrayBufferLike, from: object): void {
  if (buffer.byteLength < WORTH || 'encrypted' in from) return
  try {
    detach(buffer as ArrayBuffer)
  } catch {} // Node's own, of which it lends parts: left to the collection
}

interface Transferable extends ArrayBuffer {
  transfer?(length: number): ArrayBuffer
}

const detach: (buffer: ArrayBuffer) => void =
  'transfer' in ArrayBuffer.prototype ? (buffer: Transferable) => void buffer.transfer!(0) : byMessage()

// What is sent away is gone, also where nobody receives it (HTML, "postMessage" of a port, step 5).
function byMessage(): (buffer: ArrayBuffer) => void {
  const { port1, port2 } = new MessageChannel()
  port1.close()
  port2.close()
  return (buffer) => port1.postMessage(null, [buffer])
}
