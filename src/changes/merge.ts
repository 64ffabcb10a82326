/**
 * Merging two flat schemas into one that data of both fit.
 *
 * @module
 */
import type { JsonSchema } from '../schema/json-schema.ts'
import { isRecord } from '../value/data.ts'
import { same } from './same.ts'

/** The keyword under which a merged schema names those of which nobody knows what both together say. */
export const UNDECIDED = 'x-undecided'

type Join = (one: unknown, other: unknown) => unknown

const greater: Join = (one, other) => Math.max(one as number, other as number)
const lesser: Join = (one, other) => Math.min(one as number, other as number)

const JOINS: { readonly [keyword: string]: Join } = {
  minimum: greater,
  exclusiveMinimum: greater,
  minLength: greater,
  minItems: greater,
  minProperties: greater,
  maximum: lesser,
  exclusiveMaximum: lesser,
  maxLength: lesser,
  maxItems: lesser,
  maxProperties: lesser,
  required: (one, other) => [...new Set([...(one as string[]), ...(other as string[])])],
  properties: (one, other) => joinedMembers(one as JsonSchema, other as JsonSchema),
  items: (one, other) => ({ allOf: [one, other] }),
  enum: (one, other) =>
    (one as unknown[]).filter((value) => (other as unknown[]).some((two) => same(value, two))),
  uniqueItems: (one, other) => one === true || other === true,
  [UNDECIDED]: (one, other) => [...(one as string[]), ...(other as string[])],
}

/** Null when nothing fits both. */
export function merge(one: JsonSchema, other: JsonSchema): JsonSchema | null {
  const merged: Record<string, unknown> = { ...one }
  const undecided: string[] = []
  for (const [keyword, value] of Object.entries(other)) {
    const before = merged[keyword]
    if (before === undefined || same(before, value)) merged[keyword] = value
    else if (keyword === 'type') {
      const types = bothTypes(before, value)
      if (types.length === 0) return null
      merged[keyword] = types.length === 1 ? types[0] : types
    } else if (JOINS[keyword] !== undefined) merged[keyword] = JOINS[keyword](before, value)
    else undecided.push(keyword)
  }
  if (undecided.length === 0) return merged
  return { ...merged, [UNDECIDED]: [...((merged[UNDECIDED] as string[] | undefined) ?? []), ...undecided] }
}

function bothTypes(one: unknown, other: unknown): unknown[] {
  const some = Array.isArray(one) ? (one as unknown[]) : [one]
  const others = Array.isArray(other) ? (other as unknown[]) : [other]
  const whole = (types: readonly unknown[], type: unknown): boolean =>
    type === 'integer' && types.includes('number')
  return [
    ...some.filter((type) => others.includes(type) || whole(others, type)),
    ...others.filter((type) => whole(some, type)),
  ]
}

function joinedMembers(one: JsonSchema, other: JsonSchema): JsonSchema {
  const joined: Record<string, unknown> = { ...one }
  for (const [name, schema] of Object.entries(other)) {
    const before = Object.hasOwn(joined, name) ? joined[name] : undefined
    joined[name] = before === undefined || !isRecord(before) ? schema : { allOf: [before, schema] }
  }
  return joined
}
