/**
 * JSON Schema (draft 2020-12) as a check of data: for schemas that come as plain data, from another language.
 *
 *   in          a schema
 *   out         what is wrong with a value: at most 100 issues
 *   TypeError   a keyword that is not known here, since one that nobody looks at would be no check; an operand
 *               that its keyword cannot have
 *
 * Bounded: a schema that leads back to itself without a step into the data ends at 200 steps, and a check at two
 * million schemas held against values.
 *
 * @module
 */
import type { Issue } from '../../fault.ts'
import { isRecord, pointer } from '../../value/data.ts'
import type { JsonSchema } from '../json-schema.ts'
import { MAX_ISSUES } from '../standard.ts'
import { isFileSchema, notFile } from './file.ts'
import { KEYWORDS, type Keyword, TYPE } from './keywords.ts'

/** Tells what is wrong with a value at a place; goes on where nothing stops it. */
type Check = (value: unknown, at: Place, told: Told, steps: number) => void
type Place = { readonly above: Place; readonly name: string | number } | null

interface Told {
  readonly issues: { readonly at: Place; readonly message: string }[]
  /** Of the whole check. */
  readonly work: { left: number }
}

/** Schemas held against values in one check: alternatives that lead back to themselves would be a power of the depth. */
const MAX_WORK = 2_000_000
const MAX_STEPS = 200
const MAX_DEPTH = 64

const ANNOTATIONS: ReadonlySet<string> = new Set(
  (
    '$schema $id $comment $defs title description default examples deprecated readOnly writeOnly format ' +
    'contentEncoding contentMediaType'
  ).split(' '),
)

/** Compiles a schema. The check gives nothing for what fits. */
export function compileJsonSchema(root: JsonSchema): (value: unknown) => readonly Issue[] {
  const compiled = new Map<object, Check>()
  const check = new Compiler(root, compiled).schema(root, '', 0)
  return (value) => {
    if (value === undefined) return [{ pointer: '', message: 'is missing' }]
    const told: Told = { issues: [], work: { left: MAX_WORK } }
    check(value, null, told, 0)
    return told.issues.map(({ at, message }) => ({ pointer: pointerOf(at), message }))
  }
}

class Compiler {
  readonly #root: JsonSchema
  readonly #compiled: Map<object, Check>

  constructor(root: JsonSchema, compiled: Map<object, Check>) {
    this.#root = root
    this.#compiled = compiled
  }

  schema(schema: unknown, place: string, depth: number): Check {
    if (schema === true) return () => {}
    if (schema === false) return (_, at, told) => tell(told, at, 'must not be there')
    if (!isRecord(schema) || depth > MAX_DEPTH) throw new TypeError(`${place || 'it'} is no schema`)
    const parts: Check[] = []
    // One that refers to itself finds this in the place of what is still being made.
    this.#compiled.set(schema, (...call) => {
      for (const part of parts) part(...call)
    })
    const isFile = isFileSchema(schema)
    const type = isFile ? notFile : this.#operand(schema, 'type', TYPE, place)
    const values: Check[] = [...this.#values(schema, place), ...this.#composed(schema, place, depth)]
    values.push(...this.#members(schema, place, depth), ...this.#items(schema, place, depth))
    if (isRecord(schema['$defs']))
      for (const [name, one] of Object.entries(schema['$defs']))
        this.schema(one, `${place}/$defs/${name}`, depth + 1)
    this.#known(schema, place)
    const idle = isFile ? Object.keys(schema).find((name) => KEYWORDS.has(name)) : undefined
    if (idle !== undefined) throw new TypeError(`${place}/${idle} says nothing of a file`)
    parts.push((value, at, told, steps) => {
      const wrong = type === null ? null : type(value)
      if (wrong !== null) return tell(told, at, wrong)
      if (steps > MAX_STEPS) return tell(told, at, 'is checked by a schema that has no end')
      if (--told.work.left < 0) return tell(told, at, 'takes too long to be checked')
      for (const one of values) {
        if (told.issues.length >= MAX_ISSUES) return
        one(value, at, told, steps)
      }
    })
    return this.#compiled.get(schema)!
  }

  #values(schema: JsonSchema, place: string): Check[] {
    const found: Check[] = []
    for (const [name, keyword] of KEYWORDS) {
      const check = this.#operand(schema, name, keyword, place)
      if (check === null) continue
      found.push((value, at, told) => {
        const wrong = check(value)
        if (wrong !== null) tell(told, at, wrong)
      })
    }
    return found
  }

  #operand(
    schema: JsonSchema,
    name: string,
    { isSound, words, check }: Keyword,
    place: string,
  ): ((value: unknown) => string | null) | null {
    if (!Object.hasOwn(schema, name)) return null
    const operand = schema[name]
    if (isSound(operand)) return check(operand)
    throw new TypeError(`${place}/${name} is not ${words}`)
  }

  #composed(schema: JsonSchema, place: string, depth: number): Check[] {
    const found: Check[] = []
    if (Object.hasOwn(schema, '$ref')) found.push(this.#reference(schema['$ref'], `${place}/$ref`, depth))
    for (const one of this.#list(schema, 'allOf', place, depth) ?? [])
      found.push((value, at, told, steps) => one(value, at, told, steps + 1))
    const anyOf = this.#list(schema, 'anyOf', place, depth)
    if (anyOf !== null)
      found.push((value, at, told, steps) => {
        const wrong: Told[] = []
        for (const one of anyOf) {
          const own = alone(one, value, at, told, steps)
          if (own.issues.length === 0) return
          wrong.push(own)
        }
        nearest(wrong, at, told)
      })
    const oneOf = this.#list(schema, 'oneOf', place, depth)
    if (oneOf !== null)
      found.push((value, at, told, steps) => {
        const all = oneOf.map((one) => alone(one, value, at, told, steps))
        const count = all.filter(({ issues }) => issues.length === 0).length
        if (count === 0) nearest(all, at, told)
        else if (count > 1) tell(told, at, 'must fit one alternative alone')
      })
    if (Object.hasOwn(schema, 'not')) {
      const not = this.schema(schema['not'], `${place}/not`, depth + 1)
      found.push((value, at, told, steps) => {
        if (fits(not, value, told, steps)) tell(told, at, 'must be something else')
      })
    }
    return found
  }

  #reference(ref: unknown, place: string, depth: number): Check {
    if (typeof ref !== 'string') throw new TypeError(`${place} is not a string`)
    if (!ref.startsWith('#')) throw new TypeError(`${place} ${ref} leaves its document`)
    let found: unknown = this.#root
    for (const part of ref.slice(1).split('/').slice(1)) {
      const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
      found = isRecord(found) && Object.hasOwn(found, name) ? found[name] : undefined
    }
    if (!isRecord(found)) throw new TypeError(`${place} ${ref} leads nowhere`)
    const to = found
    if (!this.#compiled.has(to)) this.schema(to, ref, depth + 1)
    return (value, at, told, steps) => this.#compiled.get(to)!(value, at, told, steps + 1)
  }

  #list(schema: JsonSchema, name: string, place: string, depth: number): Check[] | null {
    if (!Object.hasOwn(schema, name)) return null
    const list = schema[name]
    if (!Array.isArray(list) || list.length === 0)
      throw new TypeError(`${place}/${name} is not a list of schemas`)
    return list.map((one, at) => this.schema(one, `${place}/${name}/${at}`, depth + 1))
  }

  #members(schema: JsonSchema, place: string, depth: number): Check[] {
    const { properties, required } = schema
    const named = new Map<string, Check>()
    if (properties !== undefined) {
      if (!isRecord(properties)) throw new TypeError(`${place}/properties is not an object`)
      for (const [name, one] of Object.entries(properties))
        named.set(name, this.schema(one, `${place}/properties/${name}`, depth + 1))
    }
    const isNames = Array.isArray(required) && required.every((name) => typeof name === 'string')
    if (required !== undefined && !isNames) throw new TypeError(`${place}/required is not a list of names`)
    const optional = (name: string): Check | null =>
      Object.hasOwn(schema, name) ? this.schema(schema[name], `${place}/${name}`, depth + 1) : null
    const others = optional('additionalProperties')
    const names = optional('propertyNames')
    const isClosed = schema['additionalProperties'] === false
    const needed = (required ?? []) as readonly string[]
    if (named.size === 0 && needed.length === 0 && others === null && names === null) return []
    return [
      (value, at, told, steps) => {
        if (!isRecord(value)) return
        for (const name of needed)
          if (!Object.hasOwn(value, name)) tell(told, { above: at, name }, 'is missing')
        for (const name of Object.keys(value)) {
          if (told.issues.length >= MAX_ISSUES) return
          const there = { above: at, name }
          const own = named.get(name)
          if (own !== undefined) own(value[name], there, told, 0)
          else if (isClosed) tell(told, there, 'is not known')
          else others?.(value[name], there, told, 0)
          if (names !== null && !fits(names, name, told, steps))
            tell(told, there, 'has a name that does not fit')
        }
      },
    ]
  }

  #items(schema: JsonSchema, place: string, depth: number): Check[] {
    const first = this.#list(schema, 'prefixItems', place, depth) ?? []
    const rest = Object.hasOwn(schema, 'items')
      ? this.schema(schema['items'], `${place}/items`, depth + 1)
      : null
    if (first.length === 0 && rest === null) return []
    return [
      (value, at, told) => {
        if (!Array.isArray(value)) return
        for (let number = 0; number < value.length && told.issues.length < MAX_ISSUES; number++)
          (first[number] ?? rest)?.(value[number], { above: at, name: number }, told, 0)
      },
    ]
  }

  #known(schema: JsonSchema, place: string): void {
    for (const name of Object.keys(schema))
      if (!OWN.has(name) && !KEYWORDS.has(name) && !ANNOTATIONS.has(name))
        throw new TypeError(`${place}/${name} is a keyword that is not known`)
  }
}

const OWN: ReadonlySet<string> = new Set(
  'type $ref allOf anyOf oneOf not properties required additionalProperties propertyNames prefixItems items'.split(
    ' ',
  ),
)

function tell({ issues }: Told, at: Place, message: string): void {
  if (issues.length < MAX_ISSUES) issues.push({ at, message })
}

function alone(check: Check, value: unknown, at: Place, { work }: Told, steps: number): Told {
  const own: Told = { issues: [], work }
  check(value, at, own, steps + 1)
  return own
}

function fits(check: Check, value: unknown, told: Told, steps: number): boolean {
  return alone(check, value, null, told, steps).issues.length === 0
}

// Of one alternative that fits but for its members, those; else that there is none.
function nearest(wrong: readonly Told[], at: Place, told: Told): void {
  const near = wrong.filter(({ issues }) => issues.every((issue) => issue.at !== at))
  if (near.length !== 1) return tell(told, at, 'must fit one of its alternatives')
  for (const { at: place, message } of near[0]!.issues) tell(told, place, message)
}

function pointerOf(place: Place): string {
  const names: (string | number)[] = []
  for (let at = place; at !== null; at = at.above) names.unshift(at.name)
  return pointer(names)
}
