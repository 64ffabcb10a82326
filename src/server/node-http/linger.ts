/**
 * Ending an answer while the request is still arriving.
 *
 * A connection closed with unread octets is reset, and the reset may overtake the answer. So what
 * is left of a body is read and thrown away: within a bound, to keep the connection; within a
 * second, to let the client see its answer before the connection closes.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Limits } from '../../contract.ts'

const LINGER_MS = 1_000

/** True when what is left of the request is small enough to be read for the connection's sake. */
export function keepsConnection(req: IncomingMessage, limits: Limits): boolean {
  if (isRead(req)) return true
  if (req.headers.expect !== undefined) return false // the client may or may not send it now
  const length = req.headers['content-length']
  return length !== undefined && Number(length) <= limits.unread
}

/**
 * Sends the last octets. When the connection does not last, lingers before it closes, and says so:
 * the answer is then out although the response has not ended.
 */
export function endAnswer(
  req: IncomingMessage,
  res: ServerResponse,
  body: string | Uint8Array | null,
  lasts: boolean,
): void {
  if (lasts || isRead(req)) {
    // Node itself reads away what is left once the answer is out.
    if (body === null) res.end()
    else res.end(body)
    return false
  }
  if (body === null) res.flushHeaders()
  else res.write(body)
  const close = (): void => {
    clearTimeout(timer)
    req.off('end', close).off('close', close)
    res.end()
  }
  const timer = setTimeout(close, LINGER_MS)
  req.on('end', close).on('close', close)
  req.resume()
  return true
}

function isRead(req: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': coding } = req.headers
  return req.complete || (coding === undefined && (length === undefined || Number(length) === 0))
}
