/**
 * The paths of a document. Two templates that differ in their names alone are one path there.
 *
 * OpenAPI 3.1, section 4.8.8.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import type { HandlerContract } from '../handler/contract.ts'
import { VERBS } from '../handler/verb.ts'
import type { Method, Operation, PathItem } from './document.ts'
import { namesIn } from './parameters.ts'

/** Collects operations by path; its names are those of the handler that came first. */
export class Paths {
  readonly items: Record<string, PathItem> = {}
  readonly #written = new Map<string, string>()

  placeOf({ path }: HandlerContract): { readonly path: string; readonly names: readonly string[] } {
    const shape = path.replaceAll(/\{[^}]*\}/g, '{}')
    let written = this.#written.get(shape)
    if (written === undefined) this.#written.set(shape, (written = encodedPath(path)))
    return { path: written, names: namesIn(written) }
  }

  /** Fault: setup_faulty. */
  add(path: string, { verb }: HandlerContract, operation: Operation): void {
    const method = VERBS[verb].method.toLowerCase() as Method
    const before = this.items[path]?.[method]
    if (before !== undefined) {
      throw new Fault('setup_faulty', {
        what: `Handlers "${before.operationId}" and "${operation.operationId}"`,
        reason: `both answer ${VERBS[verb].method} ${path}, each on its host, and a document has one of them`,
        fix: 'Write one document for each host: openapi(contract, { host, ... })',
      })
    }
    this.items[path] = { ...this.items[path], [method]: operation }
  }
}

// Templates are written decoded.
function encodedPath(path: string): string {
  return path
    .split('/')
    .map((part) => (part.startsWith('{') ? part : encodeURI(part)))
    .join('/')
}
