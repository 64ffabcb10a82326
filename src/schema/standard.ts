/**
 * Standard Schemas: checking data with them, and what they say of themselves as JSON Schema.
 *
 * Sources: the Standard Schema and Standard JSON Schema specifications, version 1.
 *
 * @module
 */
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'
import { Fault, type Issue } from '../fault.ts'
import { isRecord, pointer } from '../value/data.ts'
import { checkReferences, type JsonSchema } from './json-schema.ts'
import { describedBy, fixOf, libraryOptions } from './libraries.ts'

/** Any schema of any library that follows Standard Schema: zod, valibot, arktype, ... */
export type Schema<In = unknown, Out = In> = StandardSchemaV1<In, Out>
// biome-ignore lint: variance: a schema of anything.
export type AnySchema = StandardSchemaV1<any, any>

export type InputOf<S extends AnySchema> = StandardSchemaV1.InferInput<S>
export type OutputOf<S extends AnySchema> = StandardSchemaV1.InferOutput<S>

/** True for what has the function of a Standard Schema; arktype's are functions themselves. */
export function isSchema(value: unknown): value is AnySchema {
  const standard = (value as Partial<AnySchema> | null | undefined)?.['~standard']
  return typeof standard?.validate === 'function'
}

export type Checked = { readonly value: unknown } | { readonly issues: readonly Issue[] }

/** How many issues are told: a list of a million wrong items would be answered with a million. */
export const MAX_ISSUES = 100

/**
 * Characters of all that is told. Pointers and messages hold names that the sender chose: a body with one name of a
 * megabyte and a hundred wrong items below it would be answered with a hundred megabytes.
 */
export const MAX_TOLD = 16_384
/** Characters of one name in a pointer, and of one message. */
const MAX_NAME = 256
const MAX_MESSAGE = 1_024

/** Checks data. A promise only where the schema is asynchronous. Never throws for bad data. */
export function check(schema: AnySchema, data: unknown): Checked | Promise<Checked> {
  if (isLate(schema)) return (schema as Late).safeParseAsync(data).then(parsed)
  const result = schema['~standard'].validate(data)
  if (!('then' in result)) return checked(result)
  if (typeof (schema as Partial<Late>).safeParseAsync === 'function') LATE.set(schema, true)
  return result.then(checked)
}

/**
 * Schemas of zod, and whether they are asynchronous as far as is known. Its `validate` finds out anew each time, by
 * running all of it, and once more when some of it gave a promise: what asks a database asks it twice, and a
 * rejection of the first time is heard by nobody, which ends the process. Those with async functions are seen
 * before they are run, but for what `superRefine` hides, and functions that give a promise and do not say so.
 */
const LATE = new WeakMap<AnySchema, boolean>()

function isLate(schema: AnySchema): boolean {
  let late = LATE.get(schema)
  if (late === undefined) {
    late = typeof (schema as Partial<Late>).safeParseAsync === 'function' && holdsAsync(schema)
    LATE.set(schema, late)
  }
  return late
}

// Zod's schemas and checks hold what they are made of in `_zod.def`.
function holdsAsync(schema: AnySchema): boolean {
  const pending: unknown[] = [schema]
  const seen = new Set<unknown>()
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    if (one instanceof AsyncFunction) return true
    if (typeof one !== 'object' || one === null || seen.has(one)) continue
    seen.add(one)
    const { def } = ((one as { readonly _zod?: unknown })._zod ?? {}) as { readonly def?: object }
    if (def !== undefined) pending.push(...Object.values(def), lazily(def))
    else if (Array.isArray(one)) pending.push(...(one as unknown[]))
    else if (isRecord(one)) pending.push(...Object.values(one))
  }
  return false
}

const AsyncFunction = (async () => {}).constructor as new () => () => Promise<unknown>

// A schema that refers to itself, or to one that comes later.
function lazily({ type, getter }: { readonly type?: unknown; readonly getter?: unknown }): unknown {
  return type === 'lazy' && typeof getter === 'function' ? (getter as () => unknown)() : null
}

interface Late extends AnySchema {
  safeParseAsync(data: unknown): Promise<Parsed>
}

type Parsed =
  | { readonly success: true; readonly data: unknown }
  | { readonly success: false; readonly error: { readonly issues: readonly StandardSchemaV1.Issue[] } }

function parsed(result: Parsed): Checked {
  return checked(result.success ? { value: result.data } : { issues: result.error.issues })
}

function checked(result: StandardSchemaV1.Result<unknown>): Checked {
  return result.issues === undefined ? { value: result.value } : { issues: toldOf(result.issues) }
}

/** Issues as callers are told them, no more than they are to read. */
export function toldOf(issues: Iterable<StandardSchemaV1.Issue>): readonly Issue[] {
  const told: Issue[] = []
  let size = 0
  for (const { message, path = [] } of issues) {
    const issue = { pointer: pointerOf(path), message: shortened(message) }
    size += issue.pointer.length + issue.message.length
    if (told.length === MAX_ISSUES || (told.length > 0 && size > MAX_TOLD)) break
    told.push(issue)
  }
  return told
}

/** To what holds the offending member, where its own name is too long to tell. */
export function pointerOf(path: readonly (PropertyKey | StandardSchemaV1.PathSegment)[]): string {
  const names = path.map((part) => (typeof part === 'object' ? part.key : part))
  const long = names.findIndex((name) => typeof name === 'string' && name.length > MAX_NAME)
  return pointer(long < 0 ? names : names.slice(0, long))
}

function shortened(message: string): string {
  return message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE).toWellFormed()}...` : message
}

/**
 * The JSON Schema (draft 2020-12) of what goes into a schema, or comes out of it.
 *
 *   what    names the schema in the message: 'accepts of "add"'
 *   Fault   setup_faulty: a library without JSON Schema, or data that JSON cannot hold
 */
export function jsonSchemaOf(schema: AnySchema, direction: 'input' | 'output', what: string): JsonSchema {
  const standard = schema['~standard'] as Partial<StandardJSONSchemaV1.Props> | undefined
  if (standard?.jsonSchema === undefined) {
    throw new Fault('setup_faulty', {
      what,
      reason: `schemas of ${standard?.vendor ?? 'this library'} in this version do not give JSON Schema`,
      fix: describedBy(standard?.vendor),
    })
  }
  let json: JsonSchema
  try {
    json = standard.jsonSchema[direction]({
      target: 'draft-2020-12',
      libraryOptions: libraryOptions(standard.vendor),
    })
  } catch (error) {
    throw new Fault(
      'setup_faulty',
      {
        what,
        reason: `its data leave what JSON holds: ${said(error)}`,
        fix: fixOf(standard.vendor, direction),
      },
      error,
    )
  }
  try {
    checkReferences(json)
  } catch (error) {
    const fix = 'Mend the schema that it is made of'
    throw new Fault('setup_faulty', { what, reason: said(error), fix }, error)
  }
  return json
}

function said(error: unknown): string {
  // A message that is a sentence has its stop, and here it is within one.
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '')
}
