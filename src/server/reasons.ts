/**
 * Reason phrases that a server is told. RFC 9112 section 4.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import { isFieldValue } from '../value/headers.ts'
import type { Reasons } from './engine.ts'

/** Gives them back as data of their own. Fault: setup_faulty for what no status line may hold. */
export function checkReasons(reasons: Reasons): Reasons {
  const checked: Record<number, string> = {}
  for (const [status, phrase] of Object.entries(reasons)) {
    const what = `reasons[${status}]`
    if (!/^[1-5][0-9]{2}$/.test(status)) {
      throw new Fault('setup_faulty', { what, reason: 'that is no status', fix: 'Statuses are 100 to 599' })
    }
    if (typeof phrase !== 'string' || !isFieldValue(phrase)) {
      const reason = `${JSON.stringify(phrase)} is no reason phrase`
      throw new Fault('setup_faulty', { what, reason, fix: 'Use printable characters of one octet each' })
    }
    checked[Number(status)] = phrase
  }
  return Object.freeze(checked)
}
