/**
 * Sizes as people write them: "16kb", "2mb", or a number of bytes.
 *
 * @module
 */
import { Fault } from '../fault.ts'

/** Binary units, as nginx, Rails and Express mean them. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['b', 1],
  ['kb', 1024],
  ['mb', 1024 ** 2],
  ['gb', 1024 ** 3],
])

/** Bytes. Fault: setup_faulty. */
export function parseSize(size: number | string): number {
  const [, digits, unit] =
    typeof size === 'number' ? [null, String(size), 'b'] : (/^([0-9]{1,12})(b|kb|mb|gb)$/.exec(size) ?? [])
  const bytes = Number(digits) * (UNITS.get(unit ?? '') ?? Number.NaN)
  if (Number.isSafeInteger(bytes) && bytes >= 0) return bytes
  const fix = 'Write bytes as a number, or "16kb", "2mb", "1gb"'
  throw new Fault('setup_faulty', { what: `size ${JSON.stringify(size)}`, reason: 'it is no size', fix })
}
