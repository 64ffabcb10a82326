/**
 * Calls and values: `perform` runs an app on a request value with no server, `capture` makes a
 * request value of a call. Clauses 25, 27 and 32.
 *
 * @module
 */
import type {
  App,
  Log,
  Options,
  RequestHeaders,
  ResponseHeaders,
  Result,
  Server,
  Stream,
  Takeover,
} from '../contract.ts'
import { STREAM } from '../contract.ts'
import { Fault } from '../fault.ts'
import { emptyFields } from '../value/headers.ts'
import type { RequestValue, ResponseValue } from '../value/message.ts'
import { isStream, isTakeover, NO_HEADERS } from '../value/result.ts'
import { joinBytes, utf8Bytes } from '../value/utf8.ts'
import { answer, isOurs } from './answer.ts'
import { Call, NOTHING_DEFERRED } from './call.ts'
import { abandon, chunkBytes } from './chunks.ts'
import { WholeInput } from './input.ts'
import { logThrown, silentLog } from './log.ts'
import { CallOptions } from './options.ts'
import { type Outgoing, outgoing } from './outgoing.ts'
import { serverFacts } from './server-facts.ts'

export interface PerformOptions {
  readonly server?: Server
  readonly log?: Log
  /** Cancels the call. */
  readonly signal?: AbortSignal
  /** Bytes of response body to hold, by default 64 MiB; a longer one is fault call_faulty. */
  readonly limit?: number
}

const SERVER = serverFacts()
const MAX_RESPONSE = 64 * 1024 * 1024

/**
 * Calls `app` with a request value, and gives its whole answer as a value once everything it
 * deferred has run. What the app throws is answered as a server would; a stream that fails
 * midway rejects.
 */
export async function perform(
  app: App,
  request: RequestValue,
  how: PerformOptions = {},
): Promise<ResponseValue> {
  const { server = SERVER, log = silentLog, limit = MAX_RESPONSE } = how
  const call = new Call(server, log, undefined, request.context)
  const options = optionsOf(request, call, server)
  const abort = (): void => call.abort(how.signal!.reason)
  if (how.signal?.aborted === true) abort()
  how.signal?.addEventListener('abort', abort, { once: true })
  let status: number | null = null
  try {
    let given: unknown = null
    let sent: Outgoing
    try {
      // Here, and not in a function of its own, which would be a promise more for each call.
      const result = app(request.method, request.path, request.headers, options, server)
      given = Array.isArray(result) ? result : await result
      sent = checked(given as Result, request.method)
    } catch (error) {
      abandon(given)
      if (isOurs(error)) logThrown(options.log, error, { path: request.path })
      sent = outgoing(answer(error), request.method)
    }
    const body = isWhole(sent.body) ? bytesOf(sent.body) : await collect(sent.body, sent.length, limit)
    const trailers = isStream(sent.body) ? call.trailers() : null
    status = sent.status
    const { contentType, headers } = responseHead(sent)
    const settled = call.settle({ status, error: null, aborted: false })
    if (settled !== NOTHING_DEFERRED) await settled
    return { status, contentType, headers, trailers, context: call.changed(), body }
  } catch (error) {
    await call.settle({ status, error, aborted: true })
    throw error
  } finally {
    how.signal?.removeEventListener('abort', abort)
  }
}

/** The options of a call that comes from a value. */
export function optionsOf(request: RequestValue, call: Call, server: Server): Options {
  const { query, mount, http, client, protocol, upgrade } = request
  const deadline = request.timeoutMs === null ? null : server.now() + request.timeoutMs
  const input = new WholeInput(request.body, server.limits.body)
  return new CallOptions(call, input, { query, mount, http, client, protocol, deadline, upgrade })
}

/**
 * Makes a request value of a call, reading its body. `limit` in bytes, by default the server's.
 * Faults: as `input.bytes`.
 */
export async function capture(
  method: string,
  path: string,
  headers: RequestHeaders,
  options: Options,
  server: Server,
  limit?: number,
): Promise<RequestValue> {
  const { query, mount, http, client, protocol, upgrade, deadline, input } = options
  const body = input.absent ? null : await input.bytes(limit)
  const timeoutMs = deadline === null ? null : Math.max(0, deadline - server.now())
  const context = CallOptions.callOf(options)?.carried() ?? {}
  return { method, path, query, mount, http, client, protocol, upgrade, timeoutMs, headers, context, body }
}

function checked(result: Result, method: string): Outgoing {
  const sent = outgoing(result, method)
  if (isTakeover(sent.body)) throw new Fault('upgrade_unavailable', { method })
  if (sent.body === null) abandon(result)
  return sent
}

function isWhole(body: Outgoing['body']): body is string | Uint8Array | null {
  return body === null || typeof body === 'string' || body instanceof Uint8Array
}

function bytesOf(body: string | Uint8Array | null): Uint8Array | null {
  return typeof body === 'string' ? utf8Bytes(body) : body
}

async function collect(body: Stream | Takeover, length: number | null, limit: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const chunk of isStream(body) ? body[STREAM] : []) {
    const bytes = chunkBytes(chunk)
    size += bytes.byteLength
    if (size > limit)
      throw new Fault('call_faulty', { to: 'the app', reason: `its body is over ${limit} bytes` })
    pieces.push(bytes)
  }
  if (length !== null && length !== size) {
    throw new Fault('result_faulty', { reason: `its stream has ${size} octets and declared ${length}` })
  }
  return joinBytes(pieces, size)
}

/** The head of an answer as a value has it: content type apart, a field that comes again as an array. */
export function responseHead({ fields, length, body }: Outgoing): {
  contentType: string | null
  headers: ResponseHeaders
} {
  const contentType = fields[0] === 'content-type' ? fields[1]! : null
  // Told, and not to be worked out from what is sent: the length of a body left out, or streamed.
  const isTold = length !== null && length > 0 && (body === null || isStream(body))
  let at = contentType === null ? 0 : 2
  if (at === fields.length && !isTold) return { contentType, headers: NO_HEADERS }
  const headers = emptyFields() as Record<string, string | string[]>
  for (; at < fields.length; at += 2) {
    const [name, value] = [fields[at]!, fields[at + 1]!]
    const before = headers[name]
    if (before === undefined) headers[name] = value
    else if (typeof before === 'string') headers[name] = [before, value]
    else before.push(value)
  }
  if (isTold) headers['content-length'] = String(length)
  return { contentType, headers: Object.freeze(headers) }
}
