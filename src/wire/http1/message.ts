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
import { hasNoBody } from '../../value/http-part.ts'
import type { RequestValue, ResponseValue } from '../../value/message.ts'
import { joinBytes } from '../../value/utf8.ts'
import { ChunkedBody } from './chunked.ts'
import { latin1 } from './octets.ts'
import { RequestReader } from './request-reader.ts'
import { type FinalHead, finalHead } from './response-reader.ts'

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
  const pieces: Uint8Array[] = []
  for (let piece = reader.piece(); piece !== null; piece = reader.piece()) pieces.push(piece)
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
  const head = finalHead(octets, method, LIMITS)
  const { status, contentType, headers } = head
  const { body, trailers } = bodyBehind(octets, head, method)
  if (status === 205 && body !== null) throw faulty('a response with status 205 has no body')
  return { status, contentType, headers, trailers, context: NO_CONTEXT, body }
}

function bodyBehind(
  octets: Uint8Array,
  { status, end, length }: FinalHead,
  method: string,
): Pick<ResponseValue, 'body' | 'trailers'> {
  const rest = octets.subarray(end)
  if (hasNoBody(status, method)) {
    if (rest.byteLength > 0) throw faulty('octets follow its end')
    return { body: null, trailers: null }
  }
  if (length === 'chunked') return chunks(rest.slice())
  if (length !== null && rest.byteLength < length) throw faulty('it ends within its body')
  if (length !== null && rest.byteLength > length) throw faulty('octets follow its end')
  return { body: bodyOf([rest]), trailers: null }
}

function chunks(octets: Uint8Array): Pick<ResponseValue, 'body' | 'trailers'> {
  const chunked = new ChunkedBody(LIMITS, latin1)
  const end = chunked.take(octets, 0)
  const { piece, trailers } = chunked
  if (!chunked.over) throw faulty('it ends within its body')
  if (end < octets.byteLength) throw faulty('octets follow its end')
  const none = trailers === null || Object.keys(trailers).length === 0
  return { body: piece, trailers: none ? null : trailers }
}

/** HTTP cannot tell an empty body from none (32). */
function bodyOf(pieces: readonly Uint8Array[]): Uint8Array | null {
  const body = pieces.length === 0 ? null : joinBytes(pieces)
  return body === null || body.byteLength === 0 ? null : body
}

function faulty(reason: string): Fault {
  return new Fault('value_faulty', { form: 'http', reason })
}
