/**
 * The two ways to write a stream of items: server-sent events, and JSON lines.
 *
 * @module
 */
import { failureEvent, failureLine } from '../codec/item-failure.ts'
import { encodeEvent, encodeRetry, HEARTBEAT } from '../codec/sse.ts'

export interface ItemForm {
  readonly contentType: string
  /** One item; `json` has no line breaks. Throws TypeError for an id that a reader could not name. */
  item(json: string, id: string | null): string
  /** What a reader passes over. */
  readonly heartbeat: string
  /** How long to wait before coming back; "" where a reader cannot be told. */
  retry(ms: number): string
  /** What ends a stream that failed, and cannot be an item: a problem (RFC 9457). */
  failure(json: string): string
}

const EVENTS: ItemForm = {
  contentType: 'text/event-stream',
  item: (json, id) => encodeEvent(json, undefined, id),
  heartbeat: HEARTBEAT,
  retry: encodeRetry,
  failure: failureEvent,
}

const lines = (contentType: string): ItemForm => ({
  contentType,
  item: (json) => `${json}\n`,
  heartbeat: '\n',
  retry: () => '',
  failure: failureLine,
})

/** The usual one first: what asks for no form in particular is a browser or a person. */
export const ITEM_FORMS: readonly ItemForm[] = [
  EVENTS,
  lines('application/jsonl'),
  lines('application/x-ndjson'),
]
