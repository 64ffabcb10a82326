/**
 * Text from a path or a query as the data that a schema asks for.
 *
 * Only what is certain is turned: text that does not read as the type stays text, and the schema
 * says what is wrong with it.
 *
 * @module
 */
import { itemsOf, type JsonSchema, membersOf, type SimpleType, typesOf } from './json-schema.ts'

/** How texts stand for the values of one schema. Worked out once, at boot. */
export interface TextForm {
  readonly types: ReadonlySet<SimpleType>
  /** Of a list's items; null for what is no list. */
  readonly items: { readonly first: readonly TextForm[]; readonly rest: TextForm } | null
}

/** How texts stand for the members of an object. */
export interface MemberForms {
  readonly named: ReadonlyMap<string, TextForm>
  /** The names that every such object has. */
  readonly required: ReadonlySet<string>
  /** Of members under other names; null where the schema is silent of them or refuses them. */
  readonly others: TextForm | null
  /** True where it refuses members under other names. */
  readonly closed: boolean
}

// JSON's number grammar (RFC 8259 section 6): no "0x10", no "", no blanks.
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/

/** Works out how texts stand for values of a schema. */
export function textForm(schema: JsonSchema, root: JsonSchema): TextForm {
  const form = simpleForm(schema, root)
  if (!form.types.has('array')) return form
  const { first, rest } = itemsOf(schema, root)
  // A list of lists has no text, so items are not looked into any further.
  return {
    types: form.types,
    items: { first: first.map((item) => simpleForm(item, root)), rest: simpleForm(rest, root) },
  }
}

/** Works out how texts stand for the members of an object; null for a schema of something else. */
export function memberForms(root: JsonSchema): MemberForms | null {
  const members = membersOf(root)
  if (members === null) return null
  const { named, required, others, closed } = members
  return {
    named: new Map([...named].map(([name, schema]) => [name, textForm(schema, root)])),
    required,
    others: others === null ? null : textForm(others, root),
    closed,
  }
}

/** Turns one text. What may be text stays text. */
export function readText(text: string, { types }: TextForm): unknown {
  if (types.has('string') || types.size === 0) return text
  if ((types.has('number') || types.has('integer')) && NUMBER.test(text)) {
    const number = Number(text)
    // A whole number that loses digits as a double would name another thing.
    if (
      Number.isFinite(number) &&
      (!Number.isInteger(number) || Number.isSafeInteger(number) || String(number) === text)
    )
      return number
  }
  if (types.has('boolean') && (text === 'true' || text === 'false')) return text === 'true'
  if (types.has('null') && text === 'null') return null
  return text
}

/**
 * Turns the texts of one name in a query. A list is one even with one text, unless one text may
 * stand for itself as well. Undefined for a name that comes again and is no list.
 */
export function readTexts(texts: readonly string[], form: TextForm): unknown {
  const { items, types } = form
  if (texts.length === 1 && (items === null || isText(form))) return readText(texts[0]!, form)
  if (items !== null) return texts.map((text, at) => readText(text, items.first[at] ?? items.rest))
  return types.size === 0 ? texts : undefined
}

/** True when an object may hold more members than those named. */
export function holdsMore({ named, others }: MemberForms, names: readonly string[]): boolean {
  return named.size === 0 || named.size > names.length || others !== null
}

/** True for a list that no text gives when it is empty: without any, there is nothing else it could be. */
export function isEmptyWhenAbsent({ named, required }: MemberForms, name: string): boolean {
  const form = named.get(name)
  return form !== undefined && form.items !== null && required.has(name) && !isText(form)
}

/** True when a single text can stand for a value of this form. */
export function isText({ types }: TextForm): boolean {
  return types.size === 0 || SINGLE.some((type) => types.has(type))
}

/** True when texts can stand for a value of this form: a single one, or one for each item of a list. */
export function isWritable(form: TextForm): boolean {
  if (isText(form)) return true
  const { items } = form
  return items === null ? form.types.has('null') : [...items.first, items.rest].every(isText)
}

const SINGLE = ['string', 'number', 'integer', 'boolean'] as const

function simpleForm(schema: JsonSchema, root: JsonSchema): TextForm {
  return { types: typesOf(schema, root), items: null }
}
