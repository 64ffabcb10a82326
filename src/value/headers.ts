/**
 * Header fields as values: null prototype, frozen, lower-case names, string values.
 *
 * RFC 9110 section 5 (fields), contract clauses 6, 7, 8 and 10.
 *
 * @module
 */
import type { RequestHeaders } from '../contract.ts'
import { Fault } from '../fault.ts'
import { KNOWN_FIELDS } from './known-fields.ts'

/** What belongs to one connection and is never passed on (8). */
export const CONNECTION_FIELDS: ReadonlySet<string> = new Set(
  [...KNOWN_FIELDS.values()].filter(({ hop }) => hop).map(({ name }) => name),
)

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const LOWER_TOKEN = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/
// One code unit, one octet: HTAB, SP to "~", and 80-FF as they are (7).
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** RFC 9110 section 5.6.2. */
export function isToken(text: string): boolean {
  return TOKEN.test(text)
}

/** A field name in the lower case that every value here uses. */
export function isFieldName(name: string): boolean {
  return KNOWN_FIELDS.get(name)?.name === name || LOWER_TOKEN.test(name)
}

/** Clause 7: the code units 09, 20-7E and 80-FF, and no white space at either end. */
export function isFieldValue(value: string): boolean {
  return VALUE.test(value) && !isBlank(value.charCodeAt(0)) && !isBlank(value.charCodeAt(value.length - 1))
}

/**
 * Fields in the making: a null prototype, and then a shape. V8 would hold a dictionary made by
 * `Object.create(null)` in a hash table, which costs three times as much to fill and to freeze.
 */
export function emptyFields(): Record<string, string> {
  return Object.setPrototypeOf({}, null) as Record<string, string>
}

/** No fields: what a request without any holds. */
export const NO_FIELDS: RequestHeaders = Object.freeze(Object.create(null) as RequestHeaders)

/**
 * Makes headers from field lines in the order received. Names are lower-cased and repeats joined.
 *
 *   Fault  field_faulty: a name that is no token, a value outside clause 7, a repeated singleton
 */
export function headersFrom(lines: Iterable<readonly [name: string, value: string]>): RequestHeaders {
  const fields = emptyFields()
  for (const [name, value] of lines) addField(fields, name, value)
  return Object.freeze(fields)
}

/** Adds one field line to headers in the making. Faults as `headersFrom`. */
export function addField(fields: Record<string, string>, name: string, value: string): void {
  const known = KNOWN_FIELDS.get(name)
  // Before lower-casing: U+212A would become a "k".
  if (known === undefined && !TOKEN.test(name)) {
    throw new Fault('field_faulty', { name, reason: 'the name is no token' })
  }
  const key = known === undefined ? name.toLowerCase() : known.name
  if (!isFieldValue(value)) {
    throw new Fault('field_faulty', { name: key, reason: 'the value has an octet that no field may hold' })
  }
  joinField(fields, key, value)
}

/** Adds a field whose name and value were checked: a repeat is joined. Fault: field_faulty for what comes once. */
export function joinField(fields: Record<string, string>, key: string, value: string): void {
  const before = fields[key]
  if (before === undefined) {
    fields[key] = value
  } else if (isOnce(key)) {
    throw new Fault('field_faulty', { name: key, reason: 'it is given more than once' })
  } else if (value !== '') {
    // An empty member of a list is none (RFC 9110 5.6.1), and would leave a blank at the end (7).
    fields[key] = before === '' ? value : key === 'cookie' ? `${before}; ${value}` : `${before}, ${value}`
  }
}

function isOnce(key: string): boolean {
  return KNOWN_FIELDS.get(key)?.once === true
}

/** New frozen headers in which `name` is `value` (10). Fault: field_faulty. */
export function withField(headers: RequestHeaders, name: string, value: string): RequestHeaders {
  const fields = Object.assign(emptyFields(), headers)
  delete fields[name.toLowerCase()]
  addField(fields, name, value)
  return Object.freeze(fields)
}

/** New frozen headers without `name`. */
export function withoutField(headers: RequestHeaders, name: string): RequestHeaders {
  const key = name.toLowerCase()
  if (headers[key] === undefined) return headers
  const fields = Object.assign(emptyFields(), headers)
  delete fields[key]
  return Object.freeze(fields)
}

/**
 * Removes what belongs to the connection, and what `connection` nominates (8).
 *
 *   Fault  field_faulty: a nominated singleton, or `host`, would be lost to everyone behind us
 */
export function endToEnd(headers: RequestHeaders): RequestHeaders {
  const nominated = nominatedFields(headers['connection'])
  const fields = emptyFields()
  for (const name of Object.keys(headers)) {
    if (!CONNECTION_FIELDS.has(name) && !nominated.includes(name)) fields[name] = headers[name]!
  }
  return Object.freeze(fields)
}

/** The names that `connection` nominates, in lower case. Fault: field_faulty as `endToEnd`. */
export function nominatedFields(connection: string | undefined): readonly string[] {
  if (connection === undefined) return NONE
  const nominated = commaList(connection.toLowerCase())
  for (const name of nominated) {
    if (isOnce(name)) throw new Fault('field_faulty', { name: 'connection', reason: `it nominates ${name}` })
  }
  return nominated
}

const NONE: readonly string[] = Object.freeze([])

/** Splits a list field at its commas, dropping SP, HTAB and empty members (RFC 9110 5.6.1). */
export function commaList(field: string): string[] {
  const members: string[] = []
  for (const part of field.split(',')) {
    const member = stripBlanks(part)
    if (member !== '') members.push(member)
  }
  return members
}

/** Strips SP and HTAB only: `trim()` would also take U+00A0. */
export function stripBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return start === 0 && end === text.length ? text : text.slice(start, end)
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}
