/**
 * Schemas beside those of schema libraries: whole bodies, and JSON Schema itself.
 *
 * @module
 */

export { jsonSchema } from './from-json-schema.ts'
export type { JsonSchema } from './json-schema.ts'
export type { AnySchema, InputOf, OutputOf, Schema } from './standard.ts'
export { bytes, text, type WholeSchema } from './whole.ts'
