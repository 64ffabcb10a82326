/**
 * Refusals as an app writes them: one pure function from what is refused to its answer.
 *
 * @module
 */
import { isPromise } from '../call/after.ts'
import { type Problem, problemOf } from '../call/answer.ts'
import { logThrown } from '../call/log.ts'
import { outgoing } from '../call/outgoing.ts'
import { refused } from '../call/use.ts'
import type { Options, RequestHeaders, Result } from '../contract.ts'
import { isStream, isTakeover } from '../value/result.ts'

/** A request that is refused. */
export interface Refused {
  /** The problem that it would be answered with (RFC 9457). */
  readonly problem: Problem
  /** What was thrown: `Gone.is(thrown)`. Below 500 it is for the caller; of the rest nothing should be shown. */
  readonly thrown: unknown
  /** The handler that was asked, by its name in the outermost service; null where none is there. */
  readonly handler: string | null
  readonly method: string
  /** Behind the mount, as it came. */
  readonly path: string
  readonly headers: RequestHeaders
}

/**
 * Gives the answer to a refused request, at once: a status of 400 and above, and a body that is here. Undefined leaves
 * the problem. Fields of the problem's answer that it does not name, such as `allow`, are added.
 */
export type Refusals = (refused: Refused) => Result | undefined

/** Answers a request that was refused with `thrown`, as `shape` writes it. Never throws. */
export function refusedAs(
  shape: Refusals | null,
  thrown: unknown,
  asked: Omit<Refused, 'problem' | 'thrown'>,
  options: Options,
): Result {
  const usual = refused(thrown, asked.path, options)
  if (shape === null) return usual
  try {
    const result = shape({ ...asked, problem: problemOf(thrown), thrown })
    return result === undefined ? usual : joined(usual, checked(result))
  } catch (error) {
    const cause = new Error('The function `refusals` gives no answer, so the problem was sent', {
      cause: error,
    })
    try {
      logThrown(options.log, cause, { path: asked.path })
    } catch {} // a log that fails must not take the answer with it
    return usual
  }
}

// Who asks has to be able to tell a refusal from what was asked for.
function checked(result: Result): Result {
  if (isPromise(result)) throw new TypeError('It gives a promise, and answers at once')
  outgoing(result, 'GET')
  const [status, , , body] = result
  if (status < 400) throw new TypeError(`Its status is ${status}, and that of a refusal is 400 or above`)
  if (body !== null && (isStream(body) || isTakeover(body))) throw new TypeError('Its body is not here')
  return result
}

function joined([, , usual]: Result, [status, contentType, fields, body]: Result): Result {
  return [status, contentType, { ...usual, ...fields }, body]
}
