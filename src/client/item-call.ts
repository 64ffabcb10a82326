/**
 * Calling a handler that gives items one by one, as server-sent events.
 *
 * @module
 */
import { decodeEvents, type ServerSentEvent } from '../codec/sse.ts'
import { Fault, isFault } from '../fault.ts'
import { isRecord } from '../value/data.ts'
import { mediaType } from '../value/media-type.ts'
import { utf8Bytes } from '../value/utf8.ts'
import { pieces, wholeBody } from './answer-body.ts'
import type { CallOptions } from './call-options.ts'
import { answered } from './failed.ts'
import { parseJson } from './json-body.ts'
import { Waiting } from './waiting.ts'
import type { Way } from './way.ts'

/** Gives items until the stream ends, fails or is left. Faults: those of `client`. */
export async function* itemCall(
  way: Way,
  data: unknown,
  options: CallOptions,
): AsyncGenerator<unknown, void, undefined> {
  const { to } = way
  const waiting = new Waiting(to, options)
  let whole = false
  try {
    const [status, contentType, , body] = await way.send(data, options, waiting)
    if (status >= 300) {
      const problem = parseJson(await waiting.for(wholeBody(body, to)))
      whole = true
      throw answered(to, status, problem)
    }
    if (mediaType(contentType ?? '')?.essence !== 'text/event-stream') {
      throw new Fault('call_faulty', {
        to,
        reason: `${contentType ?? 'an answer without type'} is no event stream`,
      })
    }
    waiting.began()
    const events = decodeEvents(pieces(body))
    const next = (): Promise<IteratorResult<ServerSentEvent, void>> =>
      waiting.for(events.next().catch((error: unknown) => unreadable(to, error)))
    try {
      for (;;) {
        const { done, value } = await next()
        whole = done === true
        if (value === undefined) return
        if (value.event === 'message') yield itemOf(value, to)
        if (value.event !== 'failure') continue // of a later version
        // It is the last event: with the end behind it the answer is whole, and was not broken off.
        const failed = failureOf(value, to)
        whole = await next().then(
          (after) => after.done === true,
          () => false,
        )
        throw failed
      }
    } finally {
      // Who was cancelled does not wait for the end either.
      const ended = events.return().catch(() => {})
      if (!waiting.signal.aborted) await ended
    }
  } finally {
    waiting.end(whole)
  }
}

// That its limit is ours is of no use to whoever asked for the items.
function unreadable(to: string, error: unknown): never {
  if (!isFault(error) || error.code !== 'body_too_large') throw error
  throw new Fault('call_faulty', { to, reason: 'an item is too large' }, error)
}

/** The data of an item's event. Fault: call_faulty. */
function itemOf({ data }: ServerSentEvent, to: string): unknown {
  const decoded = parseJson(utf8Bytes(data))
  if (decoded === undefined) throw new Fault('call_faulty', { to, reason: 'an item is not JSON' })
  return decoded
}

/** What ended a stream. Fault: call_faulty for what is no problem. */
function failureOf(event: ServerSentEvent, to: string): Fault {
  const problem = itemOf(event, to)
  const status = isRecord(problem) ? problem['status'] : undefined
  return answered(to, typeof status === 'number' ? status : 500, problem)
}
