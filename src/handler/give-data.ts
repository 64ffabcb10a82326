/**
 * Giving data: the whole answer at once, as JSON.
 *
 * @module
 */
import { chain } from '../call/after.ts'
import { encodeJson } from '../codec/json.ts'
import type { Result } from '../contract.ts'
import { Fault } from '../fault.ts'
import { type AnySchema, check } from '../schema/standard.ts'
import type { Delivery, Giving } from './handler.ts'
import { VERBS } from './verb.ts'

export const GIVES_DATA: Giving = {
  gives: 'data',
  mediaType: 'application/json',
  deliver: (returned, delivery) =>
    chain(returned, (value) =>
      delivery.returns === undefined ? undefined : fitting(delivery.returns, value, delivery),
    ),
  // Undefined is no JSON: a schema that allows it says that there may be nothing to give.
  respond: (delivered, { verb }): Result =>
    delivered === undefined
      ? [204, null, {}, null]
      : [VERBS[verb].status, 'application/json', {}, encodeJson(delivered)],
}

/**
 * What a function returned, as its schema gives it out. Fault: output_invalid, whose cause is for
 * the log: the caller learns nothing of data that were not meant for it.
 */
export function fitting(returns: AnySchema, value: unknown, { handler }: Delivery): unknown {
  return chain(check(returns, value), (checked) => {
    if ('value' in checked) return checked.value
    const issues = checked.issues.map((issue) => `${issue.pointer || '(whole)'} ${issue.message}`)
    throw new Fault('output_invalid', { handler }, new TypeError(issues.join('; ')))
  })
}
