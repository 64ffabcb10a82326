/**
 * What every fault is, and the rows of the table for those that come up where a call is made.
 *
 * They are apart from the others because a client carries no more than these: all messages together are
 * as large as the rest of it. `fault.ts` has the whole table, and is what everybody else imports.
 *
 * @module
 */
import { FAULT } from './contract.ts'

/** What each of these codes carries. Sizes are in bytes, times in milliseconds. */
export interface CallFaultDetail {
  readonly field_faulty: { readonly name: string; readonly reason: string }
  readonly request_aborted: { readonly reason: string }
  readonly input_invalid: { readonly issues: readonly Issue[] }
  readonly call_lost: { readonly to: string }
  readonly call_timeout: { readonly to: string; readonly limitMs: number }
  readonly call_faulty: { readonly to: string; readonly reason: string }
  readonly call_answered: {
    readonly to: string
    readonly status: number
    readonly code: string | null
    readonly data: unknown
  }
  readonly setup_faulty: { readonly what: string; readonly reason: string; readonly fix: string }
}

export type CallFaultCode = keyof CallFaultDetail

/** One offending member of an input: where (RFC 6901 JSON Pointer) and why. */
export interface Issue {
  readonly pointer: string
  readonly message: string
  /** Where a request has the member; left out for what is in its body, and where there is no request. */
  readonly in?: 'path' | 'query' | 'header' | 'cookie'
  /** What it is called there. */
  readonly name?: string
}

/** What a code means: the HTTP status it maps to, and its message. */
export type Row<D> = readonly [status: number, say: (detail: D) => string]

export const CALL_ROWS: { readonly [C in CallFaultCode]: Row<CallFaultDetail[C]> } = {
  field_faulty: [400, (d) => `Cannot take field ${quote(d.name)}: ${d.reason}`],
  request_aborted: [400, (d) => `Request ended before its body did: ${d.reason}`],
  input_invalid: [
    422,
    (d) => `Input does not fit: ${d.issues.map((i) => `${i.pointer || '(whole)'} ${i.message}`).join('; ')}`,
  ],
  call_lost: [502, (d) => `Lost ${d.to} before it answered`],
  call_timeout: [504, (d) => `No answer from ${d.to} within ${d.limitMs} ms`],
  call_faulty: [502, (d) => `Cannot use the answer of ${d.to}: ${d.reason}`],
  call_answered: [502, (d) => `${d.to} answered ${d.status}${d.code === null ? '' : ` ${d.code}`}`],
  setup_faulty: [500, (d) => `${d.what}: ${d.reason}. ${d.fix}`],
}

/** A refusal with a stable code, the HTTP status it maps to, and plain data as its detail. */
export class AnyFault<C extends string, D> extends Error {
  readonly code: C
  readonly status: number
  readonly detail: D

  constructor(code: C, detail: D, [status, say]: Row<D>, cause: unknown) {
    super(say(detail), cause === undefined ? undefined : { cause })
    this.name = 'Fault'
    this.code = code
    this.status = status
    this.detail = detail
  }

  /** The data of an answer that stands for a failure of the far side; else undefined. */
  get data(): unknown {
    return this.code === 'call_answered' ? (this.detail as CallFaultDetail['call_answered']).data : undefined
  }
}
// On the prototype: one brand for all, and nothing extra when a fault is logged.
Object.defineProperty(AnyFault.prototype, FAULT, { value: true })

/** A fault of those codes. To everybody who catches one, it is a `Fault`. */
export class CallFault<C extends CallFaultCode = CallFaultCode> extends AnyFault<C, CallFaultDetail[C]> {
  constructor(code: C, detail: CallFaultDetail[C], cause?: unknown) {
    super(code, detail, CALL_ROWS[code], cause)
  }
}

/** True for a fault of any copy of this package, and for nothing that came from a peer. */
export function isBranded(thrown: unknown): thrown is AnyFault<string, unknown> {
  return thrown instanceof Error && FAULT in thrown
}

const MADE = Symbol.for('hagaki.fault.made')

/**
 * Marks what a call that we made ourselves came to, whoever caught it: it says what we did wrong, or who is behind
 * us, and nothing of who calls us. Gives it back.
 */
export function made<T>(thrown: T): T {
  if (isBranded(thrown) && thrown.status < 500) Object.defineProperty(thrown, MADE, { value: true })
  return thrown
}

/** True for what `made` has marked, by any copy of this package. */
export function isMade(thrown: unknown): boolean {
  return isBranded(thrown) && MADE in thrown
}

/** Is in what `closed` has marked. */
export const CLOSED: unique symbol = Symbol.for('hagaki.fault.closed')

/** Marks the fault of a call whose way was closed here: made once more, it would open that anew. Gives it back. */
export function closed<T extends object>(fault: T): T {
  Object.defineProperty(fault, CLOSED, { value: true })
  return fault
}

/** Text of a peer as a message shows it: quoted, printable, at most 80 characters. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text)
}
