/**
 * Screening: data with more wrong values than anybody is told of are refused before the schema library sees them.
 *
 * Libraries keep an issue for every wrong value: a body of 1 MiB made of nothing else costs them seconds and hundreds of
 * megabytes. A screen looks at what a JSON Schema says of types, names and bounds alone, stops after so many
 * wrong values, and says what is surely no fault nothing of: the library has the last word, on one of them.
 *
 * @module
 */
import { isRecord } from '../value/data.ts'
import { type JsonSchema, lookUp } from './json-schema.ts'

export type Path = readonly (string | number)[]

export interface WrongValue {
  readonly path: Path
  readonly message: string
}

/** Values of data, items and members together, below which nothing is screened. */
const LARGE = 2_000
/** How deep alternatives are compared: one that nests is told apart by what stands on top. */
const COMPARED = 2

/** True for data of many values. Looks at so many of them and no more. */
export function isLarge(data: unknown): boolean {
  return typeof data === 'object' && data !== null && leftOf(LARGE, data) < 0
}

// Asked of all data that come, so nothing is made: a loop over names is a fifth of one over their values.
function leftOf(most: number, data: object): number {
  let left = most
  if (Array.isArray(data)) {
    left -= data.length
    for (let at = 0; at < data.length && left >= 0; at++) {
      const one: unknown = data[at]
      if (typeof one === 'object' && one !== null) left = leftOf(left, one)
    }
    return left
  }
  if (!isRecord(data)) return left
  for (const name in data) {
    if (--left < 0) return left
    const one = data[name]
    if (typeof one === 'object' && one !== null) left = leftOf(left, one)
  }
  return left
}

/**
 * The first `most` values of data that do not look as the schema says, with where they are. `seen` says which parts of
 * a list or an object are looked at.
 */
export function wrongValues(
  schema: JsonSchema,
  data: unknown,
  most: number,
  seen: Seen = ALL,
): readonly WrongValue[] {
  const found: WrongValue[] = []
  const path: (string | number)[] = []
  const visit = (value: unknown, given: JsonSchema): void => {
    const one = chosen(value, resolved(given, schema), schema)
    const wrong = one === null ? 'fits none of the alternatives' : misfit(value, one)
    if (wrong !== null) {
      found.push({ path: [...path], message: wrong })
      return
    }
    for (const [name, part, below] of partsOf(value, one!, (length) => seen(length, path.length))) {
      if (found.length >= most) return
      path.push(name)
      visit(part, below)
      path.pop()
    }
  }
  visit(data, schema)
  return found
}

/** Of a list or an object of so many parts, so deep within the data: one of how many is looked at. */
type Seen = (length: number, depth: number) => number

const ALL: Seen = () => 1

/** How many parts of the outermost list are looked at in a sample; of those within it fewer and fewer. */
const SAMPLE = 512

const SOME: Seen = (length, depth) => Math.max(1, Math.floor((length * 4 ** Math.max(0, depth - 1)) / SAMPLE))

/**
 * True where some of many values do not look as the schema says. Where it is false, few are wrong: of a list of which
 * one item in fifty is, it is false once in thirty thousand times.
 */
export function seemsWrong(schema: JsonSchema, data: unknown): boolean {
  return wrongValues(schema, data, 1, SOME).length > 0
}

/** How many values of a list or an object stay beside the one that is probed. */
const BESIDE = 100

/** The same data with that one value in its lists, and few beside it. */
export function probeOf(data: unknown, [first, ...rest]: Path): unknown {
  if (first === undefined) return data
  if (Array.isArray(data)) return [probeOf(data[first as number], rest)]
  const members = Object.entries(data as object)
    .filter(([name], at) => at < BESIDE || name === first)
    .map(([name, value]): [string, unknown] => {
      if (name === first) return [name, probeOf(value, rest)]
      return [name, Array.isArray(value) ? value.slice(0, BESIDE) : value]
    })
  return Object.fromEntries(members)
}

/** Where that value is in the probe. */
export function pathInProbe(path: Path): Path {
  return path.map((part) => (typeof part === 'number' ? 0 : part))
}

function resolved(schema: JsonSchema, root: JsonSchema): JsonSchema {
  let one = schema
  for (let steps = 0; typeof one['$ref'] === 'string' && steps < 16; steps++) one = lookUp(one['$ref'], root)
  return one
}

// The schema, or the one alternative that a value can be; nothing is said of what can be several. Null for none.
function chosen(value: unknown, schema: JsonSchema, root: JsonSchema): JsonSchema | null {
  const either = schema['anyOf'] ?? schema['oneOf']
  if (!Array.isArray(either)) return schema
  const able = (either as unknown[])
    .filter(isRecord)
    .map((one) => resolved(one, root))
    .filter((one) => compares(value, one, root, COMPARED))
  if (able.length === 0) return null
  const [only] = able
  return able.length > 1 || 'anyOf' in only! || 'oneOf' in only! ? {} : only!
}

function compares(value: unknown, schema: JsonSchema, root: JsonSchema, depth: number): boolean {
  const either = schema['anyOf'] ?? schema['oneOf']
  if (Array.isArray(either) || 'allOf' in schema) return true
  if (misfit(value, schema) !== null) return false
  if (depth === 0 || !isRecord(value)) return true
  const { properties } = schema
  if (!isRecord(properties)) return true
  return Object.keys(properties).every((name) => {
    const member = properties[name]
    return (
      value[name] === undefined ||
      !isRecord(member) ||
      compares(value[name], resolved(member, root), root, depth - 1)
    )
  })
}

// What is wrong with a value by itself; null for nothing that is certain.
function misfit(value: unknown, schema: JsonSchema): string | null {
  const { type, enum: list, const: only } = schema
  if (only !== undefined && !isSimilar(value, only)) return `must be ${JSON.stringify(only)}`
  if (Array.isArray(list) && !list.some((one) => isSimilar(value, one)))
    return 'is none of those that it may be'
  const types = typeof type === 'string' ? [type] : Array.isArray(type) ? (type as string[]) : null
  if (types !== null && !types.some((one) => isOf(value, one)))
    return `must be of the type ${types.join(' or ')}`
  if (typeof value === 'string') return textMisfit(value, schema)
  if (typeof value === 'number') return numberMisfit(value, schema)
  if (Array.isArray(value)) return listMisfit(value, schema)
  return isRecord(value) ? objectMisfit(value, schema) : null
}

// Lists and objects are for the library to compare.
function isSimilar(value: unknown, other: unknown): boolean {
  return (typeof other === 'object' && other !== null) || value === other
}

function isOf(value: unknown, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null
    case 'array':
      return Array.isArray(value)
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
    case 'integer':
      return Number.isInteger(value)
    default:
      // Bytes and files are described as texts.
      return (
        typeof value === type ||
        (type === 'string' && typeof value === 'object' && value !== null && !isRecord(value))
      )
  }
}

// In code units: fewer than so many characters are too few in either, and more too many.
function textMisfit(value: string, { minLength, maxLength }: JsonSchema): string | null {
  if (typeof minLength === 'number' && value.length < minLength)
    return `must have ${minLength} characters at least`
  if (typeof maxLength === 'number' && value.length > 2 * maxLength)
    return `must have ${maxLength} characters at most`
  return null
}

function numberMisfit(value: number, { minimum, maximum }: JsonSchema): string | null {
  if (typeof minimum === 'number' && value < minimum) return `must be ${minimum} at least`
  if (typeof maximum === 'number' && value > maximum) return `must be ${maximum} at most`
  return null
}

function listMisfit(value: readonly unknown[], { maxItems }: JsonSchema): string | null {
  return typeof maxItems === 'number' && value.length > maxItems
    ? `must have ${maxItems} items at most`
    : null
}

function objectMisfit(value: { readonly [name: string]: unknown }, schema: JsonSchema): string | null {
  const { required, properties, additionalProperties } = schema
  for (const name of Array.isArray(required) ? (required as string[]) : [])
    if (value[name] === undefined) return `lacks ${JSON.stringify(name)}`
  if (additionalProperties !== false || !isRecord(properties)) return null
  const strange = Object.keys(value).find((name) => !Object.hasOwn(properties, name))
  return strange === undefined ? null : `has members that it may not have`
}

function* partsOf(
  value: unknown,
  schema: JsonSchema,
  seen: (length: number) => number,
): Generator<[name: string | number, part: unknown, JsonSchema]> {
  const { items, prefixItems, properties, additionalProperties } = schema
  if (Array.isArray(value)) {
    if (!isRecord(items) || prefixItems !== undefined) return
    for (const at of oneOf(seen(value.length), value.length)) yield [at, value[at], items]
    return
  }
  if (!isRecord(value)) return
  const names = Object.keys(value)
  // Of an object that has its members by name all are looked at.
  for (const at of oneOf(names.length < LARGE ? 1 : seen(names.length), names.length)) {
    const name = names[at]!
    const own =
      isRecord(properties) && Object.hasOwn(properties, name) ? properties[name] : additionalProperties
    if (isRecord(own) && value[name] !== undefined) yield [name, value[name], own]
  }
}

// One of each `step` places. Which one nobody can know before; what is answered does not depend on it.
function* oneOf(step: number, length: number): Generator<number> {
  for (let first = 0; first < length; first += step) {
    const at = first + (step === 1 ? 0 : Math.floor(Math.random() * step))
    if (at < length) yield at
  }
}
