/**
 * What a result was when it was handed over. Clause 21.
 *
 * @module
 */
import type { Result } from '../contract.ts'

const PLACES = ['status', 'contentType', 'headers', 'body'] as const

/** Takes note of a result. The function says later what became different, or null. */
export function snapshot(result: Result): () => string | null {
  const before = [...result]
  const headers = fieldsOf(result)
  return () => {
    const place = PLACES.find((_, at) => result[at] !== before[at])
    if (place !== undefined) return `another ${place}`
    const now = fieldsOf(result)
    for (const name of new Set([...headers.keys(), ...now.keys()])) {
      if (headers.get(name) !== now.get(name)) return `another ${name}`
    }
    return null
  }
}

function fieldsOf([, , headers]: Result): Map<string, string> {
  return new Map(Object.entries(headers).map(([name, value]) => [name, JSON.stringify(value)]))
}
