/**
 * Members of objects and items of lists, of one variant against those of another.
 *
 * @module
 */
import type { JsonSchema } from '../schema/json-schema.ts'
import { isRecord } from '../value/data.ts'
import type { Misfit } from './misfit.ts'

/** Compares a part of the one with a part of the other. */
export type Inner = (sent: unknown, taken: unknown, at: string) => readonly Misfit[]

/** Where items do not fit: the first ones in turn, then all behind them. */
export function itemMisfits(
  sent: JsonSchema,
  taken: JsonSchema,
  at: string,
  inner: Inner,
): readonly Misfit[] {
  const [some, others] = [firstOf(sent), firstOf(taken)]
  const [rest, restTaken] = [sent['items'] ?? true, taken['items'] ?? true]
  const found: Misfit[] = []
  for (let index = 0; index < Math.max(some.length, others.length); index++) {
    const one = some[index] ?? rest
    // None is there, so none has to fit.
    if (one !== false) found.push(...inner(one, others[index] ?? restTaken, `${at}/${index}`))
  }
  const { maxItems } = sent
  if (rest === false || (typeof maxItems === 'number' && maxItems <= some.length)) return found
  return [...found, ...inner(rest, restTaken, `${at}/*`)]
}

/** Where members do not fit. `open`: those that `taken` does not name do no harm. */
export function memberMisfits(
  sent: JsonSchema,
  taken: JsonSchema,
  at: string,
  inner: Inner,
  open: boolean,
): readonly Misfit[] {
  const [some, others] = [membersOf(sent), membersOf(taken)]
  const { additionalProperties: rest } = sent
  const restTaken = open && taken['additionalProperties'] === false ? true : taken['additionalProperties']
  const found: Misfit[] = []
  for (const name of requiredOf(taken)) {
    if (requiredOf(sent).includes(name)) continue
    const kind = Object.hasOwn(some, name) || isRecord(rest) ? 'required' : 'gone'
    found.push({ at: `${at}/${name}`, kind, about: name, certain: true })
  }
  for (const [name, schema] of Object.entries(some)) {
    const place = `${at}/${name}`
    if (Object.hasOwn(others, name)) found.push(...inner(schema, others[name], place))
    else if (restTaken === false) found.push({ at: place, kind: 'refused', about: name, certain: true })
    else if (isRecord(restTaken)) found.push(...inner(schema, restTaken, place))
    else found.push({ at: place, kind: 'unknown', about: name, certain: false })
  }
  // Under a name that only `taken` knows, somebody may have sent what other names may hold.
  for (const [name, schema] of Object.entries(others))
    if (isRecord(rest) && !Object.hasOwn(some, name)) found.push(...inner(rest, schema, `${at}/${name}`))
  return [...found, ...otherMisfits(rest, restTaken, at, inner, open)]
}

// Members under other names. What says nothing of them takes them, or lets them pass. One that only
// `taken` names is new: nobody has sent it yet, though anybody could have.
function otherMisfits(
  sent: unknown,
  taken: unknown,
  at: string,
  inner: Inner,
  open: boolean,
): readonly Misfit[] {
  if (sent === false || taken === undefined || taken === true) return []
  if (taken === false) return [{ at, kind: 'others', about: '', certain: true }]
  if (isRecord(sent)) return inner(sent, taken, `${at}/*`)
  return open ? [] : inner({}, taken, `${at}/*`)
}

export function membersOf({ properties }: JsonSchema): JsonSchema {
  return isRecord(properties) ? properties : {}
}

export function requiredOf({ required }: JsonSchema): readonly string[] {
  return Array.isArray(required) ? (required as string[]) : []
}

function firstOf({ prefixItems }: JsonSchema): readonly unknown[] {
  return Array.isArray(prefixItems) ? (prefixItems as unknown[]) : []
}
