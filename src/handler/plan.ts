/**
 * A handler as its service runs it: definition, binding and context members, worked out at boot.
 *
 * @module
 */
import { type Binding, bindingOf, takesBody } from './bind.ts'
import { describe, type HandlerContract } from './contract.ts'
import type { AnyHandler, Definition } from './handler.ts'
import type { Guard, Resource } from './provide.ts'
import type { Route } from './router.ts'
import type { Template } from './template.ts'
import { VERBS } from './verb.ts'

export interface Plan extends Route {
  readonly name: string
  readonly method: string
  readonly template: Template
  readonly definition: Definition
  readonly contract: HandlerContract
  readonly binding: Binding
  readonly takesBody: boolean
  readonly guards: readonly (readonly [member: string, guard: Guard<unknown>])[]
  readonly resources: readonly (readonly [member: string, resource: Resource<unknown>])[]
}

/** Fault: setup_faulty, naming the handler and what to change. */
export function planOf(name: string, { definition }: AnyHandler): Plan {
  const contract = describe(name, definition)
  const binding = bindingOf(name, definition, contract.accepts ?? null)
  const members = Object.entries(definition.providers)
  return {
    name,
    method: VERBS[definition.verb].method,
    template: binding.template,
    definition,
    contract,
    binding,
    takesBody: takesBody(binding),
    guards: members.flatMap(([member, one]) => (one.kind === 'guard' ? [[member, one] as const] : [])),
    resources: members.flatMap(([member, one]) => (one.kind === 'resource' ? [[member, one] as const] : [])),
  }
}
