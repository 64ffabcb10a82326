/**
 * How one call is made.
 *
 * @module
 */
import type { ResponseHeaders } from '../contract.ts'

export interface CallOptions {
  /** Cancels the call, or the stream. */
  readonly signal?: AbortSignal
  /** How long to wait for an answer, in milliseconds; for a stream, until it begins. */
  readonly timeoutMs?: number
  /**
   * The same as a time, in epoch milliseconds. The earlier one holds. A handler that calls on gives its
   * context, which has `signal` and `deadline`: `api.add(data, context)`.
   */
  readonly deadline?: number | null
  readonly headers?: { readonly [name: string]: string }
  /** How many further tries this call may take, where it may be repeated: instead of the client's. */
  readonly retries?: number
  /**
   * Makes a call one that may be repeated, where the service remembers its answers by this key; `true`
   * makes one up. It is sent as `idempotency-key`.
   */
  readonly idempotencyKey?: string | true
  /**
   * Of items with ids that are read: whether a stream that breaks off is gone on with, behind the last item that
   * came. A number is for how many milliseconds that is tried, from when it broke off: 60,000 by default.
   */
  readonly resume?: boolean | number
  /** The id of an item: the stream is to begin behind it. */
  readonly after?: string
  /** Told while a body is sent, where the transport can say it: `http(base, { upload })`. */
  readonly onProgress?: (progress: Progress) => void
  /** Told of an answer's status and fields, such as `etag`, before its data are given. */
  readonly onAnswer?: (answer: { readonly status: number; readonly headers: ResponseHeaders }) => void
}

/** How much of a body is sent, in bytes. */
export interface Progress {
  readonly sent: number
  readonly total: number
}
