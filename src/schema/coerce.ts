/**
 * Text from a path or a query as the data that a schema asks for.
 *
 * Only what is certain is turned: text that does not read as the type stays text, and the schema
 * says what is wrong with it.
 *
 * @module
 */
import { itemsOf, type JsonSchema, typesOf } from './json-schema.ts'

// JSON's number grammar (RFC 8259 section 6): no "0x10", no "", no blanks.
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/

/** Turns one text. A member that may be text stays text. */
export function coerceText(text: string, schema: JsonSchema, root: JsonSchema): unknown {
  const types = typesOf(schema, root)
  if (types.has('string') || types.size === 0) return text
  if ((types.has('number') || types.has('integer')) && NUMBER.test(text)) {
    const number = Number(text)
    // A whole number that a double cannot hold exactly would name another thing.
    if (Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number))) return number
  }
  if (types.has('boolean') && (text === 'true' || text === 'false')) return text === 'true'
  if (types.has('null') && text === 'null') return null
  return text
}

/** True when the member is a list, so that its name may come again. */
export function takesList(schema: JsonSchema, root: JsonSchema): boolean {
  return typesOf(schema, root).has('array')
}

/** Turns the texts of a repeated name. */
export function coerceList(texts: readonly string[], schema: JsonSchema, root: JsonSchema): unknown[] {
  const items = itemsOf(schema, root)
  return texts.map((text) => coerceText(text, items, root))
}

/** True when no text can stand for this member: an object, or a list of objects. */
export function isUnwritable(schema: JsonSchema, root: JsonSchema): boolean {
  const types = typesOf(schema, root)
  if (types.has('string') || types.size === 0) return false
  if (types.has('array')) return isUnwritable(itemsOf(schema, root), root)
  return types.has('object') && types.size === 1
}
