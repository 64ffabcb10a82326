/**
 * A look at a JSON text before anything is made of it: what it would cost, and what `JSON.parse` takes
 * and we do not.
 *
 *   in     the text, the bounds
 *   out    how many members are written in it, and whether a name may be `__proto__` in disguise
 *   Fault  body_too_complex; body_malformed for numbers and surrogates that no data of ours can be
 *
 * On what is no JSON it may count anything: every text that it lets pass is parsed next, and a parser
 * has made nothing of what stands behind the first fault.
 *
 * @module
 */
import { type Bounds, malformed, tooComplex } from './format.ts'

const QUOTE = 0x22
const PLUS = 0x2b
const COMMA = 0x2c
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const COLON = 0x3a
const UPPER_E = 0x45
const OPEN_LIST = 0x5b
const BACKSLASH = 0x5c
const CLOSE_LIST = 0x5d
const LOWER_E = 0x65
const LOWER_F = 0x66
const LOWER_N = 0x6e
const LOWER_T = 0x74
const LOWER_U = 0x75
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/**
 * Bytes that V8 takes at most, measured on the worst bodies of each kind (64-bit, no compressed pointers).
 * A list or an object has its place in what holds it; a member, its share of a hidden class; a member
 * named by a number, a table or a run of empty places.
 */
const HEAP = { container: 64, member: 96, numbered: 288, text: 32, unit: 2, number: 24 } as const

/** The longest run of digits that is a safe integer whatever they are. */
const SAFE_DIGITS = 15

/** A number that is this long may be infinite without an exponent. */
const LONG_NUMBER = 308

export interface Scan {
  readonly members: number
  /** A `\u` escape is in it: names may be written in other ways than one. */
  readonly escapes: boolean
}

export function scanJson(text: string, bounds: Bounds): Scan {
  let depth = 0
  let containers = 0
  let members = 0
  let texts = 0
  let units = 0
  let scalars = 0
  let numbered = 0
  let escapes = false
  let name = 0 // the code unit that the last string begins with
  const hasEscapes = text.includes('\\')
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      const start = at + 1
      at = hasEscapes ? start : plainEnd(text, start)
      if (hasEscapes) {
        for (
          let unit = text.charCodeAt(at);
          unit !== QUOTE && at < text.length;
          unit = text.charCodeAt(++at)
        ) {
          if (unit !== BACKSLASH) continue
          at++
          if (text.charCodeAt(at) !== LOWER_U) continue
          escapes = true
          at = escapeEnd(text, at)
        }
      }
      texts++
      units += at - start
      name = text.charCodeAt(start)
    } else if (code === COMMA) continue
    else if (code === COLON) {
      members++
      if (name >= ZERO && name <= NINE) numbered++
    } else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      containers++
      if (++depth > bounds.depth) throw tooComplex('depth', bounds.depth)
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth--
    else if (code === MINUS || (code >= ZERO && code <= NINE)) {
      scalars++
      at = numberEnd(text, at) - 1
    } else if (code === LOWER_T || code === LOWER_F || code === LOWER_N) {
      scalars++
      at += 3
    }
  }
  if (members > bounds.members) throw tooComplex('members', bounds.members)
  // Every member was counted as a text for its name.
  if (containers + scalars + texts - members > bounds.values) throw tooComplex('values', bounds.values)
  const heap =
    containers * HEAP.container +
    (members - numbered) * HEAP.member +
    numbered * HEAP.numbered +
    (texts - members) * HEAP.text +
    units * HEAP.unit +
    scalars * HEAP.number
  if (heap > bounds.heap) throw tooComplex('heap', bounds.heap)
  return { members, escapes }
}

/** How many code units are looked at one by one, before a search that costs more to begin. */
const NEAR = 24

// Where a string without escapes ends.
function plainEnd(text: string, start: number): number {
  const near = Math.min(start + NEAR, text.length)
  let at = start
  while (at < near && text.charCodeAt(at) !== QUOTE) at++
  if (at < near) return at
  const end = text.indexOf('"', at)
  return end < 0 ? text.length : end
}

const HIGH = /^[dD][89aAbB][0-9a-fA-F]{2}$/
const LOW = /^[dD][c-fC-F][0-9a-fA-F]{2}$/

// `at` is on the "u" of an escape; gives its last digit, or that of the second of two that are one pair.
function escapeEnd(text: string, at: number): number {
  const unit = text.charCodeAt(at + 1)
  if (unit !== 0x64 && unit !== 0x44) return at + 4
  const digits = text.slice(at + 1, at + 5)
  if (LOW.test(digits)) throw malformed('it has half of a surrogate pair')
  if (!HIGH.test(digits)) return at + 4
  if (text.startsWith('\\u', at + 5) && LOW.test(text.slice(at + 7, at + 11))) return at + 10
  throw malformed('it has half of a surrogate pair')
}

// The end of what looks like a number, which is refused when no data of ours can be it.
function numberEnd(text: string, start: number): number {
  let at = start + 1
  let whole = true
  let exponent = false
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code >= ZERO && code <= NINE) continue
    if (code === POINT) whole = false
    else if (code === LOWER_E || code === UPPER_E) {
      whole = false
      exponent = true
    } else if (code !== PLUS && code !== MINUS) break
  }
  if (at - start <= SAFE_DIGITS && !exponent) return at
  if (!whole && !exponent && at - start <= LONG_NUMBER) return at
  const spelled = text.slice(start, at)
  const number = Number(spelled)
  // Beyond 2^53 - 1 digits may be lost. Those that JavaScript itself writes of a double are not.
  if (whole && Math.abs(number) > Number.MAX_SAFE_INTEGER && String(number) !== spelled) {
    throw malformed('it has a whole number of more digits than a double holds: send it as text')
  }
  if (Math.abs(number) === Number.POSITIVE_INFINITY) throw malformed('it has a number too large for a double')
  return at
}
