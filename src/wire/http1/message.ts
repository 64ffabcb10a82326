/**
 * Whole HTTP/1.1 messages as values: the http form, read. `encodeHttp` writes it.
 *
 *   in     exactly the octets of one message; for a response, the method of its request
 *   out    the value, without what HTTP does not carry
 *   Fault  those of heads, fields and framing; value_faulty for what ends early or goes on
 *
 * One parser for servers and for this form, as strict: what two readers could read in two ways is
 * refused. RFC 9112 section 6.3, contract clause 31; vectors in `spec/vectors/http.json`.
 *
 * @module
 */
import { Fault } from '../../fault.ts'
import { NO_CONTEXT } from '../../value/head-reader.ts'
import { MAX_HTTP_HEAD } from '../../value/http.ts'
import type { RequestValue, ResponseValue } from '../../value/message.ts'
import { joinBytes } from '../../value/utf8.ts'
import { latin1 } from './octets.ts'
import { RequestReader } from './request-reader.ts'
import { type ResponseHead, ResponseReader } from './response-reader.ts'

/** Nothing here waits for anybody, and the octets are all there: of the limits, these are asked for. */
const LIMITS = {
  requestLine: MAX_HTTP_HEAD,
  head: MAX_HTTP_HEAD,
  fields: MAX_HTTP_HEAD / 4, // no line takes less
  chunkExtensions: MAX_HTTP_HEAD,
}

/** Who an HTTP/1.0 request without `host` asks. */
const NOBODY = 'localhost'

/** Reads a request. The `host` of one that names none is "localhost". */
export function decodeHttpRequest(octets: Uint8Array): RequestValue {
  const reader = new RequestReader({ limits: LIMITS, authority: NOBODY, latin1 })
  reader.push(octets.slice()) // it moves the octets of chunks together
  const head = reader.head()
  if (head === null) throw faulty('it ends within its head')
  const pieces = piecesOf(reader)
  if (!reader.over) throw faulty('it ends within its body')
  if (reader.pending) throw faulty('octets follow its end')
  const { method, path, query, http, headers, fields } = head
  return {
    method,
    path,
    query,
    mount: '',
    http,
    client: null,
    protocol: 'http',
    upgrade: fields.upgrade,
    timeoutMs: null,
    headers,
    context: NO_CONTEXT,
    body: bodyOf(pieces),
  }
}

/** Reads a response to a request of `method`: it says whether there is a body (RFC 9112 6.3). */
export function decodeHttpResponse(octets: Uint8Array, method: string): ResponseValue {
  const reader = new ResponseReader({ limits: LIMITS, latin1 })
  reader.begin(method)
  reader.push(octets.slice()) // it moves the octets of chunks together
  const { status, contentType, headers } = finalHead(reader)
  reader.ended()
  const body = bodyOf(piecesOf(reader))
  if (reader.cut) throw faulty('it ends within its body')
  if (reader.pendingLength > 0) throw faulty('octets follow its end')
  if (status === 205 && body !== null) throw faulty('a response with status 205 has no body')
  const { trailers } = reader
  const none = trailers === null || Object.keys(trailers).length === 0
  return { status, contentType, headers, trailers: none ? null : trailers, context: NO_CONTEXT, body }
}

/** Interim responses are let go. */
function finalHead(reader: ResponseReader): ResponseHead {
  for (;;) {
    const head = reader.head()
    if (head === null) throw faulty('it ends within its head')
    if (head.status >= 200 || head.status === 101) return head
  }
}

function piecesOf(reader: RequestReader | ResponseReader): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let piece = reader.piece(); piece !== null; piece = reader.piece()) pieces.push(piece)
  return pieces
}

/** HTTP cannot tell an empty body from none (32). */
function bodyOf(pieces: readonly Uint8Array[]): Uint8Array | null {
  const body = pieces.length === 0 ? null : joinBytes(pieces)
  return body === null || body.byteLength === 0 ? null : body
}

function faulty(reason: string): Fault {
  return new Fault('value_faulty', { form: 'http', reason })
}
