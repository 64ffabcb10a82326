/**
 * A schema as its variants: flat schemas of one type each, without references, of which data fit one. A file of a form
 * is of a type of its own, "file": JSON Schema writes it as a string, and no text is one.
 *
 * @module
 */
import { isFileSchema } from '../schema/json-check/file.ts'
import { type JsonSchema, lookUp } from '../schema/json-schema.ts'
import { isRecord } from '../value/data.ts'
import { merge } from './merge.ts'

/** More of them are not told apart: schemas that multiply their alternatives would fill memory. */
const MAX_VARIANTS = 64

const COMPOSING: ReadonlySet<string> = new Set([
  '$ref',
  '$defs',
  'definitions',
  '$id',
  '$schema',
  'allOf',
  'anyOf',
  'oneOf',
])
const ANYTHING: readonly JsonSchema[] = [{}]
const TYPES = ['string', 'number', 'boolean', 'null', 'array', 'object'] as const
/** Of what a schema takes that says nothing of types. Nothing is sent as a file that does not say so. */
const TAKEN_TYPES = [...TYPES, 'file'] as const

/**
 * The variants. A schema that says nothing of types has one of each. Null where there are too many.
 * `schema` may be a boolean, as schemas may.
 */
export function variantsOf(
  schema: unknown,
  root: JsonSchema,
  side: 'sent' | 'taken',
): readonly JsonSchema[] | null {
  const found = expanded(schema, root, [])
  if (found === null) return null
  const split = found.flatMap((one) => ofOneType(one, side === 'sent' ? TYPES : TAKEN_TYPES))
  return split.length > MAX_VARIANTS ? null : split
}

function expanded(
  schema: unknown,
  root: JsonSchema,
  above: readonly JsonSchema[],
): readonly JsonSchema[] | null {
  if (schema === false) return []
  // One that is part of itself adds nothing.
  if (!isRecord(schema) || above.includes(schema)) return ANYTHING
  const inner = (part: unknown): readonly JsonSchema[] | null => expanded(part, root, [...above, schema])
  const { $ref, allOf, anyOf, oneOf } = schema
  const own = Object.fromEntries(Object.entries(schema).filter(([keyword]) => !COMPOSING.has(keyword)))
  const whole: readonly JsonSchema[] = [own]
  const together: (readonly JsonSchema[] | null)[] = [whole]
  if (typeof $ref === 'string') together.push(inner(lookUp($ref, root)))
  for (const part of listOf(allOf)) together.push(inner(part))
  for (const list of [anyOf, oneOf]) {
    if (!Array.isArray(list)) continue
    const each = list.map(inner)
    together.push(each.includes(null) ? null : (each as (readonly JsonSchema[])[]).flat())
  }
  return together.reduce(product)
}

function product(
  some: readonly JsonSchema[] | null,
  others: readonly JsonSchema[] | null,
): readonly JsonSchema[] | null {
  if (some === null || others === null || some.length * others.length > MAX_VARIANTS) return null
  return some.flatMap((one) => others.map((other) => merge(one, other))).filter((one) => one !== null)
}

function ofOneType(schema: JsonSchema, all: readonly string[]): JsonSchema[] {
  const { type } = schema
  if (isFileSchema(schema)) return [{ ...schema, type: 'file' }]
  if (typeof type === 'string' || schema['enum'] !== undefined || schema['const'] !== undefined)
    return [schema]
  const types: readonly unknown[] = Array.isArray(type) ? type : all
  return types.map((one) => ({ ...schema, type: one }))
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : []
}
