import { expect, test } from 'vitest'
import { isPrintable } from './printable.ts'

test('each octet counts, wherever it stands and however the bytes lie in their buffer (7)', () => {
  for (let lead = 0; lead < 4; lead++) {
    for (let length = 1; length < 24; length++) {
      const bytes = new Uint8Array(lead + length + 2).subarray(lead)
      for (let at = 0; at < length; at++) {
        for (const [octet, expected] of VERDICTS) {
          bytes.fill(0x61, 0, length)
          bytes[at] = octet
          const found = isPrintable(bytes, 0, length)
          if (found !== expected) throw new Error(`octet ${octet} at ${at} of ${length} behind ${lead}`)
          // What stands around the range does not count.
          expect(isPrintable(bytes, at + 1, length)).toBe(true)
          expect(isPrintable(bytes, 0, at)).toBe(true)
        }
      }
    }
  }
})

const VERDICTS: readonly (readonly [octet: number, printable: boolean])[] = [
  [0x00, false],
  [0x09, false],
  [0x0a, false],
  [0x1f, false],
  [0x20, true],
  [0x7e, true],
  [0x7f, true],
  [0x80, false],
  [0xff, false],
]

test('it is so for any two octets beside each other: nothing is borrowed or carried unseen (7)', () => {
  const bytes = new Uint8Array(8)
  for (let first = 0; first < 256; first++) {
    for (let second = 0; second < 256; second++) {
      bytes.fill(0x20)
      bytes[1] = first
      bytes[2] = second
      const expected = [first, second].every((octet) => octet >= 0x20 && octet <= 0x7f)
      if (isPrintable(bytes, 0, 8) !== expected) throw new Error(`octets ${first} and ${second}`)
    }
  }
})
