/**
 * How many values data have: items and members together, at any depth.
 *
 * @module
 */
import { isRecord } from '../../value/data.ts'

/** Data of fewer values than these are not screened. */
export const LARGE = 2_000

/** True for data of many values. Looks at so many of them and no more. */
export function isLarge(data: unknown): boolean {
  return typeof data === 'object' && data !== null && leftOf(LARGE, data) < 0
}

// Asked of all data that come, so nothing is made: a loop over names is a fifth of one over their values.
function leftOf(most: number, data: object): number {
  let left = most
  if (Array.isArray(data)) {
    left -= data.length
    for (let at = 0; at < data.length && left >= 0; at++) {
      const one: unknown = data[at]
      if (typeof one === 'object' && one !== null) left = leftOf(left, one)
    }
    return left
  }
  if (!isRecord(data)) return left
  for (const name in data) {
    if (--left < 0) return left
    const one = data[name]
    if (typeof one === 'object' && one !== null) left = leftOf(left, one)
  }
  return left
}
