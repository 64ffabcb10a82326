/**
 * A JSON Schema and whoever checks it, as a Standard Schema: TypeBox, Ajv and their like.
 *
 * @module
 */
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'
import type { Issue } from '../fault.ts'
import type { JsonSchema } from './json-schema.ts'

/** A schema that says what it is, as `accepts`, `body` and `returns` ask for. */
export interface DescribedSchema<T> extends StandardSchemaV1<T, T> {
  readonly '~standard': StandardSchemaV1.Props<T, T> & StandardJSONSchemaV1.Props<T, T>
}

/**
 * `jsonSchema<Note>(schema, (value) => issues)`: data are given as they are when there are no issues.
 *
 *   schema   draft 2020-12
 *   check    what is wrong with a value: JSON Pointers (RFC 6901) and messages; nothing when it fits
 */
export function jsonSchema<T>(
  schema: JsonSchema,
  check: (value: unknown) => Iterable<Issue>,
): DescribedSchema<T> {
  const written = JSON.stringify(schema)
  const described = (): JsonSchema => JSON.parse(written) as JsonSchema
  return {
    '~standard': {
      version: 1,
      vendor: 'hagaki',
      validate: (value) => {
        const issues = [...check(value)].map(({ pointer, message }) => ({ path: pathOf(pointer), message }))
        return issues.length === 0 ? { value: value as T } : { issues }
      },
      jsonSchema: { input: described, output: described },
    },
  }
}

function pathOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}
