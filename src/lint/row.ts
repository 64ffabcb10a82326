/**
 * Rows: the contract as data. A row holds the text of a rule beside the check that sees it broken,
 * or the name of the file that holds what no middleware can see. `spec/SPEC.md` is printed from them.
 *
 * @module
 */
import { Fault } from '../fault.ts'

/** One rule: the clause it belongs to, and its sentence without the full stop. */
export interface Rule {
  readonly section: string
  readonly rule: string
}

/** A rule that `lint` checks. */
export interface Row<Seen> extends Rule {
  /** Says what was found when the rule is broken; else null. Never quotes what may be secret. */
  readonly check: (seen: Seen) => string | null
}

/** A rule that no middleware can see. */
export interface HeldRow extends Rule {
  /** The test file that holds it, from the root of the repository. */
  readonly held: string
  /** How the title of the test begins; the title cites the clause. */
  readonly by: string
}

/** Rows about one thing, in the order in which they are read and checked. */
export type Rows<Seen> = readonly (Row<Seen> | HeldRow)[]

/** Checks what can be seen. Fault: contract_broken, for the first rule that does not hold. */
export function hold<Seen>(rows: Rows<Seen>, seen: Seen): void {
  for (const row of rows) {
    const found = 'check' in row ? row.check(seen) : null
    if (found !== null) throw new Fault('contract_broken', { section: row.section, rule: row.rule, found })
  }
}

/** What a value is, without showing it: "a string", "null", "a Map". */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value !== 'object') return `a ${typeof value}`
  if (Array.isArray(value)) return `a list of ${value.length}`
  const { constructor } = value as { readonly constructor?: { readonly name?: unknown } }
  if (constructor === Object || typeof constructor?.name !== 'string') return 'an object'
  return `${/^[AEIOU]/.test(constructor.name) ? 'an' : 'a'} ${constructor.name}`
}

/** The kind that was found instead of another, or null when `fits`. */
export function unless(fits: boolean, value: unknown): string | null {
  return fits ? null : kindOf(value)
}
