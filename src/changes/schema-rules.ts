/**
 * What a change of a schema means: less may be taken, more may be given, and each of them breaks
 * somebody.
 *
 * @module
 */
import type { JsonSchema } from '../schema/json-schema.ts'
import { type Finding, fits } from './change.ts'
import { misfits } from './fits.ts'
import { type Misfit, type MisfitKind, sayMisfit } from './misfit.ts'
import { same } from './same.ts'

/** A change of what a handler takes. `place` names it: "accepts", "body". */
export function takenChanges(place: string, before: JsonSchema, after: JsonSchema): Finding[] {
  if (same(before, after)) return []
  const less = misfits(before, after, { sentRoot: before, takenRoot: after, open: false })
  const more = misfits(after, before, { sentRoot: after, takenRoot: before, open: false })
  return [
    ...less.map((misfit) =>
      finding(place, sayMisfit(misfit, 'takes', 'narrower'), misfit, TAKEN[misfit.kind] ?? TAKEN_ELSE),
    ),
    ...unsaid(more, less).map((misfit) => fits(`${place} ${sayMisfit(misfit, 'takes', 'wider')}`)),
  ]
}

/** A change of what a handler gives. */
export function givenChanges(place: string, before: JsonSchema, after: JsonSchema): Finding[] {
  if (same(before, after)) return []
  const more = misfits(after, before, { sentRoot: after, takenRoot: before, open: true })
  const less = misfits(before, after, { sentRoot: before, takenRoot: after, open: true })
  return [
    ...more.map((misfit) => {
      const said = sayMisfit(misfit, 'gives', 'wider')
      // Who reads an answer passes over members that he does not know.
      return misfit.kind === 'unknown'
        ? fits(`${place} ${said}`)
        : finding(
            place,
            said,
            misfit,
            misfit.kind === 'gone' || misfit.kind === 'required' ? RELIED : UNEXPECTED,
          )
    }),
    ...unsaid(less, more).map((misfit) => {
      const said = sayMisfit(misfit, 'gives', 'narrower')
      return misfit.kind === 'unknown'
        ? finding(place, said, misfit, 'callers that look for it do not find it')
        : fits(`${place} ${said}`)
    }),
  ]
}

const TAKEN: { readonly [K in MisfitKind]?: string } = {
  required: 'callers that leave it out are refused',
  gone: 'callers that do not know it are refused',
  refused: 'callers that send it are refused',
  others: 'callers that send more are refused',
  unknown: 'what callers send there has no effect',
}
const TAKEN_ELSE = 'callers that send anything else are refused'
const RELIED = 'callers that rely on it fail'
const UNEXPECTED = 'callers that do not expect it fail'
const UNDECIDED = 'look whether what fitted before still does'

function finding(place: string, said: string, { certain, kind }: Misfit, why: string): Finding {
  return {
    verdict: certain ? 'breaks' : 'perhaps',
    what: `${place} ${said}`,
    why: kind === 'undecided' ? UNDECIDED : why,
  }
}

// Two patterns that differ are a misfit both ways, and so is a member that only one of two has: it is said once.
function unsaid(found: readonly Misfit[], said: readonly Misfit[]): readonly Misfit[] {
  return found.filter(({ at, kind }) => !said.some((one) => one.at === at && isSaidBy(kind, one.kind)))
}

const WHOLE: ReadonlySet<MisfitKind> = new Set<MisfitKind>(['gone', 'refused', 'unknown', 'undecided'])

function isSaidBy(kind: MisfitKind, other: MisfitKind): boolean {
  if (kind === other) return kind !== 'type' && kind !== 'values'
  return kind === 'undecided' || WHOLE.has(other)
}
