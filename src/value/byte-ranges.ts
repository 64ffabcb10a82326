/**
 * Byte ranges of a request. Pure. RFC 9110 section 14.
 *
 * @module
 */
import { commaList } from './headers.ts'

/** Octets from `first` to `last`, both included, counted from 0. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

/** The most ranges that one request is given; one that asks for more gets the whole. */
export const MAX_RANGES = 16

const UNIT = /^bytes=/i
const SPEC = /^([0-9]*)-([0-9]*)$/

/**
 * Which parts of `size` octets a Range field asks for, in its order.
 *
 *   out   null: the field is to be ignored (malformed, another unit, too many ranges, two that
 *         overlap, or nothing to take a part of); empty: none of the ranges is within the file, 416
 */
export function byteRanges(field: string, size: number): readonly ByteRange[] | null {
  // No content-range can speak of a part of nothing.
  if (!UNIT.test(field) || size === 0) return null
  const specs = commaList(field.slice(6))
  if (specs.length === 0 || specs.length > MAX_RANGES) return null
  const ranges: ByteRange[] = []
  for (const spec of specs) {
    const range = byteRange(spec, size)
    if (range === null) return null
    if (range.first <= range.last) ranges.push(range)
  }
  return overlap(ranges) ? null : ranges
}

// Null when malformed; first > last when not satisfiable. Digits beyond 2^53 are rounded, and
// beyond any size.
function byteRange(spec: string, size: number): ByteRange | null {
  const found = SPEC.exec(spec)
  if (found === null) return null
  const [, from = '', to = ''] = found
  if (from === '') return to === '' ? null : { first: Math.max(0, size - Number(to)), last: size - 1 }
  const first = Number(from)
  const last = to === '' ? Infinity : Number(to)
  return first > last ? null : { first, last: Math.min(last, size - 1) }
}

function overlap(ranges: readonly ByteRange[]): boolean {
  const sorted = [...ranges].sort((a, b) => a.first - b.first)
  return sorted.some((range, at) => at > 0 && range.first <= sorted[at - 1]!.last)
}
