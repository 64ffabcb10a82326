/**
 * Whether data of one JSON Schema fit another, and where not. What cannot be decided from the schemas
 * is said to be so, and never taken for a fit.
 *
 * @module
 */
import type { JsonSchema } from '../schema/json-schema.ts'
import { isRecord } from '../value/data.ts'
import { BOUND_KEYWORDS, boundMisfits } from './bounds.ts'
import { type Inner, itemMisfits, memberMisfits, membersOf, requiredOf } from './members.ts'
import { UNDECIDED } from './merge.ts'
import type { Misfit } from './misfit.ts'
import { same } from './same.ts'
import { fitsValue, sayValues, valuesOf } from './values.ts'
import { variantsOf } from './variants.ts'

/** The documents that the two schemas are in, and how they are compared. */
export interface Comparison {
  readonly sentRoot: JsonSchema
  readonly takenRoot: JsonSchema
  /** True where members that the second schema does not name do no harm. */
  readonly open: boolean
}

/** What is being compared, so that schemas that contain themselves end. */
type Above = readonly (readonly [sent: unknown, taken: unknown])[]

/** Schemas that two others are merged into are new each time, and are not known again. */
const MAX_DEPTH = 32

/** Where data of `sent` do not fit `taken`; empty when all of them do. Both may be booleans, as schemas may. */
export function misfits(
  sent: unknown,
  taken: unknown,
  comparison: Comparison,
  at = '',
  above: Above = [],
): readonly Misfit[] {
  if (taken === undefined || taken === true) return []
  if (above.some(([one, other]) => one === sent && other === taken)) return []
  if (above.length >= MAX_DEPTH) return [undecided(at, 'nesting')]
  const inner: Inner = (one, other, place) =>
    misfits(one, other, comparison, place, [...above, [sent, taken]])
  const some = variantsOf(sent, comparison.sentRoot, 'sent')
  const others = variantsOf(taken, comparison.takenRoot, 'taken')
  if (some === null || others === null) return [undecided(at, 'alternatives')]
  const compare: Compare = (one, other) => variantMisfits(one, other, at, inner, comparison.open)
  return together(some.flatMap((one) => amongMisfits(one, others, at, compare)))
}

type Compare = (sent: JsonSchema, taken: JsonSchema) => readonly Misfit[]

// One variant among those of the other side: it has to fit one of them.
function amongMisfits(
  sent: JsonSchema,
  taken: readonly JsonSchema[],
  at: string,
  compare: Compare,
): readonly Misfit[] {
  const values = valuesOf(sent)
  if (values !== null) return valueMisfits(values, taken, at)
  const candidates = taken.filter((one) => isOfType(sent, one))
  if (candidates.length === 0) return [typeMisfit(sent, taken, at)]
  const each = candidates.map((one) => compare(sent, one))
  const best = each.reduce((one, other) => (weight(other) < weight(one) ? other : one))
  // It may fit two of them together: part of it the one, part the other.
  const others = candidates.filter((_, index) => each[index] !== best)
  const isCertain = others.every((one) => areApart(sent, one))
  return isCertain ? best : best.map((misfit) => ({ ...misfit, certain: false }))
}

function typeMisfit({ type }: JsonSchema, taken: readonly JsonSchema[], at: string): Misfit {
  if (type !== 'number' || !taken.some((one) => one['type'] === 'integer'))
    return { at, kind: 'type', about: String(type), certain: true }
  return { at, kind: 'bound', about: 'whole numbers', before: 'any number', certain: true }
}

function valueMisfits(
  values: readonly unknown[],
  taken: readonly JsonSchema[],
  at: string,
): readonly Misfit[] {
  const fits = values.map((value) => taken.map((one) => fitsValue(value, one)))
  const left = (wanted: boolean): unknown[] =>
    values.filter((_, index) => !fits[index]!.includes(true) && fits[index]!.includes(null) === wanted)
  return [false, true].flatMap((isOpen) => {
    const about = left(isOpen)
    return about.length === 0
      ? []
      : [{ at, kind: 'values' as const, about: sayValues(about), certain: !isOpen }]
  })
}

// What is never taken amiss weighs nothing beside what is.
function weight(found: readonly Misfit[]): number {
  return found.reduce((sum, { kind, certain }) => sum + (kind === 'unknown' ? 1 : certain ? 1_000 : 100), 0)
}

function isOfType(sent: JsonSchema, taken: JsonSchema): boolean {
  const type = taken['type']
  if (type === undefined || type === sent['type']) return true
  return type === 'number' && sent['type'] === 'integer'
}

// True when nothing fits both: another type, or a member that tells them apart.
function areApart(one: JsonSchema, other: JsonSchema): boolean {
  if (!isOfType(one, other) && !isOfType(other, one)) return true
  const [some, others] = [membersOf(one), membersOf(other)]
  return requiredOf(one).some((name) => {
    if (!requiredOf(other).includes(name)) return false
    const [left, right] = [named(some, name), named(others, name)]
    return left !== null && right !== null && !left.some((value) => right.some((two) => same(value, two)))
  })
}

function named(members: JsonSchema, name: string): readonly unknown[] | null {
  const member = Object.hasOwn(members, name) ? members[name] : undefined
  return isRecord(member) ? valuesOf(member) : null
}

/** Keywords that say nothing of what fits. */
const ANNOTATIONS =
  /^(?:type|title|description|default|examples?|deprecated|readOnly|writeOnly|id|\$comment|\$anchor|content\w+|x-.*)$/
const COMPARED: ReadonlySet<string> = new Set([
  'enum',
  'const',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'prefixItems',
])

function variantMisfits(
  sent: JsonSchema,
  taken: JsonSchema,
  at: string,
  inner: Inner,
  open: boolean,
): readonly Misfit[] {
  const { type } = sent
  const values = valuesOf(taken)
  if (values !== null) return [{ at, kind: 'only', about: sayValues(values), certain: true }]
  const found: Misfit[] = [...boundMisfits(at, sent, { ...taken, type })]
  if (type === 'array') found.push(...itemMisfits(sent, taken, at, inner))
  if (type === 'object') found.push(...memberMisfits(sent, taken, at, inner, open))
  for (const keyword of (taken[UNDECIDED] as string[] | undefined) ?? []) found.push(undecided(at, keyword))
  for (const [keyword, value] of Object.entries(taken)) {
    if (ANNOTATIONS.test(keyword) || COMPARED.has(keyword) || BOUND_KEYWORDS.has(keyword)) continue
    if (!same(value, sent[keyword])) found.push(undecided(at, keyword))
  }
  return found
}

function undecided(at: string, about: string): Misfit {
  return { at, kind: 'undecided', about, certain: false }
}

// Types and values that do not fit in one place are one misfit; what several variants have is one.
function together(found: readonly Misfit[]): readonly Misfit[] {
  const byPlace = new Map<string, Misfit>()
  for (const misfit of found) {
    const { at, kind, about, certain } = misfit
    const isListed = kind === 'type' || kind === 'values'
    const place = JSON.stringify([at, kind, isListed ? certain : about])
    const before = byPlace.get(place)
    if (before === undefined) byPlace.set(place, misfit)
    else if (isListed && !before.about.split(', ').includes(about))
      byPlace.set(place, { ...before, about: `${before.about}, ${about}` })
    else if (certain) byPlace.set(place, misfit)
  }
  return [...byPlace.values()]
}
