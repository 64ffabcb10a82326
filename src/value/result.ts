/**
 * Results: the helpers people write them with, and the brands of streams and takeovers.
 *
 * @module
 */
import type { App, Body, Chunk, Duplex, ResponseHeaders, Result, Stream, Takeover } from '../contract.ts'
import { LIFE, STREAM, TAKEOVER } from '../contract.ts'
import { jsonText } from './json-text.ts'

/** What an answer without fields of its own holds: nothing, for good. */
export const NO_HEADERS: ResponseHeaders = /* @__PURE__ */ Object.freeze(
  /* @__PURE__ */ Object.create(null) as ResponseHeaders,
)

/**
 * Gives a function the types of an app, so that its parameters need none. One that names none
 * could be a factory of apps, so it gets some.
 */
export function app(fn: App): App {
  if (fn.length > 0 || LIFE in fn) return fn
  return (method, path, headers, options, server) => fn(method, path, headers, options, server)
}

/** 200 with plain text, or another status. */
export function text(body: string, status = 200, headers: ResponseHeaders = NO_HEADERS): Result {
  return [status, 'text/plain; charset=utf-8', headers, body]
}

/** 200 with HTML, or another status. The text is sent as it is: escape what came from outside. */
export function html(body: string, status = 200, headers: ResponseHeaders = NO_HEADERS): Result {
  return [status, 'text/html; charset=utf-8', headers, body]
}

/** 200 with data as JSON, or another status. Throws TypeError for what JSON cannot hold. */
export function json(data: unknown, status = 200, headers: ResponseHeaders = NO_HEADERS): Result {
  const body = jsonText(data)
  if (body === undefined)
    throw new TypeError(`Cannot write ${typeof data} as JSON: answer with an object, an array or null`)
  return [status, 'application/json', headers, body]
}

/** 303 See Other: fetch `location` with GET. Another status keeps the method (307) or is cached (308). */
export function redirect(location: string, status: 301 | 302 | 303 | 307 | 308 = 303): Result {
  return [status, null, { location }, null]
}

/** Marks a body as streamed. Each chunk is sent as it comes; strings as UTF-8 (23). */
export function stream(chunks: AsyncIterable<Chunk> | Iterable<Chunk>): Stream {
  return { [STREAM]: chunks }
}

/** Marks a body that takes the connection over once the head is sent (24). */
export function takeover(run: (duplex: Duplex) => void | Promise<void>): Takeover {
  return { [TAKEOVER]: run }
}

export function isStream(body: Body): body is Stream {
  return typeof body === 'object' && body !== null && STREAM in body
}

export function isTakeover(body: Body): body is Takeover {
  return typeof body === 'object' && body !== null && TAKEOVER in body
}

/** Statuses whose answers never have a body (RFC 9110 6.4.1). */
export function isBodiless(status: number): boolean {
  return status === 204 || status === 205 || status === 304 || status < 200
}
