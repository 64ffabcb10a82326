/**
 * Transports: what carries a call to an app somewhere else. Clause 33.
 *
 * @module
 */
import type { App, Input, Life, ResponseHeaders, Result } from '../contract.ts'
import type { RequestHead } from '../value/head.ts'
import type { Carried } from '../value/message.ts'
import type { Aborts } from './aborts.ts'

export interface Transport {
  /** Who answers, for messages: "http://old:3000". */
  readonly name: string
  /**
   * Carries one call. Resolves with the far app's answer, whose body streams when the far side
   * says so; rejects with a call_* fault when there is none.
   */
  call(head: RequestHead, input: Input, near: Near): Promise<Result>
  /** What has to be opened before the first call. */
  readonly life?: Life
  /** The app itself, where it runs on this side: nothing is to be carried, then. */
  readonly app?: App
}

/** The near side of one call. */
export interface Near {
  readonly signal: AbortSignal
  /** What the signal says, where that can be heard without making one. */
  readonly aborts?: Aborts | undefined
  /** Is told how much of the body is sent, in bytes, by a transport that knows. */
  readonly sent?: (progress: { readonly sent: number; readonly total: number }) => void
  /** Takes the carried context that the far side set. */
  adopt?(context: Carried): void
  /** Takes the far side's trailers, before the stream ends. */
  trailers?(fields: ResponseHeaders): void
  /** Takes fields that are told before the answer (18). */
  hint?(fields: ResponseHeaders): void
  /** Runs `task` at the outcome of the call (15). */
  defer?(task: () => void): void
}
