/**
 * Taking: how the body of a request becomes what a handler is given.
 *
 * @module
 */
import type { Entries, Format } from '../codec/format.ts'
import type { Input, Log, RequestHeaders } from '../contract.ts'
import type { AnySchema } from '../schema/standard.ts'
import type { BodyLimit, RawBody } from './body.ts'

export interface Taking {
  /** As the contract says it. */
  readonly takes: 'data' | 'bytes' | 'text' | 'items' | 'parts' | 'chunks'
  /** The media types or ranges it reads. Formats are those of the handler. */
  mediaTypes(formats: readonly Format[]): readonly string[]
  /** The schema of items that flow in, for the contract. */
  readonly items?: AnySchema
  /** The bounds of what flows in, for the contract. */
  readonly limits?: FlowLimits
  /** True where `receive` is asked as well when no body is there, which is then one of zero bytes. */
  readonly whenAbsent?: true
  /**
   * What a function is given of a body that flows, whether `receive` gave it or a caller by name: checked as
   * it is iterated. Fault: input_invalid for what is no such body.
   */
  admit?(given: unknown): unknown
  /**
   * Reads a body that is there; null where it has no bytes, and that is as good as none. Faults:
   * media_type_unsupported, content_coding_unsupported, body_too_large, body_malformed and what `input` has.
   */
  receive(arrival: Arrival): Received | null | Promise<Received | null>
}

/** Bounds of what flows in, each in bytes but for counts. */
export interface FlowLimits {
  /** Of one item as it is written. */
  readonly item?: number
  /** How many parts. */
  readonly parts?: number
  /** Of one part's content. */
  readonly part?: number
  /** Of one part's header section. */
  readonly partHeaders?: number
}

/** A body that has not been read. */
export interface Arrival {
  readonly headers: RequestHeaders
  readonly input: Input
  readonly formats: readonly Format[]
  readonly limit: BodyLimit
  readonly log: Log
  readonly handler: string
}

/** A body as a value: data, or entries that become data by the schema. */
export interface Received {
  readonly value: unknown
  readonly entries: Entries | null
  readonly raw: RawBody | null
}
