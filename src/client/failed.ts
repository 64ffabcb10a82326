/**
 * An answer that is no success, as the fault that a caller sees.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import { isRecord } from '../value/data.ts'

/**
 * Reads a problem (RFC 9457), or makes do with the status.
 *
 *   to       who answered, for the message
 *   problem  the decoded body, whatever it is
 */
export function answered(to: string, status: number, problem: unknown): Fault<'call_answered'> {
  const { code, data } = isRecord(problem) ? problem : { code: null, data: undefined }
  return new Fault('call_answered', { to, status, code: typeof code === 'string' ? code : null, data })
}
