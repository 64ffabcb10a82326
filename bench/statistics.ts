/**
 * Figures out of samples.
 *
 * @module
 */

/** The middle, and the middle half around it: quartiles, which one neighbour's burst does not move. */
export interface Spread {
  readonly median: number
  readonly low: number
  readonly high: number
}

/** Throws RangeError without samples. */
export function spread(samples: readonly number[]): Spread {
  if (samples.length === 0) throw new RangeError('no samples')
  const sorted = [...samples].sort((a, b) => a - b)
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) }
}

/**
 * The samples of one round divided by the least of the others' in the same round: what disturbed a
 * round disturbed both. Rounds that one of them lacks are left out.
 */
export function ratios(ours: readonly number[], theirs: readonly (readonly number[])[]): number[] {
  const rounds = Math.min(ours.length, ...theirs.map((samples) => samples.length))
  return ours.slice(0, rounds).map((sample, round) => sample / Math.min(...theirs.map((one) => one[round]!)))
}

// Between the two samples that it falls between.
function quantile(sorted: readonly number[], part: number): number {
  const place = (sorted.length - 1) * part
  const below = Math.floor(place)
  const low = sorted[below]!
  return low + ((sorted[below + 1] ?? low) - low) * (place - below)
}
