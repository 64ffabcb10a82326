/**
 * Which schema a value is held against: where there are alternatives, the one that it can be.
 *
 * @module
 */
import { isRecord } from '../../value/data.ts'
import { type JsonSchema, lookUp } from '../json-schema.ts'
import { misfit } from './misfit.ts'

/** How deep members are compared to tell alternatives apart: one that nests is told by what stands on top. */
const COMPARED = 2
/** References followed one after the other: those of a schema that leads back to itself end. */
const FOLLOWED = 16
/** A schema of which nothing is said. */
const ANY: JsonSchema = {}

/**
 * The schema of a value, with references to `root` followed. `ANY` where it can be several alternatives, or one that
 * has its own; null where it can be none.
 */
export function schemaFor(value: unknown, given: JsonSchema, root: JsonSchema): JsonSchema | null {
  const schema = followed(given, root)
  const alternatives = alternativesOf(schema)
  if (alternatives === null) return schema
  const able = alternatives
    .filter(isRecord)
    .map((one) => followed(one, root))
    .filter((one) => canBe(value, one, root, COMPARED))
  const [only] = able
  if (only === undefined) return null
  return able.length > 1 || 'anyOf' in only || 'oneOf' in only ? ANY : only
}

function alternativesOf(schema: JsonSchema): readonly unknown[] | null {
  const either = schema['anyOf'] ?? schema['oneOf']
  return Array.isArray(either) ? either : null
}

function followed(schema: JsonSchema, root: JsonSchema): JsonSchema {
  let one = schema
  for (let steps = 0; typeof one['$ref'] === 'string' && steps < FOLLOWED; steps++)
    one = lookUp(one['$ref'], root)
  return one
}

// False where the value, or one of its members so many levels down, is surely something else.
function canBe(value: unknown, schema: JsonSchema, root: JsonSchema, levels: number): boolean {
  if (alternativesOf(schema) !== null || 'allOf' in schema) return true
  if (misfit(value, schema) !== null) return false
  const { properties } = schema
  if (levels === 0 || !isRecord(value) || !isRecord(properties)) return true
  return Object.keys(properties).every((name) => {
    const part = value[name]
    const member = properties[name]
    return part === undefined || !isRecord(member) || canBe(part, followed(member, root), root, levels - 1)
  })
}
