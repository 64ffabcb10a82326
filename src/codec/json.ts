/**
 * JSON bodies (RFC 8259), bounded, and read in one way only (RFC 7493, I-JSON).
 *
 * @module
 */
import type { MediaType } from '../value/media-type.ts'
import { utf8Text } from '../value/utf8.ts'
import { type Bounds, DEFAULT_BOUNDS, type Format, malformed, requireUtf8 } from './format.ts'
import { scanJson } from './json-scan.ts'
import { MAX_WRITTEN_DEPTH, type Sink, writeData } from './write-data.ts'

/** How deep lists and objects may nest when nobody says more. */
export const MAX_DEPTH: number = DEFAULT_BOUNDS.depth

export const json: Format = {
  name: 'json',
  mediaType: 'application/json',
  gives: 'data',
  decode: (bytes: Uint8Array, type: MediaType, bounds: Bounds): unknown => {
    requireUtf8(type)
    return decodeJson(bytes, bounds)
  },
  encode: encodeJson,
}

/**
 * Data of a body. Faults: body_malformed, also for `__proto__` as a name, a name twice in one object,
 * half a surrogate pair, a whole number that a double cannot hold and a number beyond a double; body_too_complex.
 */
export function decodeJson(bytes: Uint8Array, bounds: Bounds = DEFAULT_BOUNDS): unknown {
  const text = utf8Text(bytes)
  if (text === null) throw malformed('it is not UTF-8')
  const { members, escapes } = scanJson(text, bounds)
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch (error) {
    throw malformed('it is not JSON', error)
  }
  if (members === 0) return data
  // Some readers take the first of two, and some the last.
  if (membersHeld(data) !== members) throw malformed('it names a member twice')
  // Only a text with this name, written out or escaped, can give it; the walk is for those alone.
  if ((escapes || text.includes('__proto__')) && namesPrototype(data)) {
    throw malformed('it has a member named __proto__')
  }
  return data
}

/** Text of data. Throws TypeError for what is no data, and for bytes, which JSON has not. */
export function encodeJson(data: unknown): string {
  if (isSurelyJson(data, 0)) {
    const text = JSON.stringify(data)
    // What its texts and names hold shows in the text itself: half a pair is escaped, in lower case.
    if (!text.includes('\\ud') && !text.includes('__proto__')) return text
  }
  const checks = new JsonChecks()
  writeData(data, checks)
  const text = JSON.stringify(data)
  return checks.large ? asDoubles(text) : text
}

// True for nearly all data, at a third of the cost of the walk that tells what is wrong.
function isSurelyJson(data: unknown, depth: number): boolean {
  switch (typeof data) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return data >= -Number.MAX_SAFE_INTEGER && data <= Number.MAX_SAFE_INTEGER
    case 'object':
      return data === null || isSurelyJsonObject(data, depth)
    default:
      return false
  }
}

function isSurelyJsonObject(data: object, depth: number): boolean {
  if (depth === MAX_WRITTEN_DEPTH) return false
  if (Array.isArray(data)) {
    const list: readonly unknown[] = data
    for (const one of list) if (one !== undefined && !isSurelyJson(one, depth + 1)) return false
    return true
  }
  const prototype: unknown = Object.getPrototypeOf(data)
  if (prototype !== Object.prototype && prototype !== null) return false
  for (const name in data) {
    const one = (data as Readonly<Record<string, unknown>>)[name]
    // A member that is undefined is left out, and an item is null.
    if (one !== undefined && !isSurelyJson(one, depth + 1)) return false
  }
  return true
}

// Nothing is written here: JSON.stringify does that faster.
class JsonChecks implements Sink {
  /** A whole number was seen that a reader may not take for a double. */
  large = false

  nothing(): void {}
  boolean(): void {}
  text(): void {}
  list(): void {}
  object(): void {}

  number(value: number): void {
    if (value > Number.MAX_SAFE_INTEGER || value < -Number.MAX_SAFE_INTEGER) this.large = true
  }

  bytes(): void {
    throw new TypeError(
      'Cannot write bytes as JSON: write them as text in base64, or answer in CBOR or MessagePack',
    )
  }
}

// JSON.stringify spells whole doubles below 10^21 as integers, exact to the digit, which they are not.
function asDoubles(json: string): string {
  let written = ''
  for (let at = 0; at < json.length; ) {
    const quote = json.indexOf('"', at)
    const start = quote < 0 ? json.length : quote
    written += json.slice(at, start).replaceAll(WHOLE, asDouble)
    at = quote < 0 ? start : stringEnd(json, start)
    written += json.slice(start, at)
  }
  return written
}

const WHOLE = /-?[0-9][0-9.e+-]*/g

function asDouble(number: string): string {
  if (!/^-?[0-9]{16,}$/.test(number) || Number.isSafeInteger(Number(number))) return number
  return Number(number).toExponential()
}

// Behind the quote that ends what begins at `start`.
function stringEnd(json: string, start: number): number {
  let end = json.indexOf('"', start + 1)
  while (isEscaped(json, end)) end = json.indexOf('"', end + 1)
  return end + 1
}

function isEscaped(json: string, at: number): boolean {
  let slashes = 0
  while (json[at - 1 - slashes] === '\\') slashes++
  return slashes % 2 === 1
}

// The depth is bounded before, so these may recurse.
function membersHeld(data: unknown): number {
  if (typeof data !== 'object' || data === null) return 0
  const isList = Array.isArray(data)
  const inner: readonly unknown[] = isList ? data : Object.values(data)
  let count = isList ? 0 : inner.length
  for (const one of inner) if (typeof one === 'object' && one !== null) count += membersHeld(one)
  return count
}

function namesPrototype(data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return false
  if (Array.isArray(data)) return data.some(namesPrototype)
  return Object.hasOwn(data, '__proto__') || Object.values(data).some(namesPrototype)
}
