/**
 * The parts of a JSON Schema that are schemas themselves, told from data that only look like one: a
 * member called `items`, a `const` with a `$ref` in it.
 *
 * JSON Schema 2020-12, core section 10 and validation section 8.
 *
 * @module
 */
import type { JsonSchema } from '../schema/json-schema.ts'
import { isRecord } from '../value/data.ts'

const ONE: ReadonlySet<string> = new Set([
  'items',
  'additionalProperties',
  'not',
  'if',
  'then',
  'else',
  'contains',
  'propertyNames',
  'unevaluatedItems',
  'unevaluatedProperties',
  'contentSchema',
])
const LIST: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems'])
const BY_NAME: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  'dependentSchemas',
  '$defs',
  'definitions',
])

/** The same schema with each direct part changed. */
export function mapParts(schema: JsonSchema, change: (part: JsonSchema) => JsonSchema): JsonSchema {
  const changed = (part: unknown): unknown => (isRecord(part) ? change(part) : part)
  const entries = Object.entries(schema).map(([keyword, value]): [string, unknown] => {
    if (ONE.has(keyword)) return [keyword, changed(value)]
    if (LIST.has(keyword) && Array.isArray(value)) return [keyword, value.map(changed)]
    if (BY_NAME.has(keyword) && isRecord(value)) return [keyword, mapValues(value, changed)]
    return [keyword, value]
  })
  return Object.fromEntries(entries)
}

function mapValues(
  record: Record<string, unknown>,
  change: (value: unknown) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
}
