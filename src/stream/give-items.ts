/**
 * Giving items: one after the other, as server-sent events.
 *
 * @module
 */

import { chain } from '../call/after.ts'
import { isOurs, problemOf } from '../call/answer.ts'
import { logThrown } from '../call/log.ts'
import { encodeJson } from '../codec/json.ts'
import { encodeEvent } from '../codec/sse.ts'
import { isFault } from '../fault.ts'
import type { Delivery, Giving } from '../handler/giving.ts'
import { isAsyncIterable, leavable, leave } from '../handler/leave.ts'
import { stream } from '../value/result.ts'

/** The event that ends a stream which failed; its data is a problem (RFC 9457). */
const FAILURE_EVENT = 'failure'

export const GIVES_ITEMS: Giving = {
  gives: 'items',
  offers: () => ['text/event-stream'],
  deliver: (returned, delivery) =>
    chain(returned, (items) => {
      if (!isAsyncIterable(items)) throw new TypeError('A streaming handler has to return an async iterable')
      return leavable(checked(items, delivery), () => leave(items))
    }),
  respond: (delivered, delivery, fields) => {
    const items = delivered as AsyncIterable<unknown>
    const body = leavable(events(items, delivery), () => leave(items))
    return [200, 'text/event-stream', { ...fields, 'cache-control': 'no-cache' }, stream(body)]
  },
}

// Each item as its schema gives it out, and what was thrown as the caller may see it.
async function* checked(
  items: AsyncIterable<unknown>,
  delivery: Delivery,
): AsyncGenerator<unknown, void, undefined> {
  try {
    for await (const item of items) yield await delivery.fit(item)
  } catch (error) {
    throw delivery.refusal(error)
  }
}

// The status is out already, so a failure travels as the last event and not as an end like any other.
async function* events(
  items: AsyncIterable<unknown>,
  delivery: Delivery,
): AsyncGenerator<string, void, undefined> {
  try {
    for await (const item of items) yield encodeEvent(encodeJson(item))
  } catch (error) {
    const { aborted, reason } = delivery.signal()
    if (!aborted) {
      if (isOurs(error)) logThrown(delivery.log, error, { handler: delivery.handler })
      yield failureEvent(error)
    } else if (isFault(reason) && reason.code === 'draining') {
      yield failureEvent(reason) // the caller is still there, and may come back to another server
    }
  }
}

function failureEvent(thrown: unknown): string {
  return encodeEvent(JSON.stringify(problemOf(thrown)), FAILURE_EVENT)
}
