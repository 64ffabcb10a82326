/**
 * What a check throws when a rule is broken.
 *
 * @module
 */

/** A rule is broken: what the check waited for, and what came. */
export class Broken extends Error {
  readonly expected: string
  readonly seen: string

  constructor(expected: string, seen: string) {
    super(`expected ${expected}; seen ${seen}`)
    this.expected = expected
    this.seen = seen
  }
}

/** Throws Broken when `kept` is false. */
export function hold(kept: boolean, expected: string, seen: string): asserts kept {
  if (!kept) throw new Broken(expected, seen)
}
