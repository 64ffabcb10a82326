/**
 * The guards of a service in another language, made here as our own are: what one uses decides before it, once for a
 * call, and is sent along.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import type { AnyFailureType } from '../handler/failure.ts'
import { type Guard, type GuardHead, guard } from '../handler/provide.ts'
import type { Pool } from '../transport/pool.ts'
import { callFar, HERE } from './far-call.ts'
import { GUARD, type Offer } from './offer.ts'
import { byCode, type Failures } from './offered-schemas.ts'

type Guards = ReadonlyMap<string, Guard<unknown>>

/** By name. Fault: setup_faulty, for one that uses itself, or what nobody offers. */
export function offeredGuards(offered: Offer['guards'], failures: Failures, invoke: Pool['invoke']): Guards {
  const made = new Map<string, Guard<unknown>>()
  const make = (name: string, above: readonly string[]): Guard<unknown> => {
    const known = made.get(name)
    if (known !== undefined) return known
    const one = Object.hasOwn(offered, name) ? offered[name] : undefined
    const by = above.at(-1)
    if (one === undefined) throw faulty(by ?? name, `it uses a guard ${name}, which is not offered`)
    if (above.includes(name)) throw faulty(name, 'it uses itself')
    const uses: Record<string, Guard<unknown>> = {}
    for (const [member, used] of Object.entries(one.uses ?? {})) uses[member] = make(used, [...above, name])
    const far = farGuard(name, uses, failures.of(one.errors), invoke)
    made.set(name, far)
    return far
  }
  for (const name of Object.keys(offered)) make(name, [])
  return made
}

function farGuard(
  name: string,
  uses: Readonly<Record<string, Guard<unknown>>>,
  errors: readonly AnyFailureType[],
  invoke: Pool['invoke'],
): Guard<unknown> {
  const decide = (head: GuardHead, used: Readonly<Record<string, unknown>>): Promise<unknown> => {
    const { method, path, query, headers, client, protocol } = head
    const here = head.get(HERE)
    const line = { guard: name, head: { method, path, query, headers, client, protocol }, used }
    const far = { name: GUARD, line, flow: null, isSafe: true, failures: byCode(errors) }
    return callFar(invoke, far, here)
  }
  return guard<unknown, typeof uses>(name, decide, { uses, errors })
}

function faulty(name: string, reason: string): Fault {
  const fix = 'Use the worker of the same version of hagaki'
  return new Fault('setup_faulty', { what: `Guard ${JSON.stringify(name)}`, reason, fix })
}
