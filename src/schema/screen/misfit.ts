/**
 * What a JSON Schema says of a value by itself: types, constants, bounds and names. Whatever it does not say for
 * certain is no misfit.
 *
 * @module
 */
import { isRecord } from '../../value/data.ts'
import type { JsonSchema } from '../json-schema.ts'

/** What is wrong with a value, its parts left aside; null for nothing that is certain. */
export function misfit(value: unknown, schema: JsonSchema): string | null {
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
