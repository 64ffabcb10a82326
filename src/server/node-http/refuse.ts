/**
 * What `node:http` itself cannot parse: its client errors as our faults.
 *
 * @module
 */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { answer } from '../../call/answer.ts'
import type { Limits } from '../../contract.ts'
import { Fault } from '../../fault.ts'

/** Answers a connection whose request did not parse, and closes it. */
export function refuseUnparsed(
  error: Error & { readonly code?: string },
  socket: Duplex,
  limits: Limits,
): void {
  // A reset leaves nobody to answer; an answer already begun cannot be taken back.
  const begun = (socket as { readonly _httpMessage?: { readonly headersSent: boolean } | null })._httpMessage
    ?.headersSent
  if (!socket.writable || error.code === 'ECONNRESET' || begun === true) {
    socket.destroy()
    return
  }
  const [status, contentType, , body] = answer(faultOf(error, limits))
  const text = body as string // ASCII: problems of the head quote what is not
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\ncontent-type: ${contentType ?? ''}\r\n` +
      `content-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\ndate: ${new Date().toUTCString()}\r\n\r\n${text}`,
    () => socket.destroy(),
  )
}

/** Answers 417 to an expectation other than 100-continue (RFC 9110 10.1.1). */
export function refuseExpectation(req: IncomingMessage, res: ServerResponse): void {
  const [status, contentType, , body] = answer(
    new Fault('expectation_unmet', { expect: req.headers.expect ?? '' }),
  )
  res.writeHead(status, { 'content-type': contentType ?? '', connection: 'close' }).end(body as string)
}

function faultOf(error: Error & { readonly code?: string }, limits: Limits): Fault {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return new Fault('head_too_large', { limit: limits.head })
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Fault('head_timeout', { limitMs: limits.headTimeoutMs })
    default:
      return new Fault('head_faulty', { reason: reasonOf(error) })
  }
}

// llhttp's reason is a sentence of its own and quotes nothing of the request.
function reasonOf(error: Error & { readonly reason?: unknown }): string {
  return typeof error.reason === 'string' ? error.reason : 'it does not parse'
}
