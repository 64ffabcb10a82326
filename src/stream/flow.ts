/**
 * What flows in or out of a handler: bytes, items of a schema, or parts of a form.
 *
 * @module
 */
import { DEFAULT_PART_LIMITS } from '../codec/multipart-parser.ts'
import { Fault } from '../fault.ts'
import type { AnySchema, OutputOf } from '../schema/standard.ts'
import { bytes as bytesSchema, type WholeSchema, wholeOf } from '../schema/whole.ts'
import { MAX_TIMER_MS } from '../value/duration.ts'
import { parseSize } from '../value/size.ts'

/** Says that bytes flow, of one of some media types. */
export interface Bytes {
  readonly flow: 'bytes'
  readonly schema: WholeSchema<Uint8Array>
}

/** Says that items of a schema flow, one after the other. */
export interface Items<S extends AnySchema> {
  readonly flow: 'items'
  readonly schema: S
  /** Bytes of one item as it is written. */
  readonly limit: number
  // biome-ignore lint: variance: of the items of any schema.
  readonly id: ((item: any) => string | null) | null
  readonly heartbeatMs: number
  readonly retryMs: number | null
}

/** Says that the parts of a form flow in. */
export interface Parts {
  readonly flow: 'parts'
  /** How many. */
  readonly parts: number
  /** Bytes of the content of one. */
  readonly part: number
}

export interface PartOptions {
  /** How many parts there may be, 1,000 by default and at most. */
  readonly parts?: number
  /** The largest one, such as "50mb"; by default the whole body bounds it. */
  readonly part?: string | number
}

export interface ItemOptions<T> {
  /** The largest item as it is written, such as "64kb"; by default 1 MiB. */
  readonly limit?: string | number
  /**
   * Names an item that is given, so that a caller who comes back can say which one it saw last; the function
   * finds that in `context.resume`. Null for one that is not to be gone on after.
   */
  readonly id?: (item: T) => string | null
  /** How long a stream that gives nothing stays quiet before it shows that it is there; 0 for ever. 15 s. */
  readonly heartbeatMs?: number
  /** How long a reader whose connection broke off is to wait before it comes back. By default it decides. */
  readonly retryMs?: number
}

/** The longest item, where nobody says more: as long as our readers of event streams take. */
export const MAX_ITEM: number = 1024 * 1024
const HEARTBEAT_MS = 15_000

/** Bytes of some media types: `bytes('image/png')`, `bytes('image/*')`; of any type without. Fault: setup_faulty. */
export function bytes(...mediaTypes: readonly string[]): Bytes {
  return { flow: 'bytes', schema: bytesSchema(...mediaTypes) }
}

/** Items of a schema. Fault: setup_faulty for a limit or times that are none. */
export function items<S extends AnySchema>(schema: S, options: ItemOptions<OutputOf<S>> = {}): Items<S> {
  const { limit = MAX_ITEM, id = null, heartbeatMs = HEARTBEAT_MS, retryMs = null } = options
  if (wholeOf(schema) !== null)
    throw faulty('items(...)', 'its schema is of bytes or text', 'Items are data: use stream.bytes for bytes')
  return {
    flow: 'items',
    schema,
    limit: parseSize(limit),
    id,
    heartbeatMs: checkedMs('heartbeatMs', heartbeatMs),
    retryMs: retryMs === null ? null : checkedMs('retryMs', retryMs),
  }
}

/** The parts of a form, `multipart/form-data`. Fault: setup_faulty for limits that are none. */
export function parts(options: PartOptions = {}): Parts {
  const { parts: count = DEFAULT_PART_LIMITS.parts, part } = options
  if (!Number.isSafeInteger(count) || count < 1 || count > DEFAULT_PART_LIMITS.parts)
    throw faulty('parts({ parts })', `${String(count)} is no number of parts`, 'Write 1 to 1,000')
  return {
    flow: 'parts',
    parts: count,
    part: part === undefined ? Number.POSITIVE_INFINITY : parseSize(part),
  }
}

function checkedMs(name: string, ms: number): number {
  if (Number.isSafeInteger(ms) && ms >= 0 && ms <= MAX_TIMER_MS) return ms
  throw faulty(`items(..., { ${name} })`, `${String(ms)} is no time`, 'Write whole milliseconds')
}

function faulty(what: string, reason: string, fix: string): Fault {
  return new Fault('setup_faulty', { what, reason, fix })
}
