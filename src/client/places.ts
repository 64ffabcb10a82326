/**
 * Placing the members of an input: the path, the query, fields, and what is left for the body.
 *
 * @module
 */
import { textField } from '../value/utf8.ts'
import { writeQuery } from '../value/write-query.ts'
import type { ClientHandler } from './client-contract.ts'
import { textsOf, unfit, wordsOf } from './texts.ts'

export interface Placed {
  readonly path: string
  readonly query: string | null
  /** Pinned members, by the names of their fields. */
  readonly fields: readonly (readonly [name: string, text: string])[]
  /** What the body is of; undefined without one. */
  readonly body: unknown
}

/**
 * Fault: input_invalid for what is no object, a name in the path without a value, a member that its place
 * cannot hold, and a cookie, which is the browser's.
 */
export function place(handler: ClientHandler, data: unknown): Placed {
  const { path, from = {}, takes } = handler
  if (takes?.body === 'whole') return { path: encodeURI(path), query: null, fields: [], body: data }
  const left = membersToSend(data, handler)
  const take = (name: string): unknown => {
    const value = left.get(name)
    left.delete(name)
    return value
  }
  const texts = (name: string, value: unknown): string[] => textsOf(name, value, wordsOf(handler, name))
  const one = (name: string, value: unknown): string => {
    if (Array.isArray(value)) throw unfit([name], 'cannot be a list there')
    return texts(name, value)[0]!
  }
  const filled = path.replaceAll(/[^{}]+|\{([^}]*)\}/g, (part, name?: string) =>
    name === undefined ? encodeURI(part) : segment(name, one(name, take(name))),
  )
  const pairs: [string, string][] = []
  const fields: [string, string][] = []
  for (const [member, { in: where, name }] of Object.entries(from)) {
    const value = take(member)
    if (value === undefined) continue
    if (where === 'header') fields.push([name, textField(one(member, value))])
    else if (where === 'query') for (const text of texts(member, value)) pairs.push([name, text])
    else throw unfit([member], 'is a cookie, which browsers send: leave it out')
  }
  const whole = takes?.body === 'member' ? take('body') : undefined
  const hasBody = takes === undefined ? !/reads|deletes/.test(handler.verb) : takes.body === 'members'
  if (!hasBody)
    for (const [member, value] of left) for (const text of texts(member, value)) pairs.push([member, text])
  return {
    path: filled,
    query: pairs.length > 0 ? writeQuery(pairs) : null,
    fields,
    // Members that no place was said for go along where the schema refuses them by their names.
    body: hasBody && (takes !== undefined || left.size > 0) ? Object.fromEntries(left) : whole,
  }
}

// What the contract does not name stays here, so that nothing of an object that happens to have more
// members gets into an address. A schema that refuses other names is to say so itself.
export function membersToSend(data: unknown, handler: ClientHandler): Map<string, unknown> {
  if (data === undefined) return new Map()
  if (typeof data !== 'object' || data === null || Array.isArray(data)) throw unfit([], 'must be an object')
  const isKnown = (name: string): boolean =>
    handler.closed === true ||
    wordsOf(handler, name) !== undefined ||
    (handler.takes?.body === 'member' && name === 'body')
  return new Map(Object.entries(data).filter(([name, value]) => value !== undefined && isKnown(name)))
}

// The router refuses these in every spelling: somebody on the way could take them for another path.
function segment(name: string, text: string): string {
  if (/^\.{0,2}$|[/\\\0]/.test(text)) throw unfit([name], 'cannot stand in a path')
  return encodeURIComponent(text)
}
