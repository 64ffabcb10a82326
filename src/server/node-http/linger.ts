/**
 * Ending an answer while the request is still arriving.
 *
 * A connection closed with unread octets is reset, and the reset may overtake the answer. So what
 * is left of a body is read and thrown away: within a bound, to keep the connection; until a second
 * is over in which nothing comes, to let the client see its answer before the connection closes.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Limits } from '../../contract.ts'
import { LINGER_MS, LINGER_SENDING_MS } from '../lingering.ts'
import type { Rests } from '../rests.ts'
import { throwAway } from './rest.ts'

/** Who is left to linger. */
export interface Lingering {
  readonly rests: Rests
  /** True once the server stops: then nobody has more than the first second. */
  readonly draining: boolean
}

/** True when what is left of the request is small enough to be read for the connection's sake. */
export function keepsConnection(req: IncomingMessage, limits: Limits): boolean {
  if (isRead(req)) return true
  if (req.headers.expect !== undefined) return false // the client may or may not send it now
  const length = req.headers['content-length']
  return length !== undefined && Number(length) <= limits.unread
}

/**
 * Sends the last octets of an answer. When the connection does not last, where `lingering` is given, lingers
 * before it closes, and says so: the response then ends later.
 */
export function endAnswer(
  req: IncomingMessage,
  res: ServerResponse,
  body: string | Uint8Array | null,
  lingering: Lingering | null,
): boolean {
  if (lingering === null || isRead(req)) {
    if (body === null) res.end()
    else res.end(body)
    // Node reads on only where nobody has begun to.
    if (lingering === null && hasBody(req)) req.resume()
    return false
  }
  if (body === null) res.flushHeaders()
  else res.write(body)
  const { rests } = lingering
  const { socket } = req // ends without the request where the rest of it did not parse
  const over = (): void => {
    clearTimeout(quiet)
    clearTimeout(whole)
    req.off('end', over).off('close', over)
    socket.off('end', over)
    rests.forget(req)
    res.end()
  }
  const quiet = setTimeout(over, LINGER_MS)
  const whole = setTimeout(over, LINGER_SENDING_MS)
  req.on('end', over).on('close', over)
  socket.on('end', over)
  throwAway(req, rests)
  req.on('data', () => {
    if (!lingering.draining) quiet.refresh()
  })
  return true
}

/** Ends a connection that Node does not look after, with `last` as its last octets. */
export function closeGently(socket: Duplex, last = ''): void {
  const timer = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.once('close', () => clearTimeout(timer)) // by itself, once both sides have ended
  socket.end(last, 'latin1')
  socket.resume()
}

/** True when a body follows the head, however long. */
export function hasBody({ headers }: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': coding } = headers
  return coding !== undefined || (length !== undefined && Number(length) > 0)
}

function isRead(req: IncomingMessage): boolean {
  return req.complete || !hasBody(req)
}
