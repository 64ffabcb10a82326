/**
 * Knowing what a call was refused for, on pages that carry nothing of the service.
 *
 * @module
 */
import { type Issue, isBranded } from '../call-fault.ts'
import type { AnyFailureType } from '../handler/failure.ts'
import { isRecord } from '../value/data.ts'

/** Knows a failure of a service by its code. */
export type FailureOf<F extends AnyFailureType> = Pick<F, 'code' | 'is'>

/**
 * A failure by its code, typed as the service has it: `const gone = failureOf<typeof Gone>('note_gone')`.
 * The service's own `Gone.is` does the same, and carries its schema.
 */
export function failureOf<F extends AnyFailureType>(code: string): FailureOf<F> {
  const is = (error: unknown): boolean => detailOf(error, 'call_answered')?.['code'] === code
  return { code, is } as FailureOf<F>
}

/**
 * The offending members of an input that was refused, by the service or before it was sent; else none. Those that a
 * request has in its path, its query, a field or a cookie say so, by `in` and `name`.
 */
export function issuesOf(error: unknown): readonly Issue[] {
  const answered = detailOf(error, 'call_answered')
  const detail = answered?.['code'] === 'input_invalid' ? answered['data'] : detailOf(error, 'input_invalid')
  const issues = isRecord(detail) ? detail['issues'] : undefined
  return Array.isArray(issues) ? issues.filter(isIssue) : []
}

function detailOf(error: unknown, code: string): Record<string, unknown> | undefined {
  return isBranded(error) && error.code === code ? (error.detail as Record<string, unknown>) : undefined
}

// They may have come from anybody.
function isIssue(issue: unknown): issue is Issue {
  return isRecord(issue) && typeof issue['pointer'] === 'string' && typeof issue['message'] === 'string'
}
