/**
 * The schemas, sources, formats and failures of an offer, as handlers here are made with.
 *
 * @module
 */
import type { FailureKind } from '../call/failure.ts'
import { cbor } from '../codec/cbor.ts'
import { form } from '../codec/form.ts'
import type { Format } from '../codec/format.ts'
import { json } from '../codec/json.ts'
import { msgpack } from '../codec/msgpack.ts'
import { multipart } from '../codec/multipart.ts'
import { Fault } from '../fault.ts'
import { type AnyFailureType, failure } from '../handler/failure.ts'
import { cookie, header, query, type Source } from '../handler/source.ts'
import { jsonSchema } from '../schema/from-json-schema.ts'
import { compileJsonSchema } from '../schema/json-check/compile.ts'
import type { JsonSchema } from '../schema/json-schema.ts'
import type { AnySchema } from '../schema/standard.ts'
import { bytes, text } from '../schema/whole.ts'
import { type Bytes, type Items, items, type Parts, parts, bytes as streamedBytes } from '../stream/flow.ts'
import { isRecord } from '../value/data.ts'
import type { Flowing, OfferedFailures, OfferedFormat, Shape } from './offer.ts'

/** Failures by their codes; of two the later holds. */
export function byCode(failures: readonly AnyFailureType[]): ReadonlyMap<string, AnyFailureType> {
  return new Map(failures.map((one) => [one.code, one]))
}

/** A schema of data. Fault: setup_faulty, with its keyword that is not one. */
export function dataSchema(schema: JsonSchema, what: string): AnySchema {
  try {
    return jsonSchema(schema, compileJsonSchema(schema))
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const fix = 'Write it in the keywords that the docs of handlers in this language have'
    throw new Fault('setup_faulty', { what, reason: error.message, fix }, error)
  }
}

/** Of data, or of a whole body. */
export function schemaOf(shape: Shape | undefined, what: string): AnySchema | undefined {
  if (shape === undefined) return undefined
  if ('bytes' in shape) return bytes(...shape.bytes)
  return 'text' in shape ? text(...shape.text) : dataSchema(shape.data, what)
}

/** What flows in or out. */
export function flowOf(flowing: Flowing, what: string): Bytes | Items<AnySchema> | Parts {
  if (flowing.parts !== undefined) return parts(flowing.parts)
  if (flowing.items === undefined) return streamedBytes(...(flowing.bytes ?? []))
  const { limit, id, heartbeatMs, retryMs } = flowing
  const idOf = (item: unknown): string | null => {
    const named = isRecord(item) ? item[id!] : undefined
    return typeof named === 'string' || typeof named === 'number' ? String(named) : null
  }
  return items(dataSchema(flowing.items, what), {
    ...(limit !== undefined && { limit }),
    ...(id !== undefined && { id: idOf }),
    ...(heartbeatMs !== undefined && { heartbeatMs }),
    ...(retryMs !== undefined && { retryMs }),
  })
}

/** Fault: setup_faulty for a place that is none. */
export function sourceOf(
  { in: place, name }: { readonly in: string; readonly name?: string },
  what: string,
): Source {
  if (place === 'query') return query(name)
  if (place === 'header') return header(name!)
  if (place === 'cookie') return cookie(name)
  const fix = 'Write query(), header("if-match") or cookie()'
  throw new Fault('setup_faulty', { what, reason: `there is no place ${JSON.stringify(place)}`, fix })
}

const FORMATS: { readonly [name: string]: Format } = { json, form, cbor, msgpack }

/** Fault: setup_faulty for a format that is not there. */
export function formatsOf(formats: readonly OfferedFormat[], what: string): Format[] {
  return formats.map((one) => {
    if (typeof one !== 'string') return multipart(one.multipart)
    const format = Object.hasOwn(FORMATS, one) ? FORMATS[one] : undefined
    if (format !== undefined) return format
    const fix = `Say ${Object.keys(FORMATS).join(', ')}; how files come, the docs of handlers in this language say`
    throw new Fault('setup_faulty', { what, reason: `it has no format ${JSON.stringify(one)}`, fix })
  })
}

/** Failures by code: the same one, declared twice, is the same value. */
export class Failures {
  readonly #made = new Map<string, AnyFailureType>()

  /** Fault: setup_faulty. */
  of(offered: OfferedFailures | undefined): AnyFailureType[] {
    return Object.entries(offered ?? {}).map(([code, declared]) => {
      const { kind, data } = declared
      const key = `${code} ${JSON.stringify(declared)}`
      const before = this.#made.get(key)
      if (before !== undefined) return before
      const schema = data === undefined ? [] : [dataSchema(data, `failure "${code}"`)]
      const made = (failure as (...args: unknown[]) => AnyFailureType)(code, kind as FailureKind, ...schema)
      this.#made.set(key, made)
      return made
    })
  }
}
