/**
 * Sources: where a member of a handler's input comes from when it is pinned, `from: { page: query() }`.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import { CONNECTION_FIELDS, isToken } from '../value/headers.ts'

export interface Source {
  readonly in: 'query' | 'header' | 'cookie'
  /** As the request spells it; null where it is spelled as the member. */
  readonly name: string | null
}

/** The member comes from the query, also of a handler that takes a body. Fault: setup_faulty for an empty name. */
export function query(name?: string): Source {
  if (name !== undefined && (typeof name !== 'string' || name === '' || !name.isWellFormed()))
    throw unfit(name, 'it is no name', 'Write it like "page", or leave it out where it is the member\'s')
  return { in: 'query', name: name ?? null }
}

/**
 * The member comes from a field of the head, such as "if-match". Fault: setup_faulty for no field name,
 * and for one that the connection, the body or the guards are about.
 */
export function header(name: string): Source {
  const field = String(name).toLowerCase()
  if (typeof name !== 'string' || !isToken(name))
    throw unfit(name, 'it is no field name', 'Write it like "if-match"')
  if (field === 'cookie') throw unfit(name, 'cookies have names of their own', 'Use cookie("name")')
  if (CONNECTION_FIELDS.has(field) || field.startsWith('content-') || field === 'host')
    throw unfit(name, 'it is about the connection or the body', 'Use a field that says something of the call')
  return { in: 'header', name: field }
}

/** The member comes from a cookie. A browser sends it by itself, and no client of ours does. */
export function cookie(name?: string): Source {
  if (name !== undefined && !isToken(name)) throw unfit(name, 'it is no cookie name', 'Write it like "theme"')
  return { in: 'cookie', name: name ?? null }
}

function unfit(name: string, reason: string, fix: string): Fault {
  return new Fault('setup_faulty', { what: `source ${JSON.stringify(name)}`, reason, fix })
}
