/**
 * Single values against a variant of a schema: those of `enum` and `const`.
 *
 * @module
 */
import type { JsonSchema } from '../schema/json-schema.ts'
import { same } from './same.ts'

/** The values of a variant, where they are few enough to be named; else null. */
export function valuesOf(schema: JsonSchema): readonly unknown[] | null {
  const { const: one, enum: list, type } = schema
  const named = one !== undefined ? [one] : Array.isArray(list) ? (list as unknown[]) : null
  // What is named and does not fit what else is said is no value of it.
  if (named !== null) return named.filter((value) => fitsValue(value, schema) !== false)
  return type === 'boolean' ? [true, false] : type === 'null' ? [null] : null
}

/** Whether a value fits a variant; null where that takes more than is looked at here. */
export function fitsValue(value: unknown, schema: JsonSchema): boolean | null {
  const { const: only, enum: list, type } = schema
  if (only !== undefined && !same(only, value)) return false
  if (Array.isArray(list) && !list.some((one) => same(one, value))) return false
  if (typeof type === 'string' && !isOfType(value, type)) return false
  if (typeof value === 'string') return fitsText(value, schema)
  if (typeof value === 'number') return fitsNumber(value, schema)
  // Who names an object names all of it.
  return typeof value !== 'object' || value === null || only !== undefined || list !== undefined ? true : null
}

/** As it is said: JSON, and no more than a line of it. */
export function sayValues(values: readonly unknown[]): string {
  const text = values.slice(0, 8).map((value) => JSON.stringify(value))
  return `${text.join(', ')}${values.length > 8 ? `, and ${values.length - 8} more` : ''}`
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  return typeof value === type
}

function fitsText(value: string, { minLength, maxLength, pattern, format }: JsonSchema): boolean | null {
  const { length } = Array.from(value) // code points
  if (typeof minLength === 'number' && length < minLength) return false
  if (typeof maxLength === 'number' && length > maxLength) return false
  return pattern === undefined && format === undefined ? true : null
}

function fitsNumber(value: number, schema: JsonSchema): boolean | null {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  if (typeof minimum === 'number' && value < minimum) return false
  if (typeof maximum === 'number' && value > maximum) return false
  if (typeof exclusiveMinimum === 'number' && value <= exclusiveMinimum) return false
  if (typeof exclusiveMaximum === 'number' && value >= exclusiveMaximum) return false
  return multipleOf === undefined ? true : null
}
