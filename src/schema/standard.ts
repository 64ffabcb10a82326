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

/** Any schema of any library that follows Standard Schema: zod, valibot, arktype, ... */
export type Schema<In = unknown, Out = In> = StandardSchemaV1<In, Out>
// biome-ignore lint: variance: a schema of anything.
export type AnySchema = StandardSchemaV1<any, any>

export type InputOf<S extends AnySchema> = StandardSchemaV1.InferInput<S>
export type OutputOf<S extends AnySchema> = StandardSchemaV1.InferOutput<S>

export type Checked = { readonly value: unknown } | { readonly issues: readonly Issue[] }

/** How many issues are told: a list of a million wrong items would be answered with a million. */
export const MAX_ISSUES = 100

/** Checks data. A promise only where the schema is asynchronous. Never throws for bad data. */
export function check(schema: AnySchema, data: unknown): Checked | Promise<Checked> {
  const result = schema['~standard'].validate(data)
  return 'then' in result ? result.then(checked) : checked(result)
}

function checked(result: StandardSchemaV1.Result<unknown>): Checked {
  if (result.issues === undefined) return { value: result.value }
  return {
    issues: result.issues.slice(0, MAX_ISSUES).map(({ message, path = [] }) => ({
      pointer: pointer(path.map((part) => (typeof part === 'object' ? part.key : part))),
      message,
    })),
  }
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
      fix: 'Use zod 4.2, arktype 2.1.28 or newer, or valibot wrapped by toStandardJsonSchema',
    })
  }
  let json: JsonSchema
  try {
    json = standard.jsonSchema[direction]({ target: 'draft-2020-12' })
  } catch (error) {
    throw new Fault(
      'setup_faulty',
      { what, reason: `its data leave what JSON holds: ${said(error)}`, fix: FIXES[direction] },
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

// What a caller sends and receives is JSON; a function may well take and return something else.
const FIXES = {
  input:
    'Take a date as z.iso.datetime(), a bigint as a string, or a codec whose input is JSON: z.codec(z.iso.datetime(), z.date(), ...)',
  output:
    'Give a date as z.iso.datetime(), a bigint as a string, or a codec whose output is JSON: z.codec(z.date(), z.iso.datetime(), ...)',
} as const

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
