/**
 * How JSON Schema says that a value is a file of a form, as OpenAPI does and Zod's `z.file()`.
 *
 * @module
 */
import { isRecord } from '../../value/data.ts'

/** True for `{ type: 'string', format: 'binary', contentEncoding: 'binary' }`, perhaps with what is for people. */
export function isFileSchema(schema: unknown): boolean {
  return (
    isRecord(schema) &&
    schema['type'] === 'string' &&
    schema['format'] === 'binary' &&
    schema['contentEncoding'] === 'binary'
  )
}

/** What is wrong with a value where a file is asked for, or null. */
export function notFile(value: unknown): string | null {
  return typeof File === 'function' && value instanceof File ? null : 'must be a file'
}
