/**
 * Screening: data with more wrong values than anybody is told of are refused before the schema library sees them.
 *
 * Libraries keep an issue for every wrong value: a body of 1 MiB made of nothing else costs them seconds and hundreds of
 * megabytes. So large data (`screen/large.ts`) are held against what a JSON Schema says of each value by itself
 * (`screen/misfit.ts`): first a sample of them, then all until enough are wrong. Of what is surely no fault it says
 * nothing, and the library has the last word, on one of them (`screen/probe.ts`).
 *
 * @module
 */
import { isRecord } from '../value/data.ts'
import type { JsonSchema } from './json-schema.ts'
import { schemaFor } from './screen/alternative.ts'
import { LARGE } from './screen/large.ts'
import { misfit } from './screen/misfit.ts'
import { ALL, drawn, type Seen, SOME } from './screen/sample.ts'

export type Path = readonly (string | number)[]

export interface WrongValue {
  readonly path: Path
  readonly message: string
}

/**
 * The first `most` values of data that do not look as the schema says, with where they are. `seen` says which parts of
 * a list or an object are looked at.
 */
export function wrongValues(
  root: JsonSchema,
  data: unknown,
  most: number,
  seen: Seen = ALL,
): readonly WrongValue[] {
  const found: WrongValue[] = []
  const path: (string | number)[] = []
  const visit = (value: unknown, given: JsonSchema): void => {
    const schema = schemaFor(value, given, root)
    const wrong = schema === null ? 'fits none of the alternatives' : misfit(value, schema)
    if (wrong !== null) {
      found.push({ path: [...path], message: wrong })
      return
    }
    for (const [name, part, below] of partsOf(value, schema!, (length) => seen(length, path.length))) {
      if (found.length >= most) return
      path.push(name)
      visit(part, below)
      path.pop()
    }
  }
  visit(data, root)
  return found
}

/**
 * True where some of many values do not look as the schema says. Where it is false, few are wrong: of a list of which
 * one item in fifty is, it is false once in thirty thousand times.
 */
export function seemsWrong(schema: JsonSchema, data: unknown): boolean {
  return wrongValues(schema, data, 1, SOME).length > 0
}

// The parts of a list or an object that are looked at, with their schemas; those without one are left out.
function* partsOf(
  value: unknown,
  schema: JsonSchema,
  seen: (length: number) => number,
): Generator<[name: string | number, part: unknown, JsonSchema]> {
  const { items, prefixItems, properties, additionalProperties } = schema
  if (Array.isArray(value)) {
    if (!isRecord(items) || prefixItems !== undefined) return
    for (const at of drawn(seen(value.length), value.length)) yield [at, value[at], items]
    return
  }
  if (!isRecord(value)) return
  const names = Object.keys(value)
  // Of an object that has its members by name all are looked at.
  for (const at of drawn(names.length < LARGE ? 1 : seen(names.length), names.length)) {
    const name = names[at]!
    const own =
      isRecord(properties) && Object.hasOwn(properties, name) ? properties[name] : additionalProperties
    if (isRecord(own) && value[name] !== undefined) yield [name, value[name], own]
  }
}
