/**
 * Schemas of bodies that are no data: bytes of some media types, and text.
 *
 * @module
 */
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'
import { Fault } from '../fault.ts'
import { mediaType } from '../value/media-type.ts'
import type { AnySchema } from './standard.ts'

/** The member of a schema that says so. */
export const WHOLE: unique symbol = Symbol.for('hagaki.whole')

export interface Whole {
  readonly kind: 'bytes' | 'text'
  /** Media types or ranges such as "image/*"; the first one that is no range is what answers have. */
  readonly mediaTypes: readonly string[]
}

/** A Standard Schema whose values are a whole body. */
export interface WholeSchema<T> extends StandardSchemaV1<T, T> {
  readonly '~standard': StandardSchemaV1.Props<T, T> & StandardJSONSchemaV1.Props<T, T>
  readonly [WHOLE]: Whole
}

/**
 * A body of bytes, of one of some media types: `bytes('image/png', 'image/jpeg')`, `bytes('image/*')`. Without
 * any, of every type. Fault: setup_faulty for what is no media type.
 */
export function bytes(...mediaTypes: readonly string[]): WholeSchema<Uint8Array> {
  const types = mediaTypes.length === 0 ? ['*/*'] : mediaTypes.map((type) => checkedRange(type))
  const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array
  return whole({ kind: 'bytes', mediaTypes: types }, isBytes, 'must be bytes, as a Uint8Array', {
    type: 'string',
    format: 'binary',
  })
}

/** A body of text in UTF-8, by default `text/plain`. Fault: setup_faulty for what is no media type. */
export function text(...mediaTypes: readonly string[]): WholeSchema<string> {
  const types = mediaTypes.length === 0 ? ['text/plain'] : mediaTypes.map((type) => checkedRange(type))
  const isText = (value: unknown): value is string => typeof value === 'string' && value.isWellFormed()
  return whole({ kind: 'text', mediaTypes: types }, isText, 'must be well-formed text', { type: 'string' })
}

/** What a schema says of a whole body; null for a schema of data. */
export function wholeOf(schema: AnySchema | undefined): Whole | null {
  return (schema as Partial<WholeSchema<unknown>> | undefined)?.[WHOLE] ?? null
}

/** True when a media type ("type/subtype", lower case) is in one of some ranges. */
export function isInRange(essence: string, ranges: readonly string[]): boolean {
  return ranges.some(
    (range) =>
      range === '*/*' ||
      range === essence ||
      (range.endsWith('/*') && essence.startsWith(range.slice(0, -1))),
  )
}

function whole<T>(
  what: Whole,
  fits: (value: unknown) => value is T,
  message: string,
  json: Record<string, unknown>,
): WholeSchema<T> {
  const described = (): Record<string, unknown> => ({ ...json })
  return {
    [WHOLE]: what,
    '~standard': {
      version: 1,
      vendor: 'hagaki',
      validate: (value) => (fits(value) ? { value } : { issues: [{ message }] }),
      jsonSchema: { input: described, output: described },
    },
  }
}

function checkedRange(type: string): string {
  const parsed = mediaType(type)
  if (parsed !== null && parsed.parameters.size === 0) return parsed.essence
  const fix = 'Write it like "image/png" or "image/*"'
  throw new Fault('setup_faulty', { what: `media type ${JSON.stringify(type)}`, reason: 'it is none', fix })
}
