/**
 * What is left of a request body that nobody reads: thrown away, as `Rests` has it.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http'
import { empty } from '../plug.ts'
import type { Rests } from '../rests.ts'

const LEFT = new WeakSet<IncomingMessage>()

/** Throws away what Node holds of the body, and what still comes. Again, it does nothing. */
export function throwAway(req: IncomingMessage, rests: Rests): void {
  if (LEFT.has(req)) return
  LEFT.add(req)
  if (req.listenerCount('data') > 0) return void req.resume() // others look on, and see nothing but what was sent
  req.pause().on('data', (octets: Uint8Array) => rests.received(req, octets, req.socket))
  // What has come with the head is not there before all of the read was parsed.
  process.nextTick(() => {
    if (!req.complete && req.readableLength > 0) empty(req)
    rests.waits(req)
  })
}
