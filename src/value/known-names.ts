/**
 * Known field names among the octets of a JSON list of fields, without making a string of each.
 *
 * @module
 */
import { KNOWN_FIELDS } from './known-fields.ts'

/** A name as it stands there: in quotes, with the comma and the quote behind it. */
export interface KnownName {
  readonly name: string
  readonly octets: Uint8Array
  /** What stood behind it the last time. Clients keep to their order, so it mostly will again. */
  next: KnownName | null
  /** The number of the list in which it was seen last. */
  list: number
}

const LIST: readonly KnownName[] = [...new Set([...KNOWN_FIELDS.values()].map(({ name }) => name))].map(
  (name) => ({
    name,
    octets: Uint8Array.from(`"${name}","`, (one) => one.charCodeAt(0)),
    next: null,
    list: 0,
  }),
)

/** Behind a quote, in front of a quote and comma: as much of a name as tells most apart. */
const SLOTS: readonly (readonly KnownName[])[] = Array.from({ length: 1 << 9 }, (_, slot) =>
  LIST.filter(({ octets }) => slotOf(octets, 1, octets.length - 3) === slot),
)

/** The known name whose first letter is at `from`, behind its quote, and whose end is at `to`; or null. */
export function knownName(octets: Uint8Array, from: number, to: number): KnownName | null {
  if (to <= from) return null
  for (const known of SLOTS[slotOf(octets, from, to)]!) {
    if (known.octets.length === to - from + 4 && startsWith(octets, from - 1, known.octets)) return known
  }
  return null
}

/** True when `expected` stands at `at`. Four at a time: every read asks so much of its time for names. */
export function startsWith(octets: Uint8Array, at: number, expected: Uint8Array): boolean {
  let step = 0
  for (const last = expected.length - 3; step < last; step += 4) {
    const flaw =
      (octets[at + step]! ^ expected[step]!) |
      (octets[at + step + 1]! ^ expected[step + 1]!) |
      (octets[at + step + 2]! ^ expected[step + 2]!) |
      (octets[at + step + 3]! ^ expected[step + 3]!)
    if (flaw !== 0) return false
  }
  for (; step < expected.length; step++) if (octets[at + step] !== expected[step]) return false
  return true
}

function slotOf(octets: Uint8Array, from: number, to: number): number {
  const [first, middle, last] = [octets[from]!, octets[from + ((to - from) >> 1)]!, octets[to - 1]!]
  return (first * 5 + middle * 17 + last * 3 + (to - from) * 29) & 511
}
