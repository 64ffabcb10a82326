/**
 * How long a supervisor waits before it starts a worker again.
 *
 * @module
 */

/** Milliseconds. */
const FIRST_MS = 100
const LAST_MS = 30_000

/**
 * Milliseconds to wait after the n-th crash in a row: doubled from one to the next, 30 s at most,
 * and between half of that and all of it, so that workers that fell together do not rise together.
 *
 *   random   in [0, 1)
 */
export function backoffMs(crashes: number, random: () => number): number {
  const whole = Math.min(LAST_MS, FIRST_MS * 2 ** (Math.max(1, crashes) - 1))
  return Math.round(whole * (1 - random() / 2))
}
