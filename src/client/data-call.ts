/**
 * Calling a handler that gives its answer at once.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import { parseJson, wholeBody } from './answer-body.ts'
import { answered } from './failed.ts'
import { type CallOptions, Waiting } from './waiting.ts'
import type { Way } from './way.ts'

/** Resolves with the data, or undefined where there are none. Faults: those of `client`. */
export async function dataCall(
  { to, gives, send }: Way,
  data: unknown,
  options: CallOptions,
): Promise<unknown> {
  const waiting = new Waiting(to, options)
  let whole = false
  try {
    const [status, , , body] = await waiting.for(send(data, options, waiting.signal))
    const bytes = await waiting.for(wholeBody(body, to))
    whole = true
    if (status >= 400) throw answered(to, status, parseJson(bytes))
    if (!gives || status === 204) return undefined
    const decoded = parseJson(bytes)
    if (decoded === undefined) throw new Fault('call_faulty', { to, reason: 'it is not JSON' })
    return decoded
  } finally {
    waiting.end(whole)
  }
}
