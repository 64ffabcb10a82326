/**
 * What came back on a link as a result.
 *
 * @module
 */
import type { ResponseHeaders, Result } from '../contract.ts'
import type { ResponseHead } from '../value/head.ts'
import { isBodiless, stream } from '../value/result.ts'
import type { IncomingBody } from '../wire/frames/incoming.ts'

/** A body that is still to come; `leave` says that nobody takes the rest. */
export interface ComingBody {
  readonly incoming: IncomingBody
  leave(): void
}

/** The result that a response stands for. `method` is that of its request. */
export function resultOf(head: ResponseHead, body: Uint8Array | null | ComingBody, method: string): Result {
  const { status, contentType, headers } = head
  if (method === 'HEAD' && headers['content-length'] === undefined && body === null) {
    // Nobody knows how long it would be; null would say that it is empty.
    return [status, contentType, headers, isBodiless(status) ? null : stream([])]
  }
  if (body === null || body instanceof Uint8Array) {
    const tells = method === 'HEAD' || status === 304
    return [status, contentType, tells ? headers : withoutLength(headers), body]
  }
  const { length } = body.incoming
  const told = length === null ? headers : { ...headers, 'content-length': String(length) }
  return [status, contentType, told, stream(new Pieces(body))]
}

// An app may tell a length in some places, and elsewhere it is worked out (22).
function withoutLength(headers: ResponseHeaders): ResponseHeaders {
  if (headers['content-length'] === undefined) return headers
  const { 'content-length': _, ...rest } = headers
  return rest
}

/**
 * The pieces of a body. No generator: `return()` on one that has not begun runs nothing of it, and
 * a body that nobody iterates is to be left as well (23).
 */
export class Pieces implements AsyncIterableIterator<Uint8Array> {
  readonly #body: ComingBody
  #left = false

  constructor(body: ComingBody) {
    this.#body = body
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    try {
      const piece = this.#left ? null : await this.#body.incoming.read()
      if (piece !== null) return { done: false, value: piece }
    } catch (error) {
      if (!this.#left) throw error
    }
    return { done: true, value: undefined }
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    this.#left = true
    this.#body.leave()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
