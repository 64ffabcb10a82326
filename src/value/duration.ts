/**
 * Times as people write them: "5s", "200ms", "2m", "1h", "30d", or a number of milliseconds.
 *
 * @module
 */
import { Fault } from '../fault.ts'

/** Milliseconds: a timer told to wait longer fires at once. */
export const MAX_TIMER_MS: number = 2 ** 31 - 1

const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

/** Milliseconds, more than none and at most `most`: by default what a timer can wait. Fault: setup_faulty. */
export function parseDuration(duration: number | string, most: number = MAX_TIMER_MS): number {
  const [, digits, unit] =
    typeof duration === 'number'
      ? [null, String(duration), 'ms']
      : (/^([0-9]{1,9})(ms|s|m|h|d)$/.exec(duration) ?? [])
  const ms = Number(digits) * (UNITS.get(unit ?? '') ?? Number.NaN)
  if (Number.isSafeInteger(ms) && ms > 0 && ms <= most) return ms
  const fix = 'Write milliseconds as a number, or "200ms", "5s", "2m", "1h", "20d"'
  throw new Fault('setup_faulty', { what: `time ${JSON.stringify(duration)}`, reason: 'it is no time', fix })
}
