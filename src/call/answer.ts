/**
 * The one place that turns a thrown value into an answer. Clauses 25 and 26.
 *
 * @module
 */

import { isMade } from '../call-fault.ts'
import type { Key, ResponseHeaders, Result } from '../contract.ts'
import { Fault, isFault, isForLog } from '../fault.ts'
import { isFieldValue } from '../value/headers.ts'
import { NO_HEADERS } from '../value/result.ts'
import { reasonPhrase } from '../value/status.ts'
import { FAILURE_STATUSES, type Failure, isFailure, retryAfterOf } from './failure.ts'
import { key } from './keys.ts'

/** Holds `{ value }` after something was thrown, for `log` and `showErrors`. */
export const thrown: Key<{ readonly value: unknown }> = key('thrown')

/** True once somebody has seen to it that what the app throws is logged. */
export const told: Key<true> = key('told')

/** The body of an error answer: a problem (RFC 9457) with our code and data as its extensions. */
export interface Problem {
  readonly status: number
  readonly title: string
  readonly code: string
  readonly detail?: string
  readonly data?: unknown
}

/**
 * Answers a thrown value: a fault or a failure by its code, as RFC 9457 problem; anything else
 * as 500 without detail. Never throws, and never shows what an unknown error says.
 */
export function answer(value: unknown): Result {
  const problem = problemOf(value)
  try {
    return [problem.status, 'application/problem+json', fieldsOf(value), JSON.stringify(problem)]
  } catch {
    const { data: _, ...bare } = problem // data that no JSON can hold
    return [problem.status, 'application/problem+json', fieldsOf(value), JSON.stringify(bare)]
  }
}

/** The problem that stands for a thrown value. */
export function problemOf(value: unknown): Problem {
  try {
    return seenProblem(value)
  } catch {
    return seenProblem(null) // a value that throws when it is looked at
  }
}

function seenProblem(value: unknown): Problem {
  if (isFailure(value)) {
    const status = FAILURE_STATUSES[value.kind]
    return { status, title: reasonPhrase(status), code: value.code, data: value.data }
  }
  const fault = isFault(value) && !isMade(value) ? value : new Fault('app_failed', {})
  const { status, code, message } = fault
  const detail = fault.detail as object | undefined // of another copy of this package it is what it is
  const title = reasonPhrase(status)
  if (isForLog(code)) return { status, title, code }
  const problem = { status, title, code, detail: message }
  return status < 500 && Object.keys(detail ?? {}).length > 0 ? { ...problem, data: detail } : problem
}

/** What comes by the thousand: a server that is busy says so itself, once, and readers are slow in their own time. */
const MANY: readonly string[] = ['server_busy', 'items_missed']

/** True when somebody on our side should look at it. */
export function isOurs(value: unknown): boolean {
  const { status, code } = problemOf(value)
  return status >= 500 && !MANY.includes(code)
}

// Fields that the status asks for (RFC 9110 10.2.3, 15.5.2, 15.5.6, 15.5.16, 15.5.17; RFC 6585 4).
function fieldsOf(value: unknown): ResponseHeaders {
  try {
    return seenFields(value)
  } catch {
    return NO_HEADERS
  }
}

function seenFields(value: unknown): ResponseHeaders {
  if (isFailure(value)) return failureFields(value)
  if (!isFault(value) || isMade(value)) return NO_HEADERS
  if (value.code === 'method_not_allowed')
    return { allow: (value as Fault<'method_not_allowed'>).detail.allow.join(', ') }
  if (value.code === 'media_type_unsupported') {
    return { accept: (value as Fault<'media_type_unsupported'>).detail.accepts.join(', ') }
  }
  if (value.code === 'content_coding_unsupported') {
    return {
      'accept-encoding': (value as Fault<'content_coding_unsupported'>).detail.accepts.join(', '),
    }
  }
  if (value.code === 'range_unsatisfiable')
    return { 'content-range': `bytes */${Number((value as Fault<'range_unsatisfiable'>).detail.size)}` }
  if (value.code === 'server_busy')
    return { 'retry-after': String((value as Fault<'server_busy'>).detail.retryAfterS) }
  return NO_HEADERS
}

function failureFields({ kind, data }: Failure): ResponseHeaders {
  if (kind === 'unauthenticated') return { 'www-authenticate': challengeOf(data) }
  const seconds = kind === 'limited' || kind === 'unavailable' ? retryAfterOf(data) : null
  return seconds === null ? NO_HEADERS : { 'retry-after': String(seconds) }
}

function challengeOf(data: unknown): string {
  const challenge = (data as { readonly challenge?: unknown } | null | undefined)?.challenge
  return typeof challenge === 'string' && challenge !== '' && isFieldValue(challenge) ? challenge : 'Bearer'
}
