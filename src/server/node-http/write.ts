/**
 * What an exchange writes through Node's response besides the body.
 *
 * @module
 */
import type { ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { ResponseHeaders } from '../../contract.ts'
import { flatFields } from '../../value/fields.ts'
import { reasonPhrase } from '../../value/status.ts'
import { utf8Bytes } from '../../value/utf8.ts'

/** Writes the head. `fields` are flat pairs, in which a name may come again. */
export function writeHead(res: ServerResponse, status: number, phrase: string, fields: string[]): void {
  if (res.getHeaderNames().length === 0) {
    res.writeHead(status, phrase, fields)
    return
  }
  // A listener before ours has set fields: then Node would send the last of ours alone.
  for (let at = 0; at < fields.length; at += 2) res.removeHeader(fields[at]!)
  for (let at = 0; at < fields.length; at += 2) res.appendHeader(fields[at]!, fields[at + 1]!)
  res.writeHead(status, phrase)
}

/** Sends the head ahead of the first chunk. `flushHeaders` would encode it as UTF-8 (7). */
export function flushHead(res: ServerResponse): void {
  res.write('', 'latin1')
}

/** A body that Node sends in one string with the head, and encoding, must be ASCII if the head is not (7). */
export function besideHead(
  body: string | Uint8Array | null,
  fields: readonly string[],
): Uint8Array | string | null {
  return typeof body === 'string' && fields.some((text) => NOT_ASCII.test(text)) ? utf8Bytes(body) : body
}

const NOT_ASCII = /[\x80-\xff]/

/**
 * Writes 103 with whatever fields: Node's own `writeEarlyHints` sends none without `link`, and one
 * `link` alone. Does nothing while an earlier answer of the connection is being sent.
 */
export function writeHints(res: ServerResponse, fields: ResponseHeaders): void {
  // Our end of the connection may be over, by the client's doing or Node's, and no hint worth an error.
  if (res.headersSent || res.socket?.writable !== true) return
  const flat = flatFields(fields)
  let head = `HTTP/1.1 103 ${reasonPhrase(103)}\r\n`
  for (let at = 0; at < flat.length; at += 2) head += `${flat[at]!}: ${flat[at + 1]!}\r\n`
  res.socket.write(`${head}\r\n`, 'latin1')
}

export function writeTrailers(res: ServerResponse, fields: ResponseHeaders | null): void {
  const flat = flatFields(fields ?? {})
  const lines: [string, string][] = []
  for (let at = 0; at < flat.length; at += 2) lines.push([flat[at]!, flat[at + 1]!])
  res.addTrailers(lines)
}

/**
 * Ends a connection within a body. One that its end would complete, as in HTTP/1.0, is reset,
 * where the connection can be: over TLS the missing end of the session shows it.
 */
export function cutVisibly(res: ServerResponse, socket: Socket, http: '1.0' | '1.1'): void {
  const resets = http === '1.0' && socket instanceof Socket && !('encrypted' in socket)
  // What was written goes out first.
  res.uncork()
  res.destroyed = true
  socket.uncork()
  if (resets && socket.remotePort !== undefined) socket.resetAndDestroy()
  else socket.destroy()
}
