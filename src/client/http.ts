/**
 * The HTTP transport of the client, on `fetch`: it runs in browsers and on every server runtime.
 *
 * @module
 */
import type { Near, Transport } from '../call/transport.ts'
import { CallFault, isBranded } from '../call-fault.ts'
import type { Input, Result } from '../contract.ts'
import type { RequestHead } from '../value/head.ts'
import { stream } from '../value/result.ts'
import type { BodyInput } from './body-input.ts'
import type { Upload, Uploader } from './upload.ts'

export interface HttpOptions {
  /** Sent with every call, such as `authorization`. A function is asked each time. */
  readonly headers?: Fields | (() => Fields | Promise<Fields>)
  /** Instead of the global one. */
  readonly fetch?: typeof fetch
  readonly credentials?: RequestCredentials
  /** How bodies are sent whose progress is asked for: `upload` of this entry. */
  readonly upload?: Uploader
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
    throw new CallFault('setup_faulty', { what: `http("${base}")`, reason: 'it is no base address', fix })
  }
  const root = base.endsWith('/') ? base.slice(0, -1) : base
  return {
    name: base,
    call: async (head, input, near) => {
      const own = typeof options.headers === 'function' ? await options.headers() : options.headers
      const init = await requestInit(root, head, input, near, { ...own })
      if (options.credentials !== undefined) init.credentials = options.credentials
      const url = root + head.path + (head.query === null ? '' : `?${head.query}`)
      try {
        return resultOf(await send(url, init, near, options))
      } catch (error) {
        if (near.signal.aborted) throw near.signal.reason
        if (isBranded(error)) throw error
        throw new CallFault('call_lost', { to: base }, error)
      }
    },
  }
}

function send(url: string, init: RequestInit, near: Near, options: HttpOptions): Promise<Response> {
  const fetching = options.fetch ?? fetch
  if (near.sent === undefined || init.body == null) return fetching(url, init)
  if (options.upload !== undefined)
    return options.upload(url, init as Upload, (progress) => near.sent!(progress), fetching)
  const fix = 'Give it how: http(base, { upload })'
  throw new CallFault('setup_faulty', { what: 'http(...)', reason: 'it does not tell of progress', fix })
}

async function requestInit(
  root: string,
  { method, headers }: RequestHead,
  input: Input,
  { signal }: Near,
  own: Record<string, string>,
): Promise<RequestInit> {
  const all: Record<string, string> = {}
  for (const [name, value] of Object.entries(own)) all[name.toLowerCase()] = value
  Object.assign(all, headers) // what is said for one call holds before what is said for all
  delete all['host'] // fetch writes its own
  const body = await bodyOf(input, root)
  // Half: the body is sent before the answer is told. Where `fetch` does not know it, no stream gets here.
  return { method, headers: all, signal, body, ...(isFlowing(body) && { duplex: 'half' }) }
}

// A file goes out without being read into memory.
async function bodyOf(input: Input, root: string): Promise<BodyInit | null> {
  if (input.absent) return null
  const { source } = input as Partial<BodyInput>
  if (source === undefined && input.length === null)
    return (await import('./flowing-request.ts')).flowingRequest(input, root)
  return (source ?? (await input.bytes(Number.POSITIVE_INFINITY))) as Blob | Uint8Array<ArrayBuffer>
}

function isFlowing(body: BodyInit | null): boolean {
  return body !== null && 'getReader' in Object(body)
}

function resultOf({ status, headers, body }: Response): Result {
  const { 'content-type': contentType = null, ...fields } = Object.fromEntries(headers)
  return [status, contentType, fields, body && stream(chunks(body))]
}

// Not every browser iterates a stream by itself.
async function* chunks(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    // Where nobody takes the rest, the connection is to go. At the end there is nothing to cancel.
    await reader.cancel().catch(() => {})
  }
}
