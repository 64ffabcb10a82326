/**
 * The plans of a service, and the contract that is made of them.
 *
 * @module
 */
import type { Contract } from './contract.ts'
import type { Flat } from './flatten.ts'
import { guardsIn } from './guards.ts'
import type { Plan } from './plan.ts'
import { planOf } from './planning.ts'
import type { Decided, SecurityScheme } from './provide.ts'
import { VERBS } from './verb.ts'

/** By name, each linked with the handler that reads what it changes. `decided` before any call. Fault: setup_faulty. */
export function plansOf({ handlers }: Flat, decided: Decided): ReadonlyMap<string, Plan> {
  const plans = handlers.map(([name, handler, place]) => planOf(name, handler, place, decided))
  const readers = new Map(plans.filter(isVersionedReader).map((plan) => [placeOf(plan), plan] as const))
  return new Map(plans.map((plan) => [plan.name, linked(plan, readers.get(placeOf(plan)))]))
}

export function contractOf(plans: Iterable<Plan>): Contract {
  const all = [...plans]
  const handlers = Object.fromEntries(all.map((plan) => [plan.name, plan.contract]))
  const schemes = schemesOf(all)
  return { hagaki: 1, handlers, ...(Object.keys(schemes).length > 0 && { schemes }) }
}

function isVersionedReader({ definition }: Plan): boolean {
  return VERBS[definition.verb].safe && definition.version !== undefined
}

// Two templates are the same place whatever they call its names.
function placeOf({ host, template }: Plan): string {
  const shape = template.segments.map((segment) => ('name' in segment ? '{}' : segment.literal))
  return `${host ?? ''}/${shape.join('/')}`
}

function linked(plan: Plan, current: Plan | undefined): Plan {
  if (current === undefined || VERBS[plan.definition.verb].safe) return plan
  return { ...plan, current, contract: { ...plan.contract, versioned: true } }
}

function schemesOf(plans: Iterable<Plan>): { readonly [guard: string]: SecurityScheme } {
  const found: Record<string, SecurityScheme> = {}
  for (const { definition, name } of plans) {
    for (const guard of guardsIn(definition.providers, `Handler "${name}"`))
      if (guard.scheme !== null) found[guard.name] = guard.scheme
  }
  return found
}
