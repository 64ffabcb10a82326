/**
 * An answer that is no success, as the fault that a caller sees.
 *
 * @module
 */
import { CallFault } from '../call-fault.ts'

/**
 * Reads a problem (RFC 9457), or makes do with the status.
 *
 *   to       who answered, for the message
 *   problem  the decoded body, whatever it is
 */
export function answered(to: string, status: number, problem: unknown): CallFault<'call_answered'> {
  const { code, data } = Object(problem) as { readonly code?: unknown; readonly data?: unknown }
  return new CallFault('call_answered', { to, status, code: typeof code === 'string' ? code : null, data })
}
