/**
 * Request heads as text of one code unit per octet, from values that anybody may have made: what is
 * written here is checked here. RFC 9112 sections 3 to 5.
 *
 * @module
 */
import { Fault } from '../../fault.ts'
import { fieldFlaw } from '../../value/fields.ts'
import { isMethod, isPathOf, isQuery } from '../../value/head-grammar.ts'

/**
 * A target of the form that the method asks for.
 *
 *   base   the raw path in front of `path`, "" for none
 *   Fault  value_faulty
 */
export function targetOf(method: string, base: string, path: string, query: string | null): string {
  if (!isMethod(method)) throw faulty('its method is no upper-case token')
  if (!isPathOf(method, path)) throw faulty('its path is none')
  if (!path.startsWith('/')) {
    if (query !== null) throw faulty('its target has no place for a query')
    return path
  }
  if (query === null) return base + path
  if (!isQuery(query)) throw faulty('its query is none')
  return `${base}${path}?${query}`
}

/** One field line. Fault: value_faulty. */
export function fieldLine(name: string, value: string): string {
  const flaw = fieldFlaw(name, value)
  if (flaw !== null) throw faulty(flaw)
  return `${name}: ${value}\r\n`
}

function faulty(reason: string): Fault {
  return new Fault('value_faulty', { form: 'http', reason })
}
