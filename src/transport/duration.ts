/**
 * Times as people write them: "5s", "200ms", "2m", or a number of milliseconds.
 *
 * @module
 */
import { MAX_TIMER_MS } from '../call/limits.ts'
import { Fault } from '../fault.ts'

const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
])

/** Milliseconds. Fault: setup_faulty. */
export function parseDuration(duration: number | string): number {
  const [, digits, unit] =
    typeof duration === 'number'
      ? [null, String(duration), 'ms']
      : (/^([0-9]{1,9})(ms|s|m)$/.exec(duration) ?? [])
  const ms = Number(digits) * (UNITS.get(unit ?? '') ?? Number.NaN)
  if (Number.isSafeInteger(ms) && ms > 0 && ms <= MAX_TIMER_MS) return ms
  const fix = 'Write milliseconds as a number, or "200ms", "5s", "2m"'
  throw new Fault('setup_faulty', { what: `time ${JSON.stringify(duration)}`, reason: 'it is no time', fix })
}
