/**
 * A look at octets four at a time: far cheaper than a regular expression over the text they make.
 *
 * @module
 */

const HIGH_BITS = 0x80808080 | 0
const SPACES = 0x20202020

/** True when every octet from `from` to `to` is 20 to 7F: ASCII without controls, but for DEL. */
export function isPrintable(octets: Uint8Array, from: number, to: number): boolean {
  const base = octets.byteOffset
  // Where the words begin and end; what stands around them is looked at one by one.
  const start = Math.min(to, ((base + from + 3) & ~3) - base)
  const count = (to - start) >> 2
  let marks = 0
  let at = from
  for (; at < start; at++) marks |= (octets[at]! - 0x20) | octets[at]!
  if (count > 0) {
    const words = new Int32Array(octets.buffer, base + start, count)
    // A high bit is there already, or the subtraction makes one of an octet below 20. What it borrows
    // from the next octet can only mark a word that is marked.
    let word = 0
    for (const last = count - 3; word < last; word += 4) {
      const [a, b, c, d] = [words[word]!, words[word + 1]!, words[word + 2]!, words[word + 3]!]
      marks |= (a - SPACES) | a | (b - SPACES) | b | (c - SPACES) | c | (d - SPACES) | d
    }
    for (; word < count; word++) marks |= (words[word]! - SPACES) | words[word]!
    at = start + count * 4
  }
  for (; at < to; at++) marks |= (octets[at]! - 0x20) | octets[at]!
  return (marks & HIGH_BITS) === 0
}
