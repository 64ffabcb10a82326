/**
 * Which parts of a list or an object are looked at: all of them, or a sample that nobody can foresee.
 *
 * @module
 */

/** Of a list or an object of so many parts, so deep within the data: one of how many is looked at. */
export type Seen = (length: number, depth: number) => number

/** How many parts of the outermost list are looked at in a sample; of those within it fewer and fewer. */
const SAMPLE = 512

export const ALL: Seen = () => 1

export const SOME: Seen = (length, depth) =>
  Math.max(1, Math.floor((length * 4 ** Math.max(0, depth - 1)) / SAMPLE))

/** One of each `step` places up to `length`. Which one is drawn at random: what is answered does not depend on it. */
export function* drawn(step: number, length: number): Generator<number> {
  for (let first = 0; first < length; first += step) {
    const at = first + (step === 1 ? 0 : Math.floor(Math.random() * step))
    if (at < length) yield at
  }
}
