/**
 * Keys for caches of answers: equal for equal calls.
 *
 * @module
 */

/**
 * The name, and the input where there is any: members sorted, and without those that are undefined. As
 * TanStack Query and SWR take it; the name alone is a prefix of all.
 */
export function keyOf(name: string, data: unknown): readonly unknown[] {
  const input = canonical(data)
  return input === undefined ? [name] : [name, input]
}

function canonical(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(canonical)
  if (Object.prototype.toString.call(value) !== '[object Object]') return value
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(
    members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, canonical(member)]),
  )
}
