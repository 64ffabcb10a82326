/**
 * Stripping: data cut to the members that a JSON Schema names, unchecked. What an object has besides,
 * such as a row's password hash, stays here.
 *
 * @module
 */
import { isRecord } from '../value/data.ts'
import { itemsOf, type JsonSchema, membersIfObject, typesOf } from './json-schema.ts'

/** Works out, once, how data of a schema are cut. Null where nothing can be cut off. */
export function stripperOf(root: JsonSchema): ((data: unknown) => unknown) | null {
  return stripper(root, root, new Map())
}

type Strip = (data: unknown) => unknown
/** Of a schema that is being worked out, for one that holds itself. */
type Known = Map<JsonSchema, { strip: Strip | null }>

function stripper(schema: JsonSchema, root: JsonSchema, known: Known): Strip | null {
  const before = known.get(schema)
  if (before !== undefined) return (data) => (before.strip === null ? data : before.strip(data))
  const place: { strip: Strip | null } = { strip: null }
  known.set(schema, place)
  const object = objectStripper(schema, root, known)
  const list = typesOf(schema, root).has('array') ? listStripper(schema, root, known) : null
  if (object === null && list === null) return null
  place.strip = (data) => {
    if (Array.isArray(data)) return list === null ? data : list(data)
    return object !== null && typeof data === 'object' && data !== null ? object(data) : data
  }
  return place.strip
}

function objectStripper(schema: JsonSchema, root: JsonSchema, known: Known): Strip | null {
  const members = membersIfObject(schema, root)
  if (members === null) return null
  const named = [...members.named].map(([name, member]) => [name, stripper(member, root, known)] as const)
  const open = members.others !== null || members.named.size === 0
  return (data) => {
    const given = data as Record<string, unknown>
    const cut: Record<string, unknown> = open && isRecord(given) ? { ...given } : {}
    for (const [name, strip] of named) {
      const value = given[name]
      if (value !== undefined) cut[name] = strip === null ? value : strip(value)
    }
    return cut
  }
}

function listStripper(schema: JsonSchema, root: JsonSchema, known: Known): Strip | null {
  const { first, rest } = itemsOf(schema, root)
  const firsts = first.map((one) => stripper(one, root, known))
  const others = stripper(rest, root, known)
  if (others === null && firsts.every((one) => one === null)) return null
  return (data) =>
    (data as unknown[]).map((one, at) => {
      const strip = at < firsts.length ? firsts[at]! : others
      return strip === null ? one : strip(one)
    })
}
