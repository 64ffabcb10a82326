/**
 * JSON bodies (RFC 8259), bounded, and read in one way only (RFC 7493, I-JSON).
 *
 * @module
 */
import { quickJson } from '../value/json-text.ts'
import type { MediaType } from '../value/media-type.ts'
import { utf8Text } from '../value/utf8.ts'
import { type Bounds, DEFAULT_BOUNDS, type Format, malformed, requireUtf8 } from './format.ts'
import { scanJson } from './json-scan.ts'
import { type Sink, writeData } from './write-data.ts'

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
  const text = quickJson(data, 0)
  if (text !== null) return text
  writeData(data, CHECKS)
  return JSON.stringify(data)
}

// Nothing is written here: JSON.stringify does that faster.
const CHECKS: Sink = {
  nothing() {},
  boolean() {},
  number() {},
  text() {},
  list() {},
  object() {},
  bytes() {
    throw new TypeError(
      'Cannot write bytes as JSON: write them as text in base64, or answer in CBOR or MessagePack',
    )
  },
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
