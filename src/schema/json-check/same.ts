/**
 * Equality of data as JSON has it.
 *
 * @module
 */
import { isRecord } from '../../value/data.ts'

/** True when two data are the same as JSON: members in any order; 1 and true are not the same. */
export function same(one: unknown, other: unknown): boolean {
  if (Array.isArray(one))
    return (
      Array.isArray(other) && one.length === other.length && one.every((item, at) => same(item, other[at]))
    )
  if (!isRecord(one) || !isRecord(other)) return one === other
  const names = Object.keys(one)
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && same(one[name], other[name]))
  )
}
