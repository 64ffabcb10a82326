/**
 * A linear axis from zero.
 *
 * @module
 */
export interface Scale {
  /** Where the axis ends, a round number. */
  readonly end: number
  /** Round numbers from zero to the end. */
  readonly ticks: readonly number[]
  /** Pixels from the start. */
  at(value: number): number
}

/** For values up to `most`, with at most `ticks` steps, over `width` pixels. */
export function scale(most: number, width: number, ticks = 5): Scale {
  const step = niceStep((most > 0 ? most : 1) / ticks)
  const steps = Math.max(1, Math.ceil((most > 0 ? most : 1) / step - 1e-9))
  const end = steps * step
  return {
    end,
    ticks: Array.from({ length: steps + 1 }, (_, at) => Number((at * step).toPrecision(12))),
    at: (value) => (value / end) * width,
  }
}

/** The least of 1, 2, 2.5 and 5 times a power of ten that is no less. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  for (const factor of [1, 2, 2.5, 5]) if (factor * power >= least * (1 - 1e-9)) return factor * power
  return 10 * power
}
