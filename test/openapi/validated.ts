/**
 * Checks of an OpenAPI document by others than its writer: the schema of the specification, and each
 * reference followed.
 *
 * @module
 */
import { Validator } from '@seriousme/openapi-schema-validator'
import type { OpenApiDocument } from 'hagaki/openapi'

/** Compiles the schema of each version once. */
const VALIDATOR = new Validator()

/** What is wrong with a document; empty for a good one. */
export async function flaws(document: OpenApiDocument): Promise<string[]> {
  const plain = JSON.parse(JSON.stringify(document)) as Record<string, unknown>
  const { valid, errors } = await VALIDATOR.validate(structuredClone(plain))
  const said = valid ? [] : [typeof errors === 'string' ? errors : JSON.stringify(errors)]
  return [...said, ...broken(plain), ...alike(document)]
}

/** Every reference that leads nowhere. */
function broken(document: unknown): string[] {
  const found: string[] = []
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    const { $ref } = value as { readonly $ref?: unknown }
    if (typeof $ref === 'string' && at(document, $ref) === undefined) found.push(`${$ref} leads nowhere`)
    for (const one of Object.values(value)) visit(one)
  }
  visit(document)
  return found
}

function at(document: unknown, ref: string): unknown {
  let found: unknown = document
  for (const part of ref.replace(/^#\/?/, '').split('/')) {
    const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
    found = typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[name] : undefined
  }
  return found
}

// What the schema of the specification cannot say (3.1, sections 4.8.8 and 4.8.10).
function alike({ paths }: OpenApiDocument): string[] {
  const found: string[] = []
  const operations = Object.values(paths).flatMap((item) => Object.values(item))
  const ids = operations.map(({ operationId }) => operationId)
  if (new Set(ids).size !== ids.length) found.push('two operations have one id')
  const shapes = Object.keys(paths).map((path) => path.replaceAll(/\{[^}]*\}/g, '{}'))
  if (new Set(shapes).size !== shapes.length) found.push('two paths are the same')
  for (const [path, item] of Object.entries(paths)) {
    const names = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name).sort()
    for (const { operationId, parameters = [] } of Object.values(item)) {
      const given = parameters.filter((one) => one.in === 'path').map(({ name }) => name)
      if (JSON.stringify(given.sort()) !== JSON.stringify(names))
        found.push(`${operationId} names not what its path does`)
      const places = parameters.map((one) => `${one.in} ${one.name}`)
      if (new Set(places).size !== places.length) found.push(`${operationId} has a parameter twice`)
    }
  }
  return found
}
