/**
 * What a function in another language says besides its data: `reply`, as its worker sends it. It comes as a context key
 * of the result, whose name has a colon, and goes no further.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import type { ReplyParts } from '../handler/reply.ts'
import { isRecord } from '../value/data.ts'
import type { Carried } from '../value/message.ts'

const REPLY = 'hagaki:reply'

/** What was said, undefined for nothing, and the keys that are carried. */
export function saidApart(context: Carried): { readonly said: unknown; readonly carried: Carried } {
  if (!Object.hasOwn(context, REPLY)) return { said: undefined, carried: context }
  const { [REPLY]: said, ...carried } = context
  return { said, carried }
}

/** As `reply` takes it, which checks the rest. Fault: call_faulty, naming `to`, for what nobody can have meant. */
export function replyParts(said: unknown, to: string): ReplyParts {
  if (!isRecord(said)) throw faulty(to)
  const { fields, redirect, mediaType, length } = said
  const fits =
    (fields === undefined || (isRecord(fields) && Object.values(fields).every(isValue))) &&
    (redirect === undefined || isRecord(redirect)) &&
    (mediaType === undefined || typeof mediaType === 'string') &&
    (length === undefined || (Number.isSafeInteger(length) && (length as number) >= 0))
  if (!fits) throw faulty(to)
  return said as ReplyParts
}

function isValue(value: unknown): boolean {
  return typeof value === 'string' || (Array.isArray(value) && value.every((one) => typeof one === 'string'))
}

function faulty(to: string): Fault {
  return new Fault('call_faulty', { to, reason: 'what it says besides its data is no reply' })
}
