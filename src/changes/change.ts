/**
 * A change of a contract, and whom it breaks.
 *
 * @module
 */

/** `perhaps` where the two contracts do not tell. */
export type Verdict = 'breaks' | 'perhaps' | 'fits'

export interface Change {
  readonly verdict: Verdict
  /** The handler's name before the change; after it for one that is new. */
  readonly handler: string
  /** What changed: "accepts /due is required now". */
  readonly what: string
  /** Why, and for whom, that breaks; empty for what fits. */
  readonly why: string
}

/** A change of a handler that is known. */
export type Finding = Omit<Change, 'handler'>

export function breaks(what: string, why: string): Finding {
  return { verdict: 'breaks', what, why }
}

export function perhaps(what: string, why: string): Finding {
  return { verdict: 'perhaps', what, why }
}

export function fits(what: string): Finding {
  return { verdict: 'fits', what, why: '' }
}
