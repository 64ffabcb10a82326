/**
 * A server for one test and `node:http2`'s own client, with what came back as a value. For tests alone.
 *
 * @module
 */
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2'
import { onTestFinished } from 'vitest'
import type { App, Outcome } from '../../src/contract.ts'
import { type ServeHttp2Options, serveHttp2 } from './serve.ts'

export interface Answered {
  /** Null when the stream ended without a final head. */
  readonly status: number | null
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly trailers: IncomingHttpHeaders | null
  /** Statuses and fields of the 1xx answers before. */
  readonly before: readonly IncomingHttpHeaders[]
  /** What the stream was closed with (RFC 9113 7). */
  readonly code: number
}

/** Serves until the test is over. */
export async function serving(
  app: App,
  options: ServeHttp2Options = {},
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const running = await serveHttp2(app, { limits: { drainTimeoutMs: 0 }, ...options })
  let closing: Promise<void> | null = null
  const close = (): Promise<void> => (closing ??= running.close())
  onTestFinished(close)
  return { port: running.port, close }
}

/** A session to the app, until the test is over. */
export async function session(app: App, options: ServeHttp2Options = {}): Promise<ClientHttp2Session> {
  const { port } = await serving(app, options)
  return dial(port)
}

export function dial(port: number, options: Parameters<typeof connect>[1] = {}): ClientHttp2Session {
  const client = connect(`http://127.0.0.1:${port}`, options)
  client.on('error', () => {})
  onTestFinished(() => client.destroy())
  return client
}

/** Sends a request and gives its answer once the stream is closed. */
export function ask(
  client: ClientHttp2Session,
  head: OutgoingHttpHeaders,
  body?: string | Uint8Array,
): Promise<Answered> {
  const stream = client.request(head, { endStream: body === undefined })
  const answered = collect(stream)
  if (body !== undefined) stream.end(body)
  return answered
}

/** What came back on a stream, once it is closed. */
export function collect(stream: ClientHttp2Stream): Promise<Answered> {
  let headers: IncomingHttpHeaders & { readonly ':status'?: number | undefined } = {}
  let trailers: IncomingHttpHeaders | null = null
  const before: IncomingHttpHeaders[] = []
  const pieces: Buffer[] = []
  stream.on('error', () => {})
  stream.on('response', (fields) => {
    headers = fields
  })
  stream.on('headers', (fields) => before.push(fields))
  stream.on('trailers', (fields) => {
    trailers = fields
  })
  stream.on('data', (piece: Buffer) => pieces.push(piece))
  return new Promise((resolve) => {
    stream.once('close', () =>
      resolve({
        status: headers[':status'] ?? null,
        headers,
        body: Buffer.concat(pieces).toString(),
        trailers,
        before,
        code: stream.rstCode,
      }),
    )
  })
}

/** A value that somebody else gives, once. */
export class Later<T> {
  readonly value: Promise<T>
  readonly give: (value: T) => void

  constructor() {
    let resolve: (value: T) => void = () => {}
    this.value = new Promise((settle) => {
      resolve = settle
    })
    this.give = resolve
  }
}

/** An app that also gives the outcome of its first call. */
export function observed(app: App): { readonly app: App; readonly outcome: Promise<Outcome> } {
  const outcome = new Later<Outcome>()
  const wrapped: App = (method, path, headers, options, server) => {
    options.defer(outcome.give)
    return app(method, path, headers, options, server)
  }
  return { app: wrapped, outcome: outcome.value }
}
