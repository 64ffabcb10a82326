/**
 * What `node:http` itself cannot parse: its client errors as our faults.
 *
 * @module
 */
import type { Duplex } from 'node:stream'
import { answer } from '../../call/answer.ts'
import type { Limits } from '../../contract.ts'
import { Fault } from '../../fault.ts'
import { reasonPhrase } from '../../value/status.ts'
import { Connection } from './connection.ts'
import { closeGently } from './linger.ts'

/** `rawPacket` are the octets of the read in which it was found. */
type ParseError = Error & {
  readonly code?: string
  readonly reason?: unknown
  readonly rawPacket?: Uint8Array
}

/**
 * Answers a request that did not parse once those before it are answered, and closes the
 * connection. A body that did not parse is told to the call that it belongs to.
 */
export function refuseUnparsed(error: ParseError, socket: Duplex, limits: Limits): void {
  if (!isRefusable(error)) {
    socket.destroy() // nobody is left to answer
    return
  }
  const connection = Connection.of(socket)
  if (!connection.refuse()) return
  const { arriving } = connection
  arriving?.broken(new Fault('framing_faulty', { reason: reasonOf(error) }))
  connection.whenAnswered(() => {
    if (socket.writable)
      closeGently(socket, arriving === null ? refusal(faultOf(error, limits), asksHead(error)) : '')
  })
}

// Everything else is the connection's end: a reset, a write that failed, an end in mid-request.
function isRefusable({ code = '' }: ParseError): boolean {
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' || (code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE')
}

// Where the request came in one read. An answer to HEAD has no content (RFC 9110 9.3.2).
function asksHead({ rawPacket }: ParseError): boolean {
  return rawPacket !== undefined && Buffer.from(rawPacket.subarray(0, 5)).toString('latin1') === 'HEAD '
}

function refusal(fault: Fault, isHead: boolean): string {
  const [status, contentType, , body] = answer(fault)
  const text = body as string // ASCII: problems of the head quote what is not
  return (
    `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\ncontent-type: ${contentType ?? ''}\r\n` +
    `content-length: ${text.length}\r\nconnection: close\r\ndate: ${new Date().toUTCString()}\r\n\r\n${isHead ? '' : text}`
  )
}

function faultOf(error: ParseError, limits: Limits): Fault {
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
function reasonOf({ reason }: ParseError): string {
  return typeof reason === 'string' ? reason : 'it does not parse'
}
