/**
 * Keys for caches of answers: equal for equal calls.
 *
 * @module
 */

/**
 * The name, and the data as JSON holds them where there are any: members sorted, and without those that are
 * undefined. As TanStack Query and SWR take it; the name alone is a prefix of all.
 */
export function keyOf(name: string, data: unknown): readonly unknown[] {
  return data === undefined ? [name] : [name, JSON.parse(JSON.stringify(data, sorted))]
}

function sorted(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
