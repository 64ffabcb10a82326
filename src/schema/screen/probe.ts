/**
 * One value of much data, with little beside it, for the schema library to judge.
 *
 * @module
 */
import type { Path } from '../screen.ts'

/** How many values of a list or an object stay beside the one that is probed. */
const BESIDE = 100

/** The same data with that one value in its lists, and few beside it. */
export function probeOf(data: unknown, [first, ...rest]: Path): unknown {
  if (first === undefined) return data
  if (Array.isArray(data)) return [probeOf(data[first as number], rest)]
  const members = Object.entries(data as object)
    .filter(([name], at) => at < BESIDE || name === first)
    .map(([name, value]): [string, unknown] => {
      if (name === first) return [name, probeOf(value, rest)]
      return [name, Array.isArray(value) ? value.slice(0, BESIDE) : value]
    })
  return Object.fromEntries(members)
}

/** Where that value is in the probe. */
export function pathInProbe(path: Path): Path {
  return path.map((part) => (typeof part === 'number' ? 0 : part))
}
