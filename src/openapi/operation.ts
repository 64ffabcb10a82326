/**
 * An operation: one handler, with what it takes, what it answers, and who may call it.
 *
 * @module
 */
import type { HandlerContract } from '../handler/contract.ts'
import { requestBodyOf } from './bodies.ts'
import type { Operation, ServerObject } from './document.ts'
import { parametersOf } from './parameters.ts'
import type { Schemas } from './schemas.ts'
import type { Security } from './security.ts'

/** What the operations of a document share. */
export interface Around {
  readonly servers: readonly ServerObject[]
  readonly security: Security
  readonly schemas: Schemas
}

/**
 * Writes one operation.
 *
 *   names  what the names in its path are called in the document
 */
export function operationOf(
  name: string,
  handler: HandlerContract,
  names: readonly string[],
  responses: Operation['responses'],
  { servers, security, schemas }: Around,
): Operation {
  const { verb, summary, description, deprecated, host, guards } = handler
  const parameters = parametersOf(name, handler, names, schemas)
  const requestBody = requestBodyOf(name, handler, schemas)
  const asked = security.of(handler)
  const tag = tagOf(name)
  return {
    operationId: name,
    ...(tag !== null && { tags: [tag] }),
    ...(summary !== undefined && { summary }),
    ...(description !== undefined && { description }),
    ...(deprecated && { deprecated }),
    ...(host !== undefined && { servers: hostServers(host, servers) }),
    ...(parameters.length > 0 && { parameters }),
    ...(requestBody !== null && { requestBody }),
    responses,
    ...(asked !== undefined && { security: asked }),
    'x-verb': verb,
    ...(guards.length > 0 && { 'x-guards': guards }),
  }
}

/** What comes before the first dot of a handler's name: the service within the service. */
export function tagOf(name: string): string | null {
  const dot = name.indexOf('.')
  return dot < 0 ? null : name.slice(0, dot)
}

// The same places on that host.
function hostServers(host: string, servers: readonly ServerObject[]): ServerObject[] {
  const paths = new Set(servers.map(({ url }) => url.replace(/^(?:[a-z][a-z0-9+.-]*:)?\/\/[^/?#]*/i, '')))
  return [...(paths.size === 0 ? [''] : paths)].map((path) => ({ url: `//${host}${path}` }))
}
