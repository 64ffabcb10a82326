/**
 * The HTTP transport of the client, on `fetch`: it runs in browsers and on every server runtime.
 *
 * @module
 */
import type { Near, Transport } from '../call/transport.ts'
import type { Input, ResponseHeaders, Result } from '../contract.ts'
import { Fault } from '../fault.ts'
import type { RequestHead } from '../value/head.ts'
import { stream } from '../value/result.ts'

export interface HttpOptions {
  /** Sent with every call, such as `authorization`. A function is asked each time. */
  readonly headers?: Fields | (() => Fields | Promise<Fields>)
  /** Instead of the global one. */
  readonly fetch?: typeof fetch
  readonly credentials?: RequestCredentials
}

type Fields = { readonly [name: string]: string }

// With a query or a fragment, what follows would not be the path.
const BASE = /^(?:https?:\/\/[^/?#\s]+)?(?:\/[^?#\s]*)?$/i

/**
 * Calls a service at `base`: an origin with or without a path, or in a browser a path alone.
 * Faults: setup_faulty for another base; call_lost when no answer came; the abort reason when the
 * caller cancelled.
 */
export function http(base: string, options: HttpOptions = {}): Transport {
  if (!BASE.test(base)) {
    const fix = 'Write it like "https://api.example.com/v1", or in a browser "/api"'
    throw new Fault('setup_faulty', {
      what: `http(${JSON.stringify(base)})`,
      reason: 'it is no base address',
      fix,
    })
  }
  const root = base.endsWith('/') ? base.slice(0, -1) : base
  return {
    name: base,
    call: async (head, input, near) => {
      const own = typeof options.headers === 'function' ? await options.headers() : options.headers
      const init = await requestInit(head, input, near, { ...own })
      if (options.credentials !== undefined) init.credentials = options.credentials
      const url = root + head.path + (head.query === null ? '' : `?${head.query}`)
      try {
        return resultOf(await (options.fetch ?? fetch)(url, init))
      } catch (error) {
        if (near.signal.aborted) throw near.signal.reason
        throw new Fault('call_lost', { to: base }, error)
      }
    },
  }
}

async function requestInit(
  head: RequestHead,
  input: Input,
  near: Near,
  own: Record<string, string>,
): Promise<RequestInit> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(own)) headers[name.toLowerCase()] = value
  Object.assign(headers, head.headers) // what is said for one call holds before what is said for all
  delete headers['host'] // fetch writes its own
  const init: RequestInit = { method: head.method, headers, signal: near.signal }
  if (!input.absent) init.body = (await input.bytes(Number.POSITIVE_INFINITY)) as Uint8Array<ArrayBuffer>
  return init
}

function resultOf(response: Response): Result {
  const headers = Object.create(null) as Record<string, string>
  response.headers.forEach((value, name) => {
    if (name !== 'content-type') headers[name] = value
  })
  const body = response.body === null ? null : stream(chunks(response.body))
  return [response.status, response.headers.get('content-type'), headers as ResponseHeaders, body]
}

// Not every browser iterates a stream by itself.
async function* chunks(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body.getReader()
  let done = false
  try {
    for (;;) {
      const piece = await reader.read()
      done = piece.done
      if (piece.done) return
      yield piece.value
    }
  } finally {
    if (!done) await reader.cancel().catch(() => {}) // nobody takes the rest: let the connection go
  }
}
