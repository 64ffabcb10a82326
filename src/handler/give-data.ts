/**
 * Giving data: the whole answer at once, in the format that the caller likes best.
 *
 * @module
 */
import { chain } from '../call/after.ts'
import type { Result } from '../contract.ts'
import { Fault } from '../fault.ts'
import { type AnySchema, check } from '../schema/standard.ts'
import type { Delivery, Giving } from './giving.ts'
import { isReply } from './reply.ts'
import { VERBS } from './verb.ts'

export const GIVES_DATA: Giving = {
  gives: 'data',
  offers: (formats) => formats.filter((format) => format.encode !== null).map((format) => format.mediaType),
  deliver: (returned, delivery) => chain(returned, (value) => delivery.fit(unwrap(value, delivery))),
  // Undefined is no data: a schema that allows it says that there may be nothing to give.
  respond: (delivered, { verb, format }, fields): Result =>
    delivered === undefined
      ? [204, null, fields, null]
      : [VERBS[verb].status, format!.mediaType, fields, format!.encode!(delivered)],
}

/**
 * Where a contract says that nothing is returned, so it is: what came would go nowhere. Fault: output_invalid, whose
 * cause is for the log. Null is nothing as well, as other languages and many a database say it.
 */
export function fittingNothing(value: unknown, handler: string): undefined {
  if (value === undefined || value === null) return undefined
  const said = `It returned ${typeof value}, and has no returns: say what it returns, or let it return nothing`
  throw new Fault('output_invalid', { handler }, new TypeError(said))
}

/** The data of what a function returned; what it said besides is kept with the delivery. */
export function unwrap(returned: unknown, delivery: Delivery): unknown {
  if (!isReply(returned)) return returned
  delivery.reply = returned.parts
  return returned.data
}

/**
 * What a function returned, as its schema gives it out. Fault: output_invalid, whose cause is for
 * the log: the caller learns nothing of data that were not meant for it.
 */
export function fitting(returns: AnySchema, value: unknown, handler: string): unknown {
  return chain(check(returns, value), (checked) => {
    if ('value' in checked) return checked.value
    const issues = checked.issues.map((issue) => `${issue.pointer || '(whole)'} ${issue.message}`)
    throw new Fault('output_invalid', { handler }, new TypeError(issues.join('; ')))
  })
}
