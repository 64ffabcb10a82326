/**
 * Chance that can be had again: equal seeds give equal runs.
 *
 * @module
 */

export interface Chance {
  /** A whole number from 0 up to and without `end`. */
  below(end: number): number
  /** One of these. */
  of<T>(these: readonly T[]): T
  /** True once in `times`. */
  once(times: number): boolean
}

/** Mulberry32 of `seed`, a whole number. */
export function chance(seed: number): Chance {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const below = (end: number): number => Math.floor(next() * end)
  return { below, of: (these) => these[below(these.length)]!, once: (times) => below(times) === 0 }
}
