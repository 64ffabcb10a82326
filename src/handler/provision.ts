/**
 * Provisions: the guards and resources of a service, with values in the place of some.
 *
 * @module
 */

import { resourcesIn } from './guards.ts'
import type { AnyHandler } from './handler.ts'
import type { Decided, Guard, Providers, Resource } from './provide.ts'
import { type Opened, Resources } from './resources.ts'

/** Values by member name. */
export type Values = { readonly [member: string]: unknown }

export interface Provision {
  readonly resources: Resources
  /** What is decided before any call. */
  readonly decided: Decided
}

/**
 * Overrides are by member name, wherever it is used; a resource that has one is never opened, nor is
 * what only guards use that have one.
 */
export function provisionOf(handlers: Iterable<AnyHandler>, overrides: Values, opened: Opened): Provision {
  const all = [...handlers].map(({ definition }) => definition.providers)
  const decided = new Map<Guard<unknown>, unknown>()
  const given = new Map<Resource<unknown>, unknown>()
  for (const providers of all) override(providers, overrides, decided, given, new Set())
  const names = new Map<Resource<unknown>, string>()
  for (const providers of all) {
    for (const [resource, name] of resourcesIn(providers, decided, given))
      if (!names.has(resource)) names.set(resource, name)
  }
  return { resources: new Resources(names, given, opened), decided }
}

function override(
  providers: Providers,
  overrides: Values,
  decided: Map<Guard<unknown>, unknown>,
  given: Map<Resource<unknown>, unknown>,
  seen: Set<Guard<unknown>>,
): void {
  for (const [member, one] of Object.entries(providers)) {
    const has = Object.hasOwn(overrides, member)
    if (one.kind === 'resource') {
      if (has) given.set(one, overrides[member])
      override(one.uses, overrides, decided, given, seen)
      continue
    }
    if (has) decided.set(one, overrides[member])
    if (seen.has(one)) continue
    seen.add(one)
    override(one.uses, overrides, decided, given, seen)
  }
}
