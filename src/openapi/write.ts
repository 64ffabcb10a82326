/**
 * Writing the document: every handler of a contract, and what they share.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import type { Contract, HandlerContract } from '../handler/contract.ts'
import { VERBS } from '../handler/verb.ts'
import { answersOf, SHARED_HEADERS } from './answers.ts'
import type { OpenApiDocument, Operation, ServerObject } from './document.ts'
import { operationOf, tagOf } from './operation.ts'
import { Paths } from './paths.ts'
import { addProblemSchemas, refusalsOf, sharedResponses } from './problems.ts'
import { Schemas } from './schemas.ts'
import { securityOf } from './security.ts'

export interface OpenApiInfo {
  readonly title: string
  /** Of the API, not of OpenAPI. */
  readonly version: string
  /** For people, in Markdown. */
  readonly description?: string
  /** Where the service is: a URL, or a path such as "/api" on the host that the document comes from. */
  readonly servers?: readonly (string | ServerObject)[]
  /** Handlers of this host and of any host alone. */
  readonly host?: string
}

/**
 * Writes the document. Pure: equal arguments give equal documents, which are plain data.
 *
 *   Fault  setup_faulty for a contract of another version, and for two handlers of the same method and
 *          path on two hosts, which one document cannot tell apart
 */
export function openapi(contract: Contract, info: OpenApiInfo): OpenApiDocument {
  checkVersion(contract)
  const { title, version, description, servers = [], host } = info
  const handlers = handlersOf(contract, host?.toLowerCase())
  const schemas = new Schemas()
  addProblemSchemas(schemas)
  const places = servers.map((server) => (typeof server === 'string' ? { url: server } : server))
  const around = { servers: places, security: securityOf(contract), schemas }
  // Answers first: where what goes in and what comes out have one name, it is of what comes out.
  const answers = new Map(handlers.map(([name, handler]) => [name, responsesOf(name, handler, schemas)]))
  const paths = new Paths()
  for (const [name, handler] of handlers) {
    const { path, names } = paths.placeOf(handler)
    paths.add(path, handler, operationOf(name, handler, names, answers.get(name)!, around))
  }
  const tags = [...new Set(handlers.flatMap(([name]) => tagOf(name) ?? []))].map((name) => ({ name }))
  const streams = handlers.some(([, handler]) => isStream(handler))
  return {
    openapi: streams ? '3.2.0' : '3.1.1',
    info: { title, version, ...(description !== undefined && { description }) },
    ...(places.length > 0 && { servers: places }),
    ...(tags.length > 0 && { tags }),
    paths: paths.items,
    components: {
      schemas: schemas.components,
      responses: sharedResponses(),
      headers: SHARED_HEADERS,
      ...(Object.keys(around.security.schemes).length > 0 && { securitySchemes: around.security.schemes }),
    },
  }
}

function checkVersion(contract: Contract): void {
  if ((contract as { readonly hagaki?: unknown }).hagaki === 1) return
  const reason = `its version is ${JSON.stringify((contract as { hagaki?: unknown }).hagaki)}, and 1 is known here`
  throw new Fault('setup_faulty', { what: 'The contract', reason, fix: 'Write it anew with this hagaki' })
}

// On a host, what it has itself goes before what any host has.
function handlersOf({ handlers }: Contract, host: string | undefined): [string, HandlerContract][] {
  const all = Object.entries(handlers)
  if (host === undefined) return all
  const own = new Set(
    all.filter(([, handler]) => handler.host === host).map(([, handler]) => shapeOf(handler)),
  )
  return all.filter(([, handler]) =>
    handler.host === undefined ? !own.has(shapeOf(handler)) : handler.host === host,
  )
}

function shapeOf({ verb, path }: HandlerContract): string {
  return `${VERBS[verb].method} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`
}

function responsesOf(name: string, handler: HandlerContract, schemas: Schemas): Operation['responses'] {
  return { ...answersOf(name, handler, schemas), ...refusalsOf(handler, schemas) }
}

function isStream({ gives, takes }: HandlerContract): boolean {
  return gives === 'items' || takes?.as === 'items'
}
