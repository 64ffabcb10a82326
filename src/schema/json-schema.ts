/**
 * What we read of a JSON Schema (draft 2020-12): the members of an object, and which simple types
 * a member may have.
 *
 * @module
 */
import { isRecord } from '../value/data.ts'

export interface JsonSchema {
  readonly [keyword: string]: unknown
}

export type SimpleType = 'string' | 'number' | 'integer' | 'boolean' | 'null' | 'array' | 'object'

/** Follows `$ref` within the same document; a schema without one is given back. */
export function resolveSchema(schema: JsonSchema, root: JsonSchema): JsonSchema {
  let found: unknown = schema
  for (let hops = 0; isRecord(found) && typeof found['$ref'] === 'string'; hops++) {
    if (hops > 32) throw new TypeError('A JSON Schema refers to itself without end')
    found = lookUp(found['$ref'], root)
  }
  return isRecord(found) ? found : {}
}

/** The members that an object of this schema may have, by name; null when it is no object. */
export function membersOf(
  schema: JsonSchema,
  root: JsonSchema = schema,
): ReadonlyMap<string, JsonSchema> | null {
  const members = new Map<string, JsonSchema>()
  const isObject = gather(resolveSchema(schema, root), root, members, 0)
  return isObject ? members : null
}

/** The simple types that a value of this schema may have; empty when it says nothing. */
export function typesOf(schema: JsonSchema, root: JsonSchema): ReadonlySet<SimpleType> {
  const types = new Set<SimpleType>()
  collectTypes(resolveSchema(schema, root), root, types, 0)
  return types
}

/** The schema of an array's items. */
export function itemsOf(schema: JsonSchema, root: JsonSchema): JsonSchema {
  for (const one of alternatives(resolveSchema(schema, root), root)) {
    if (isRecord(one['items'])) return one['items']
  }
  return {}
}

function gather(
  schema: JsonSchema,
  root: JsonSchema,
  members: Map<string, JsonSchema>,
  depth: number,
): boolean {
  const parts = alternatives(schema, root)
  if (parts.length > 1 && depth < 8) {
    return parts.filter((part) => part !== schema).every((part) => gather(part, root, members, depth + 1))
  }
  if (schema['type'] !== 'object') return false
  const properties = schema['properties']
  if (isRecord(properties)) {
    for (const name of Object.keys(properties)) {
      const member = properties[name]
      if (isRecord(member) && !members.has(name)) members.set(name, member)
    }
  }
  return true
}

function collectTypes(schema: JsonSchema, root: JsonSchema, types: Set<SimpleType>, depth: number): void {
  const { type } = schema
  for (const one of Array.isArray(type) ? (type as unknown[]) : [type])
    if (typeof one === 'string') types.add(one as SimpleType)
  for (const value of [
    ...(Array.isArray(schema['enum']) ? (schema['enum'] as unknown[]) : []),
    schema['const'],
  ]) {
    if (value !== undefined) types.add(value === null ? 'null' : (typeof value as SimpleType))
  }
  if (depth > 8) return
  for (const part of alternatives(schema, root))
    if (part !== schema) collectTypes(part, root, types, depth + 1)
}

// The schema itself, and what it is an alternative or a conjunction of.
function alternatives(schema: JsonSchema, root: JsonSchema): JsonSchema[] {
  const parts = ['anyOf', 'oneOf', 'allOf'].flatMap((keyword) => {
    const list = schema[keyword]
    return Array.isArray(list) ? list.filter(isRecord).map((part) => resolveSchema(part, root)) : []
  })
  return [schema, ...parts]
}

function lookUp(ref: string, root: JsonSchema): unknown {
  if (!ref.startsWith('#')) throw new TypeError(`JSON Schema reference ${ref} leaves its document`)
  let at: unknown = root
  for (const part of ref.slice(1).split('/').slice(1)) {
    const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
    at = isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined
  }
  if (at === undefined) throw new TypeError(`JSON Schema reference ${ref} leads nowhere`)
  return at
}
