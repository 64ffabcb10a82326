/**
 * What we read of a JSON Schema (draft 2020-12): the members of an object, and which simple types
 * a value may have.
 *
 * Composition is read generously: a value of `allOf`, `anyOf` or `oneOf` may have the types and
 * members of any part. Whether it really fits is for the schema library to say.
 *
 * @module
 */
import { isRecord } from '../value/data.ts'

export interface JsonSchema {
  readonly [keyword: string]: unknown
}

export type SimpleType = 'string' | 'number' | 'integer' | 'boolean' | 'null' | 'array' | 'object'

/** What an object of a schema may hold. */
export interface Members {
  readonly named: ReadonlyMap<string, JsonSchema>
  /** The names that every such object has. */
  readonly required: ReadonlySet<string>
  /** The schema of members under other names; null where it is silent of them or refuses them. */
  readonly others: JsonSchema | null
  /** True where it refuses members under other names. */
  readonly closed: boolean
}

/** The members that an object of this schema may have; null when it is no object. */
export function membersOf(schema: JsonSchema, root: JsonSchema = schema): Members | null {
  return gather(schema, root, new Set(), false)
}

/** The members of those values of this schema that are objects; null when none is. */
export function membersIfObject(schema: JsonSchema, root: JsonSchema): Members | null {
  return gather(schema, root, new Set(), true)
}

/** The simple types that a value of this schema may have; empty when it says nothing. */
export function typesOf(schema: JsonSchema, root: JsonSchema): ReadonlySet<SimpleType> {
  const types = new Set<SimpleType>()
  for (const { type, enum: list, const: one } of partsOf(schema, root)) {
    for (const name of Array.isArray(type) ? (type as unknown[]) : [type])
      if (typeof name === 'string') types.add(name as SimpleType)
    for (const value of Array.isArray(list) ? (list as unknown[]) : [])
      types.add(value === null ? 'null' : (typeof value as SimpleType))
    if (one !== undefined) types.add(one === null ? 'null' : (typeof one as SimpleType))
  }
  return types
}

/** The schemas of an array's items: of the first ones in turn, and of all behind them. */
export function itemsOf(
  schema: JsonSchema,
  root: JsonSchema,
): { readonly first: readonly JsonSchema[]; readonly rest: JsonSchema } {
  for (const { prefixItems, items } of partsOf(schema, root)) {
    const first = Array.isArray(prefixItems) ? prefixItems.filter(isRecord) : []
    if (first.length > 0 || isRecord(items)) return { first, rest: isRecord(items) ? items : {} }
  }
  return { first: [], rest: {} }
}

/** Follows every `$ref` once. Throws TypeError for one that leads out of the document, or nowhere. */
export function checkReferences(root: JsonSchema): void {
  const pending: unknown[] = [root]
  const seen = new Set<unknown>()
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    if (typeof one !== 'object' || one === null || seen.has(one)) continue
    seen.add(one)
    pending.push(...Object.values(one))
    if (isRecord(one) && typeof one['$ref'] === 'string') lookUp(one['$ref'], root)
  }
}

// The schema, what it refers to, and what it is composed of; each once, so that it may be recursive.
function partsOf(schema: JsonSchema, root: JsonSchema, found: Set<JsonSchema> = new Set()): Set<JsonSchema> {
  if (found.has(schema)) return found
  found.add(schema)
  for (const part of [...referredTo(schema, root), ...listed(schema, 'allOf'), ...alternatives(schema)])
    partsOf(part, root, found)
  return found
}

// `above` holds the schemas that this one is a part of: one that is part of itself adds nothing.
function gather(
  schema: JsonSchema,
  root: JsonSchema,
  above: ReadonlySet<JsonSchema>,
  some: boolean,
): Members | null {
  if (above.has(schema)) return null
  const path = new Set(above).add(schema)
  const together = [...referredTo(schema, root), ...listed(schema, 'allOf')].map((part) =>
    gather(part, root, path, some),
  )
  const either = alternatives(schema)
    .map((part) => gather(part, root, path, some))
    .filter((one) => one !== null || !some)
  const all = [ownMembers(schema), ...together, joined(either)].filter((one) => one !== null)
  return all.length === 0 ? null : all.reduce(both)
}

function ownMembers({
  type,
  properties,
  required,
  additionalProperties: others,
}: JsonSchema): Members | null {
  if (type !== 'object' && !isRecord(properties)) return null
  const named = new Map<string, JsonSchema>()
  if (isRecord(properties)) {
    for (const name of Object.keys(properties)) {
      const member = properties[name]
      named.set(name, isRecord(member) ? member : {})
    }
  }
  return {
    named,
    required: new Set(Array.isArray(required) ? (required as string[]) : []),
    others: isRecord(others) ? others : others === true ? {} : null,
    closed: others === false,
  }
}

// Objects of each alternative, or it is no object at all.
function joined(alternatives: readonly (Members | null)[]): Members | null {
  if (alternatives.length === 0 || alternatives.includes(null)) return null
  return (alternatives as Members[]).reduce((a, b) => ({
    ...both(a, b),
    required: new Set([...a.required].filter((name) => b.required.has(name))),
  }))
}

function both(a: Members, b: Members): Members {
  const named = new Map(a.named)
  for (const [name, schema] of b.named) {
    const before = named.get(name)
    named.set(name, before === undefined ? schema : { anyOf: [before, schema] })
  }
  return {
    named,
    required: new Set([...a.required, ...b.required]),
    others: a.others ?? b.others,
    closed: a.closed && b.closed,
  }
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  return [...listed(schema, 'anyOf'), ...listed(schema, 'oneOf')]
}

function listed(schema: JsonSchema, keyword: string): JsonSchema[] {
  const list = schema[keyword]
  return Array.isArray(list) ? list.filter(isRecord) : []
}

function referredTo({ $ref }: JsonSchema, root: JsonSchema): JsonSchema[] {
  return typeof $ref === 'string' ? [lookUp($ref, root)] : []
}

/** What a `$ref` refers to in its document. Throws TypeError for one that leads out of it, or nowhere. */
export function lookUp(ref: string, root: JsonSchema): JsonSchema {
  if (!ref.startsWith('#')) throw new TypeError(`JSON Schema reference ${ref} leaves its document`)
  let at: unknown = root
  for (const part of ref.slice(1).split('/').slice(1)) {
    const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
    const known = typeof at === 'object' && at !== null && Object.hasOwn(at, name)
    at = known ? (at as Record<string, unknown>)[name] : undefined
  }
  if (!isRecord(at)) throw new TypeError(`JSON Schema reference ${ref} leads nowhere`)
  return at
}
