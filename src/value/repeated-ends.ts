/**
 * Ends of heads as they were read: all of a response's, and of a request's what is behind its query. Clients and
 * apps mostly repeat them octet by octet, but for the length of the body: then what was understood is used again.
 * It is immutable, so that this cannot be seen from outside.
 *
 *   get    what such octets were read as, and the length of the body; null for others
 *   keep   octets that were read, that carry no context and no credentials, and whose body is none or of a
 *          length that is told
 *
 * @module
 */
import { startsWith } from './known-names.ts'

interface Place<T> {
  /** An end up to what it says of the body. */
  front: Uint8Array
  value: T | null
  /** How often others came since this one did. */
  misses: number
}

export interface RepeatedEnd<T> {
  readonly value: T
  readonly body: number | null
}

/** Ends that are kept, at most. */
const PLACES = 32
/** Octets of one that is kept, at most. */
const MAX_OCTETS = 1_024
/** Where so many others came in a row, one in as many is kept: nothing there seems to repeat itself. */
const MISSES = 8
/** So many digits are a safe integer, whatever they are. */
const SAFE_DIGITS = 15
const ZERO = 0x30
const BRACE = 0x7d
const NULL = Uint8Array.from('null', (character) => character.charCodeAt(0))

export class RepeatedEnds<T extends object> {
  readonly #places: readonly Place<T>[] = Array.from({ length: PLACES }, () => ({
    front: new Uint8Array(0),
    value: null,
    misses: 0,
  }))

  get(octets: Uint8Array, from: number, to: number): RepeatedEnd<T> | null {
    const place = this.#placeOf(to - from)
    const { front, value } = place
    if (value === null) return null
    if (front.length >= to - from || !startsWith(octets, from, front)) {
      if (place.misses > MISSES) place.value = null // not worth another look
      return null
    }
    const body = octets[to - 1] === BRACE ? lengthOrNull(octets, from + front.length, to - 1) : undefined
    if (body === undefined) return null
    place.misses = 0
    return { value, body }
  }

  keep(octets: Uint8Array, from: number, to: number, { value, body }: RepeatedEnd<T>): void {
    if (to - from > MAX_OCTETS) return
    const place = this.#placeOf(to - from)
    place.misses++
    if (place.misses > MISSES && place.misses % MISSES !== 0) return
    place.front = octets.slice(from, to - 1 - String(body).length)
    place.value = value
  }

  // By their length, give or take the digits of the body's.
  #placeOf(length: number): Place<T> {
    return this.#places[(length >> 3) % PLACES]!
  }
}

/** What is written between `from` and `to`: a number, null, or undefined for anything else. */
function lengthOrNull(octets: Uint8Array, from: number, to: number): number | null | undefined {
  const digits = to - from
  if (digits === NULL.length && startsWith(octets, from, NULL)) return null
  if (digits < 1 || digits > SAFE_DIGITS || (digits > 1 && octets[from] === ZERO)) return undefined
  let length = 0
  for (let at = from; at < to; at++) {
    const digit = octets[at]! - ZERO
    if (!(digit >= 0 && digit <= 9)) return undefined
    length = length * 10 + digit
  }
  return length
}
