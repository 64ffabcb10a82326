/**
 * The router: from method and path segments to a handler. The head alone decides.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import type { Template } from './template.ts'

export interface Route {
  readonly name: string
  readonly method: string
  readonly template: Template
}

/** A route, and the decoded segments that its template names, in order. */
export interface Match<R extends Route> {
  readonly route: R
  readonly texts: readonly string[]
}

interface Place<R> {
  readonly literals: Map<string, Place<R>>
  named: Place<R> | null
  readonly routes: Map<string, R>
}

/** A trie of segments. A literal goes before a name, and a name steps in where a literal leads nowhere. */
export class Router<R extends Route> {
  readonly #root: Place<R> = place()

  /** Fault: setup_faulty when another route would answer the same requests. */
  add(route: R): void {
    let at = this.#root
    for (const segment of route.template.segments) {
      if ('name' in segment) at = at.named ??= place()
      else at = next(at, segment.literal)
    }
    const before = at.routes.get(route.method)
    if (before !== undefined) {
      throw new Fault('setup_faulty', {
        what: `Handlers "${before.name}" and "${route.name}"`,
        reason: `both answer ${route.method} ${before.template.text}`,
        fix: 'Give one of them another path',
      })
    }
    at.routes.set(route.method, route)
  }

  /** The route; null when the path has none for this method. */
  find(method: string, segments: readonly string[]): Match<R> | null {
    return search(this.#root, segments, 0, NONE, method)
  }

  /** The methods that a path has: none when nothing is there. */
  methods(segments: readonly string[]): ReadonlySet<string> {
    const found = new Set<string>()
    for (const at of places(this.#root, segments, 0)) for (const method of at.routes.keys()) found.add(method)
    return found
  }
}

const NONE: readonly string[] = []

function search<R extends Route>(
  at: Place<R>,
  segments: readonly string[],
  depth: number,
  texts: readonly string[],
  method: string,
): Match<R> | null {
  if (depth === segments.length) {
    const route = at.routes.get(method)
    return route === undefined ? null : { route, texts }
  }
  const segment = segments[depth]!
  const literal = at.literals.get(segment)
  const found = literal === undefined ? null : search(literal, segments, depth + 1, texts, method)
  if (found !== null || !isNamed(at, segment)) return found
  return search(at.named, segments, depth + 1, [...texts, segment], method)
}

/** Every place that a path leads to. */
function* places<R>(at: Place<R>, segments: readonly string[], depth: number): Generator<Place<R>> {
  if (depth === segments.length) return yield at
  const segment = segments[depth]!
  const literal = at.literals.get(segment)
  if (literal !== undefined) yield* places(literal, segments, depth + 1)
  if (isNamed(at, segment)) yield* places(at.named, segments, depth + 1)
}

// An empty segment names nothing: "/notes/" is not "/notes/{id}".
function isNamed<R>(at: Place<R>, segment: string): at is Place<R> & { readonly named: Place<R> } {
  return at.named !== null && segment !== ''
}

function place<R>(): Place<R> {
  return { literals: new Map(), named: null, routes: new Map() }
}

function next<R>(at: Place<R>, literal: string): Place<R> {
  let found = at.literals.get(literal)
  if (found === undefined) at.literals.set(literal, (found = place()))
  return found
}
