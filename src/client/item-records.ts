/**
 * What a stream of items holds, whichever way it is written: items, and the failure that ends it.
 *
 * @module
 */
import { CallFault } from '../call-fault.ts'
import { FAILURE_EVENT, failureOfLine } from '../codec/item-failure.ts'
import { LINES_TYPES, linesOf } from '../codec/lines.ts'
import { decodeEvents } from '../codec/sse.ts'
import { isFault } from '../fault.ts'
import { mediaType } from '../value/media-type.ts'
import { utf8Text } from '../value/utf8.ts'

export type ItemRecord =
  | {
      readonly kind: 'item'
      readonly item: unknown
      /** The last id that was named up to here; null before the first. */
      readonly id: string | null
      /** How long to wait before coming back, in milliseconds; null where nobody has said. */
      readonly retryMs: number | null
    }
  /** `problem` is whatever it says: see `answered`. */
  | { readonly kind: 'failure'; readonly problem: unknown }

/** An event has names of fields and an id besides its item. */
const MORE = 4_096
const MAX_ITEM = 1024 * 1024

/** `limit` in bytes of one item. Fault: call_faulty, naming `to`, for what is no stream of items. */
export function itemRecords(
  chunks: AsyncIterable<Uint8Array>,
  contentType: string | null,
  to: string,
  limit: number = MAX_ITEM,
): AsyncGenerator<ItemRecord, void, undefined> {
  const essence = mediaType(contentType ?? '')?.essence ?? ''
  if (essence === 'text/event-stream') return guarded(ofEvents(chunks, to, limit), to)
  if (LINES_TYPES.includes(essence)) return guarded(ofLines(chunks, to, limit), to)
  throw faulty(to, `${contentType ?? 'an answer without type'} is no stream of items`)
}

async function* ofEvents(
  chunks: AsyncIterable<Uint8Array>,
  to: string,
  limit: number,
): AsyncGenerator<ItemRecord, void, undefined> {
  for await (const { event, data, id, retryMs } of decodeEvents(chunks, limit + MORE)) {
    if (event === FAILURE_EVENT) yield { kind: 'failure', problem: parsed(data, to) }
    // Others are of a later version.
    else if (event === 'message')
      yield { kind: 'item', item: parsed(data, to), id: id === '' ? null : id, retryMs }
  }
}

async function* ofLines(
  chunks: AsyncIterable<Uint8Array>,
  to: string,
  limit: number,
): AsyncGenerator<ItemRecord, void, undefined> {
  for await (const line of linesOf(chunks, limit + MORE)) {
    const text = utf8Text(line) ?? '?'
    if (/^[ \t\r]*$/.test(text)) continue
    const failure = failureOfLine(text)
    if (failure !== null) yield { kind: 'failure', problem: parsed(failure, to) }
    else yield { kind: 'item', item: parsed(text, to), id: null, retryMs: null }
  }
}

// That its limit is ours is of no use to whoever asked for the items.
async function* guarded(
  records: AsyncGenerator<ItemRecord, void, undefined>,
  to: string,
): AsyncGenerator<ItemRecord, void, undefined> {
  try {
    yield* records
  } catch (error) {
    throw isFault(error) && error.code === 'body_too_large'
      ? faulty(to, 'an item is too large', error)
      : error
  }
}

function parsed(json: string, to: string): unknown {
  try {
    return JSON.parse(json) as unknown
  } catch (error) {
    throw faulty(to, 'an item is not JSON', error)
  }
}

function faulty(to: string, reason: string, cause?: unknown): CallFault<'call_faulty'> {
  return new CallFault('call_faulty', { to, reason }, cause)
}
