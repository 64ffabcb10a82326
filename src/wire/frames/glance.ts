/**
 * Heads that are read at a glance: those that begin as one before did, and differ in how many octets of body they
 * tell of, which is what they end with.
 *
 * @module
 */
const NINE = 0x39
const ZERO = 0x30
const CLOSE = 0x7d
/** Digits of a whole number that is safe whatever they are. */
const MOST_DIGITS = 15
/** How many are kept, each in the place that its length gives it. A power of two. */
const PLACES = 16

interface Known<H> {
  readonly front: Uint8Array
  readonly head: H
}

export class Glance<H> {
  readonly #known: (Known<H> | null)[] = Array.from({ length: PLACES }, () => null)
  /** Octets of body that the head tells of that was read last. */
  octets = 0

  /** Heads that begin with these octets, up to the number of octets of their body, are `head`. */
  learn(front: Uint8Array, head: H): void {
    this.#known[front.byteLength & (PLACES - 1)] = { front: front.slice(), head }
  }

  /** The head from `at` to `end`; null where it is not like one that was learned. */
  read(bytes: Uint8Array, at: number, end: number): H | null {
    const digits = this.#number(bytes, at, end)
    const length = digits - at
    const known = this.#known[length & (PLACES - 1)]
    if (known?.front.byteLength !== length) return null
    const { front } = known
    for (let near = 0; near < length; near++) if (bytes[at + near] !== front[near]) return null
    return known.head
  }

  // Where the number begins that it ends with; `at` where that is none.
  #number(bytes: Uint8Array, at: number, end: number): number {
    if (bytes[end - 1] !== CLOSE) return at
    let [octets, unit] = [0, 1]
    let digit = end - 2
    for (; digit >= at; digit--) {
      const octet = bytes[digit]!
      if (octet < ZERO || octet > NINE) break
      octets += (octet - ZERO) * unit
      unit *= 10
    }
    const digits = end - 2 - digit
    if (digits > MOST_DIGITS || (digits > 1 && bytes[digit + 1] === ZERO)) return at
    this.octets = octets
    return digits === 0 ? at : digit + 1
  }
}
