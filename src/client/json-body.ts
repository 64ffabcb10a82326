/**
 * JSON bodies as a client writes and reads them.
 *
 * @module
 */
import { utf8Text } from '../value/utf8.ts'
import { unfit } from './texts.ts'

/** How deep lists and objects may nest: what handlers take where nobody says more. */
const MAX_DEPTH = 64

type Path = readonly (string | number)[]

/** The JSON text of what is at `path` of the input. Fault: input_invalid for what JSON would change. */
export function writeJson(value: unknown, path: Path): string {
  check(value, path, path.length + MAX_DEPTH)
  return JSON.stringify(value)
}

// JSON.stringify writes null for NaN, {} for a Map or a file, leaves functions out, and goes around in circles.
function check(value: unknown, path: Path, deepest: number): void {
  const type = Object.prototype.toString.call(value).slice(8, -1)
  if (type === 'Array' || type === 'Object') {
    if (path.length >= deepest) throw unfit(path.slice(0, 1), `nests deeper than ${MAX_DEPTH}`)
    const isList = Array.isArray(value)
    // Spread, for holes are null in JSON.
    for (const [name, one] of Object.entries(isList ? [...(value as unknown[])] : (value as object)))
      if (one !== undefined || isList) check(one, [...path, name], deepest)
    return
  }
  const isJson =
    typeof value === 'string'
      ? value.isWellFormed()
      : value === null || typeof value === 'boolean' || Number.isFinite(value) || hasJson(value)
  if (isJson) return
  const what = typeof value === 'number' ? value : typeof value === 'string' ? 'half a character' : type
  throw unfit(path, `is ${what}, which JSON has not`)
}

// A date, for one.
function hasJson(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'toJSON' in value
}

/** The data of JSON bytes; undefined for none, and for what is no JSON. */
export function parseJson(bytes: Uint8Array | null): unknown {
  try {
    // What is no UTF-8 has no text, and "" is no JSON either.
    return JSON.parse((bytes && utf8Text(bytes)) ?? '') as unknown
  } catch {
    return undefined
  }
}
