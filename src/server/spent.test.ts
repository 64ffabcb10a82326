import { expect, test } from 'vitest'
import { spent } from './spent.ts'

test('memory that is spent is gone at once, for all who look at it', () => {
  for (const size of [4_096, 65_536, 1_000_000]) {
    const octets = Buffer.allocUnsafeSlow(size)
    const part = octets.subarray(10)
    spent(octets.buffer)
    expect([octets.byteLength, part.byteLength]).toEqual([0, 0])
    spent(octets.buffer) // again, it does nothing
  }
})

test('what is hardly worth a call is left to the collection, and so is what Node lends parts of', () => {
  const small = new Uint8Array(4_095)
  const lent = Buffer.from('a part of a buffer that others have parts of')
  for (const octets of [small, lent]) {
    const { byteLength } = octets
    spent(octets.buffer)
    expect(octets.byteLength).toBe(byteLength)
  }
})
