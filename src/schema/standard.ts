/**
 * Standard Schemas: checking data with them, and what they say of themselves as JSON Schema.
 *
 * Sources: the Standard Schema and Standard JSON Schema specifications, version 1.
 *
 * @module
 */
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'
import { Fault, type Issue } from '../fault.ts'
import { pointer } from '../value/data.ts'
import { checkReferences, type JsonSchema } from './json-schema.ts'
import { describedBy, fixOf, libraryOptions } from './libraries.ts'
import { validated } from './validated.ts'

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
  const result = validated(schema, data)
  return 'then' in result ? result.then(checked) : checked(result)
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
  // Not by its own map: an empty path of arktype's, which is a class, would come out with one name.
  const names = Array.from(path, (part) => (typeof part === 'object' ? part.key : part))
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
