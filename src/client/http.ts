/**
 * The HTTP transport of the client, on `fetch`: it runs in browsers and on every server runtime.
 *
 * @module
 */
import type { Transport } from '../call/transport.ts'
import { CallFault, isBranded } from '../call-fault.ts'
import type { Input, Result } from '../contract.ts'
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
    const fix = 'Write it like "https://example.com/api", or "/api" in a browser'
    throw new CallFault('setup_faulty', { what: `http("${base}")`, reason: 'it is no base address', fix })
  }
  const root = base.endsWith('/') ? base.slice(0, -1) : base
  const { headers, credentials, upload, fetch: own } = options
  return {
    name: base,
    call: async ({ method, path, query, headers: ofCall }, input, { signal, sent }) => {
      const ofAll = typeof headers === 'function' ? await headers() : headers
      const body = await bodyOf(input, root)
      const init: RequestInit = { method, headers: fieldsOf(ofAll, ofCall), signal, body, ...HALF }
      if (credentials !== undefined) init.credentials = credentials
      const url = root + path + (query === null ? '' : `?${query}`)
      // How long a body that flows will be, nobody knows.
      const tells = sent !== undefined && body !== null && input.length !== null
      if (tells && upload === undefined) {
        const fix = 'Give it how: http(base, { upload })'
        throw new CallFault('setup_faulty', {
          what: 'http(...)',
          reason: 'it does not tell of progress',
          fix,
        })
      }
      try {
        const fetching = own ?? fetch
        return resultOf(await (tells ? upload!(url, init as Upload, sent, fetching) : fetching(url, init)))
      } catch (error) {
        if (signal.aborted) throw signal.reason
        throw isBranded(error) ? error : new CallFault('call_lost', { to: base }, error)
      }
    },
  }
}

// A body that flows is sent before the answer is told; any other does not mind.
const HALF = { duplex: 'half' }

// What is said for one call holds before what is said for all. `fetch` writes its own host.
function fieldsOf(ofAll: Fields = {}, { host: _, ...ofCall }: Fields): Record<string, string> {
  const lowered = Object.entries(ofAll).map(([name, value]) => [name.toLowerCase(), value])
  return { ...Object.fromEntries(lowered), ...ofCall }
}

// A file goes out without being read into memory.
async function bodyOf(input: Input, root: string): Promise<BodyInit | null> {
  if (input.absent) return null
  const { source } = input as Partial<BodyInput>
  if (source === undefined && input.length === null)
    return (await import('./flowing-request.ts')).flowingRequest(input, root)
  return (source ?? (await input.bytes(Number.POSITIVE_INFINITY))) as Blob | Uint8Array<ArrayBuffer>
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
