/**
 * Guards at work: who decides before whom, and what they have decided of one call.
 *
 * @module
 */
import { isPromise } from '../call/after.ts'
import { Fault } from '../fault.ts'
import type { CallState } from './context.ts'
import type { Decided, Guard, Providers, Resource } from './provide.ts'
import type { Resources } from './resources.ts'

/**
 * The guards of some providers in the order they decide: what one uses comes before it. Without those
 * that are `decided`, and what only they use. Fault: setup_faulty.
 */
export function guardsIn(providers: Providers, what: string, decided: Decided = new Map()): Guard<unknown>[] {
  const found = new Set<Guard<unknown>>()
  const visit = (all: Providers, above: readonly Guard<unknown>[]): void => {
    for (const one of Object.values(all)) {
      if (one.kind !== 'guard' || found.has(one) || decided.has(one)) continue
      if (above.includes(one)) {
        const fix = 'Take one of them out of uses'
        throw new Fault('setup_faulty', { what, reason: `guard "${one.name}" uses itself`, fix })
      }
      visit(one.uses, [...above, one])
      found.add(one)
    }
  }
  visit(providers, [])
  return [...found]
}

/**
 * The resources of some providers by member name in the order they are opened, also those that only guards and other
 * resources use; without those that are `given`, and what only they or `decided` guards use.
 */
export function resourcesIn(
  providers: Providers,
  decided: Decided,
  given: ReadonlyMap<Resource<unknown>, unknown>,
): ReadonlyMap<Resource<unknown>, string> {
  const found = new Map<Resource<unknown>, string>()
  const seen = new Set<Guard<unknown>>()
  const visit = (all: Providers): void => {
    for (const [member, one] of Object.entries(all)) {
      if (one.kind === 'resource') {
        if (found.has(one) || given.has(one)) continue
        visit(one.uses) // they cannot be in a circle: each is made before who uses it
        found.set(one, member)
      } else if (!seen.has(one) && !decided.has(one)) {
        seen.add(one)
        visit(one.uses)
      }
    }
  }
  visit(providers)
  return found
}

/**
 * Guards in the order they decide of what is no handler, such as an upgrade, with the resources of a service.
 * Fault: setup_faulty for a resource that no handler of it asks for: nobody would open that one.
 */
export function guardsBeside(
  guards: readonly Guard<unknown>[],
  decided: Decided,
  resources: Resources,
): Guard<unknown>[] {
  const what = `The guards ${guards.map(({ name }) => name).join(', ')}`
  const providers = Object.fromEntries(guards.map((one, at) => [String(at), one]))
  for (const [one, member] of resourcesIn(providers, decided, new Map())) {
    if (resources.has(one)) continue
    const fix = 'Name it in verbs({ ... }) of one of them'
    throw new Fault('setup_faulty', { what, reason: `no handler of the service uses "${member}"`, fix })
  }
  return guardsIn(providers, what, decided)
}

/** Lets guards decide, in order. A promise only where one of them needs time. */
export function decide(
  guards: readonly Guard<unknown>[],
  state: CallState,
  resources: Resources,
  from = 0,
): void | Promise<void> {
  for (let at = from; at < guards.length; at++) {
    const decision = decisionOf(guards[at]!, state, resources)
    if (isPromise(decision))
      return Promise.resolve(decision.then(() => decide(guards, state, resources, at + 1)))
  }
}

// Each guard decides once for a call, also when handlers that it guards are invoked side by side.
function decisionOf(guard: Guard<unknown>, state: CallState, resources: Resources): unknown {
  const { decided } = state
  if (decided.has(guard)) return decided.get(guard)
  let decision: unknown
  try {
    decision = guard.decide(state.head, providedBy(guard.uses, state, resources))
  } catch (thrown) {
    const refused = Promise.reject(thrown) // whoever asks again is told the same
    refused.catch(() => {})
    decided.set(guard, refused)
    throw thrown
  }
  const kept = isPromise(decision)
    ? Promise.resolve(decision).then((value) => {
        decided.set(guard, value)
        return value
      })
    : decision
  decided.set(guard, kept)
  return kept
}

/** The values of some providers, once their guards have decided. */
export function providedBy(
  providers: Providers,
  state: CallState,
  resources: Resources,
): Record<string, unknown> {
  const provided: Record<string, unknown> = {}
  for (const member of Object.keys(providers)) {
    const one = providers[member]!
    provided[member] = one.kind === 'guard' ? state.decided.get(one) : resources.get(one)
  }
  return provided
}
