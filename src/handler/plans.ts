/**
 * The plans of a service, and the contract that is made of them.
 *
 * @module
 */
import type { Contract } from './contract.ts'
import type { Flat } from './flatten.ts'
import type { Plan } from './plan.ts'
import { planOf } from './planning.ts'
import type { SecurityScheme } from './provide.ts'
import { VERBS } from './verb.ts'

/** By name, each linked with the handler that reads what it changes. Fault: setup_faulty. */
export function plansOf({ handlers }: Flat): ReadonlyMap<string, Plan> {
  const plans = handlers.map(([name, handler, place]) => planOf(name, handler, place))
  const readers = new Map(plans.filter(isVersionedReader).map((plan) => [placeOf(plan), plan] as const))
  return new Map(plans.map((plan) => [plan.name, linked(plan, readers.get(placeOf(plan)))]))
}

export function contractOf(plans: Iterable<Plan>): Contract {
  const handlers = Object.fromEntries([...plans].map((plan) => [plan.name, plan.contract]))
  const schemes = schemesOf(plans)
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
  for (const { guards } of plans)
    for (const { name, scheme } of guards) if (scheme !== null) found[name] = scheme
  return found
}
