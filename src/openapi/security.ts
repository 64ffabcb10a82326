/**
 * How callers identify themselves: the schemes of guards, and which of them an operation asks for.
 *
 * @module
 */
import type { Contract, HandlerContract } from '../handler/contract.ts'
import type { SecurityScheme } from '../handler/provide.ts'
import type { SecurityRequirement } from './document.ts'

export interface Security {
  /** By the names that they have in the document. */
  readonly schemes: { readonly [name: string]: SecurityScheme }
  /** Undefined where nothing is asked for that a document can say. */
  readonly of: (handler: HandlerContract) => readonly SecurityRequirement[] | undefined
}

/** The schemes of a contract. A guard may be called anything; a component may not. */
export function securityOf({ schemes = {} }: Contract): Security {
  const names = new Map<string, string>()
  for (const guard of Object.keys(schemes)) {
    let name = guard.replaceAll(/[^A-Za-z0-9._-]/g, '_') || '_'
    while ([...names.values()].includes(name)) name += '_'
    names.set(guard, name)
  }
  return {
    schemes: Object.fromEntries([...names].map(([guard, name]) => [name, schemes[guard]!])),
    of: ({ guards }) => {
      // Each guard has to be passed, so all of their schemes are one requirement.
      const asked = guards.flatMap((guard) => names.get(guard) ?? [])
      return asked.length === 0 ? undefined : [Object.fromEntries(asked.map((name) => [name, []]))]
    },
  }
}
