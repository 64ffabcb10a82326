/**
 * Giving items: one after the other, as server-sent events.
 *
 * @module
 */
import { isOurs, problemOf } from '../call/answer.ts'
import { chain } from '../call/after.ts'
import { encodeEvent } from '../codec/sse.ts'
import { encodeJson } from '../codec/json.ts'
import { fitting } from '../handler/give-data.ts'
import type { Delivery, Giving } from '../handler/handler.ts'
import { stream } from '../value/result.ts'

/** The event that ends a stream which failed; its data is a problem (RFC 9457). */
export const FAILURE_EVENT = 'failure'

export const GIVES_ITEMS: Giving = {
  gives: 'items',
  mediaType: 'text/event-stream',
  deliver: (returned, delivery) => chain(returned, (items) => checked(items, delivery)),
  respond: (delivered, delivery) => [
    200,
    'text/event-stream',
    { 'cache-control': 'no-cache' },
    stream(events(delivered as AsyncIterable<unknown>, delivery)),
  ],
}

async function* checked(items: unknown, delivery: Delivery): AsyncGenerator<unknown, void, undefined> {
  for await (const item of items as AsyncIterable<unknown>)
    yield await fitting(delivery.returns!, item, delivery)
}

// The status is out already, so a failure travels as the last event and not as an end like any other.
async function* events(
  items: AsyncIterable<unknown>,
  delivery: Delivery,
): AsyncGenerator<string, void, undefined> {
  try {
    for await (const item of items) yield encodeEvent(encodeJson(item))
  } catch (error) {
    if (delivery.gone()) return
    const shown = delivery.expose(error)
    if (isOurs(shown)) delivery.log.error({ err: error, handler: delivery.handler }, 'The stream failed')
    yield encodeEvent(JSON.stringify(problemOf(shown)), FAILURE_EVENT)
  }
}
