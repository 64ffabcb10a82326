/**
 * A schema of an object less some of its members: what is left for the body when the others come from
 * the path, the query or the head.
 *
 * @module
 */
import { type JsonSchema, lookUp } from '../schema/json-schema.ts'
import { isRecord } from '../value/data.ts'

/** Alternatives and references keep their shape; what says nothing of members stays as it is. */
export function without(root: JsonSchema, names: ReadonlySet<string>): JsonSchema {
  return names.size === 0 ? root : cut(root, names, root, [])
}

// `above` holds what is being cut: an object that is part of itself adds nothing.
function cut(
  schema: JsonSchema,
  names: ReadonlySet<string>,
  root: JsonSchema,
  above: readonly JsonSchema[],
): JsonSchema {
  if (above.includes(schema)) return {}
  const within = (part: unknown): unknown =>
    isRecord(part) ? cut(part, names, root, [...above, schema]) : part
  const { $ref, $defs: _, ...rest } = schema
  const kept: Record<string, unknown> = {}
  for (const [keyword, value] of Object.entries(rest)) {
    if (keyword === 'properties' && isRecord(value))
      kept[keyword] = Object.fromEntries(Object.entries(value).filter(([name]) => !names.has(name)))
    else if (keyword === 'required' && Array.isArray(value)) {
      const left = value.filter((name) => !names.has(String(name)))
      if (left.length > 0) kept[keyword] = left
    } else if (/^(?:all|any|one)Of$/.test(keyword) && Array.isArray(value)) kept[keyword] = value.map(within)
    else kept[keyword] = value
  }
  if (typeof $ref !== 'string') return kept
  const referred = within(lookUp($ref, root)) as JsonSchema
  return Object.keys(kept).length === 0 ? referred : { allOf: [referred, kept] }
}
