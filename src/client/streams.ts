/**
 * Calls of which one side flows. Loaded with the first one: see `callOf` in `functions.ts`.
 *
 * @module
 */
import { CallFault } from '../call-fault.ts'
import type { CallOptions } from './call-options.ts'
import { dataCall } from './data-call.ts'
import { itemCall } from './item-call.ts'
import type { Way } from './way.ts'

/** What a handler gives one by one. */
export function streamCall(
  way: Way,
  data: unknown,
  options: CallOptions,
): AsyncGenerator<unknown, void, undefined> {
  return itemCall(way, data, options)
}

/** Sends a body that flows, for an answer that is given at once. */
export function uploadCall(way: Way, data: unknown, options: CallOptions): Promise<unknown> {
  return dataCall(way, data, options, ({ as }) => {
    const reason = `it takes ${as}, which this client does not send`
    throw new CallFault('setup_faulty', {
      what: `The handler at ${way.handler.path}`,
      reason,
      fix: 'Update hagaki',
    })
  })
}
