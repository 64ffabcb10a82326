/**
 * Query strings as `application/x-www-form-urlencoded` pairs, decoded strictly.
 *
 * WHATWG URL section 5.1, but a stray "%" or octets that are no UTF-8 are refused: two readers
 * would repair them differently.
 *
 * @module
 */
import { Fault } from '../fault.ts'

/** Pairs in the order given; null and "" have none. Fault: target_faulty. */
export function parseQuery(query: string | null): [name: string, value: string][] {
  if (query === null || query === '') return []
  try {
    return [...pairsOf(query)]
  } catch (error) {
    throw new Fault('target_faulty', { reason: 'its query is not percent-encoded UTF-8' }, error)
  }
}

/** Pairs of a query or of a form, one by one. Throws URIError for what is not percent-encoded UTF-8. */
export function* pairsOf(text: string): Generator<[name: string, value: string], void, undefined> {
  for (const part of text.split('&')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    yield equals < 0 ? [decode(part), ''] : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))]
  }
}

function decode(text: string): string {
  return text.includes('%') || text.includes('+') ? decodeURIComponent(text.replaceAll('+', ' ')) : text
}
