/**
 * Steps through a JSON text of printable ASCII whose every member is known by its place.
 *
 * Each step gives what it read and goes behind it, or says that it cannot: null, or undefined where null
 * may be read. Comparing octets is faster than cutting strings out.
 *
 * @module
 */
import { writeCarried } from './carried.ts'
import { isRecord } from './data.ts'
import { type BodyMember, bodyMember, frozenContext, NO_CONTEXT } from './head-reader.ts'
import { emptyFields, isFieldName, isFieldValue, NO_FIELDS } from './headers.ts'
import { type KnownName, knownName, startsWith } from './known-names.ts'
import type { Carried } from './message.ts'
import { isPrintable } from './printable.ts'
import type { RepeatedEnd, RepeatedEnds } from './repeated-ends.ts'

const decoder = new TextDecoder()

const SPACE = 0x20
const QUOTE = 0x22
const COMMA = 0x2c
const ZERO = 0x30
const BACKSLASH = 0x5c
const BRACKET = 0x5d
const BRACE = 0x7d
/** So many digits are a safe integer, whatever they are. */
const SAFE_DIGITS = 15

const NULL = octetsOf('null')
const CONTEXT = octetsOf(',"context":')
const EMPTY_AND_BODY = octetsOf('{},"body":')

/** ASCII as octets to compare with. */
export function octetsOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

/** A value, and the octets that stand for it. */
export interface Word<T> {
  readonly value: T
  readonly octets: Uint8Array
}

/** JSON values as words. */
export function words<const T>(...values: T[]): readonly Word<T>[] {
  return values.map((value) => ({ value, octets: octetsOf(JSON.stringify(value)) }))
}

/** How many lists of fields were read. */
let lists = 0

type Repeat = (fields: Record<string, string>, name: string, value: string) => void

export class PlainReader {
  readonly #text: string
  readonly #octets: Uint8Array
  readonly #from: number
  readonly #escapes: boolean
  #at = 0

  private constructor(text: string, octets: Uint8Array, from: number) {
    this.#text = text
    this.#octets = octets
    this.#from = from
    this.#escapes = text.indexOf('\\') >= 0
  }

  /** Null for octets from `from` to `to` that do not make one character each. */
  static of(octets: Uint8Array, from: number, to: number): PlainReader | null {
    const text = decoder.decode(octets.subarray(from, to))
    return text.length === to - from ? new PlainReader(text, octets, from) : null
  }

  /** True when all that follows is 20 to 7E. Has to be asked before strings are read of which nothing is known. */
  isPrintable(): boolean {
    const at = this.#at
    const { length } = this.#text
    return (
      isPrintable(this.#octets, this.#from + at, this.#from + length) && this.#text.indexOf('\x7f', at) < 0
    )
  }

  /** Goes behind `expected` if it is next. */
  has(expected: Uint8Array): boolean {
    const end = this.#at + expected.length
    if (end > this.#text.length || !startsWith(this.#octets, this.#from + this.#at, expected)) return false
    this.#at = end
    return true
  }

  /** One of some values, or undefined. */
  oneOf<T>(among: readonly Word<T>[]): T | undefined {
    for (const { value, octets } of among) if (this.has(octets)) return value
    return undefined
  }

  /** A string of octets in `members` alone, which are neither quotes nor backslashes; or undefined. */
  textOf(members: Uint8Array): string | undefined {
    const octets = this.#octets
    const from = this.#at + 1
    const last = this.#from + this.#text.length
    let at = this.#from + from
    while (at < last && members[octets[at]!] === 1) at++
    const end = at - this.#from
    if (this.#text.charCodeAt(from - 1) !== QUOTE || this.#text.charCodeAt(end) !== QUOTE) return undefined
    this.#at = end + 1
    return this.#text.slice(from, end)
  }

  /** A safe integer that is not negative, written in digits alone. */
  wholeOrNull(): number | null | undefined {
    if (this.has(NULL)) return null
    const from = this.#at
    let at = from
    let value = 0
    for (;;) {
      const digit = this.#text.charCodeAt(at) - ZERO
      if (!(digit >= 0 && digit <= 9)) break
      value = value * 10 + digit
      at++
    }
    const digits = at - from
    if (digits === 0 || digits > SAFE_DIGITS) return undefined
    if (digits > 1 && this.#text.charCodeAt(from) === ZERO) return undefined
    this.#at = at
    return value
  }

  fieldValueOrNull(): string | null | undefined {
    return this.has(NULL) ? null : (this.#fieldValue() ?? undefined)
  }

  /** Where it is. */
  get at(): number {
    return this.#at
  }

  /** What the rest was read as before; null where it was not. */
  again<T extends object>(ends: RepeatedEnds<T>): RepeatedEnd<T> | null {
    return ends.get(this.#octets, this.#from + this.#at, this.#from + this.#text.length)
  }

  /** Keeps what was read from `at` on to the end. */
  keep<T extends object>(ends: RepeatedEnds<T>, at: number, end: RepeatedEnd<T>): void {
    ends.keep(this.#octets, this.#from + at, this.#from + this.#text.length, end)
  }

  /** The pairs of a list behind its bracket, and the bracket that ends it; `repeat` adds what comes again. */
  fields(repeat: Repeat): Record<string, string> | null {
    const text = this.#text
    if (text.charCodeAt(this.#at) === BRACKET) {
      this.#at++
      return NO_FIELDS as Record<string, string>
    }
    const fields = emptyFields()
    const list = ++lists
    let known: KnownName | null = null
    for (;;) {
      const next: KnownName | null = known === null ? null : known.next
      let name: string
      if (next !== null && this.has(next.octets)) {
        this.#at-- // the last quote is the value's
        name = next.name
        known = next
      } else {
        const end = this.#nameEnd()
        if (end < 0) return null
        const found = knownName(this.#octets, this.#from + this.#at + 1, this.#from + end)
        name = found === null ? text.slice(this.#at + 1, end) : found.name
        if (found === null && !isFieldName(name)) return null
        if (known !== null) known.next = found
        known = found
        this.#at = end + 2
      }
      const value = this.#fieldValue()
      if (value === null) return null
      // Only what was seen in this list can be there already: asking the object takes longer.
      if (known !== null && known.list !== list) fields[name] = value
      else if (fields[name] === undefined) fields[name] = value
      else repeat(fields, name, value)
      if (known !== null) known.list = list
      const code = text.charCodeAt(this.#at++)
      if (code === BRACKET) return fields
      if (code !== COMMA) return null
    }
  }

  /** Where the quote is behind a name, or -1. */
  #nameEnd(): number {
    const text = this.#text
    if (text.charCodeAt(this.#at) !== QUOTE) return -1
    const end = text.indexOf('"', this.#at + 1)
    return text.charCodeAt(end + 1) === COMMA ? end : -1
  }

  /** The last two members, and nothing behind them. */
  end(): { readonly context: Carried; readonly body: BodyMember } | null {
    if (!this.has(CONTEXT)) return null
    const start = this.#at
    if (this.has(EMPTY_AND_BODY)) {
      const body = this.wholeOrNull()
      const last = this.#at === this.#text.length - 1 && this.#text.charCodeAt(this.#at) === BRACE
      if (body !== undefined && last) return { context: NO_CONTEXT, body }
    }
    return endOf(this.#text.slice(start))
  }

  /** In quotes, and perhaps with escapes: entity tags and client hints have quotes of their own. */
  #fieldValue(): string | null {
    const text = this.#text
    const from = this.#at + 1
    if (text.charCodeAt(this.#at) !== QUOTE) return null
    const end = text.indexOf('"', from)
    if (end < 0) return null
    const value = text.slice(from, end)
    if (this.#escapes && value.indexOf('\\') >= 0) return this.#escapedValue(from)
    // All else that a value may not hold is not among 20 to 7E.
    if (text.charCodeAt(from) === SPACE || text.charCodeAt(end - 1) === SPACE) return null
    this.#at = end + 1
    return value
  }

  #escapedValue(from: number): string | null {
    const text = this.#text
    let end = from
    for (let code = text.charCodeAt(end); code !== QUOTE; code = text.charCodeAt(++end)) {
      if (code === BACKSLASH) end++
      if (end >= text.length) return null
    }
    this.#at = end + 1
    const value = parsed(text.slice(from - 1, end + 1))
    return typeof value === 'string' && isFieldValue(value) ? value : null
  }
}

/** What carries something, or is a body still to come: JSON, of which only the canonical text is taken. */
function endOf(written: string): { readonly context: Carried; readonly body: BodyMember } | null {
  const data = parsed(`{"context":${written}`)
  const { context, body } = isRecord(data) ? data : {}
  const member = bodyMember(body)
  if (!isRecord(context) || member === undefined) return null
  try {
    if (`${writeCarried(context as Carried, '')},"body":${JSON.stringify(member)}}` !== written) return null
  } catch {
    return null
  }
  return { context: frozenContext(context), body: member }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
