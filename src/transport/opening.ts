/**
 * How a call begins on a link, and how its answer is read: in HTTP's terms, or by the name of a handler.
 *
 * @module
 */
import type { Aborts } from '../call/aborts.ts'
import { WholeInput } from '../call/input.ts'
import type { Input, RequestHeaders, Result } from '../contract.ts'
import type { RequestHead, ResponseHead } from '../value/head.ts'
import { CALL, REQUEST } from '../wire/frames/frame.ts'
import {
  type CallHead,
  decodeResult,
  encodeCall,
  type NamedBody,
  type ResultHead,
} from '../wire/frames/named.ts'
import { decodeResponse, encodeMessage, type Message } from '../wire/frames/payload.ts'
import { unlessAborted } from './aborts.ts'
import { givenOf } from './named.ts'
import { type ComingBody, resultOf } from './response.ts'
import type { Opening } from './under-way.ts'

export type CallBody = Message<unknown>['body']

export class RequestOpening implements Opening<ResponseHead, Result> {
  readonly type: typeof REQUEST = REQUEST
  readonly payload: Uint8Array
  readonly isToCome: boolean
  readonly #method: string

  /** Fault: value_faulty. */
  constructor(head: RequestHead, body: CallBody) {
    this.payload = encodeMessage(head, body)
    this.isToCome = isToCome(body)
    this.#method = head.method
  }

  decode(payload: Uint8Array): Message<ResponseHead> {
    return decodeResponse(payload)
  }

  answer(head: ResponseHead, body: Uint8Array | null | ComingBody): Result {
    return resultOf(head, body, this.#method)
  }
}

export class NamedOpening implements Opening<ResultHead, unknown> {
  readonly type: typeof CALL = CALL
  readonly payload: Uint8Array
  readonly isToCome: boolean
  readonly #to: string

  /** `to` names the worker in faults. Fault: value_faulty. */
  constructor(head: CallHead, body: NamedBody, to: string) {
    this.payload = encodeCall(head, body)
    this.isToCome = typeof body !== 'string' && isToCome(body)
    this.#to = to
  }

  decode(payload: Uint8Array): Message<ResultHead> {
    return decodeResult(payload)
  }

  answer(head: ResultHead, body: Uint8Array | null | ComingBody): unknown {
    return givenOf(head, body, this.#to)
  }
}

/** True for a body that follows its head. */
export function isToCome(body: CallBody): body is { readonly length: number | null } {
  return body !== null && !(body instanceof Uint8Array)
}

/**
 * What a head says of its body. Small ones, of up to `inline` octets, go with it; what is longer, or waits
 * for "100 Continue", until the far side asks.
 */
export function gathered(
  headers: RequestHeaders,
  input: Input,
  inline: number,
  aborts: Aborts,
): CallBody | Promise<CallBody> {
  const { absent, length } = input
  if (absent) return null
  if (length === null || length > inline || headers['expect'] !== undefined) return { length }
  const whole = input instanceof WholeInput ? input.whole(inline) : null
  return whole ?? unlessAborted(input.bytes(inline), aborts)
}
