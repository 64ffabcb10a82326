import { expect, test } from 'vitest'
import { spent } from './spent.ts'

const socket = {}

test('memory that is spent is gone at once, for all who look at it', () => {
  for (const size of [4_096, 65_536, 1_000_000]) {
    const octets = Buffer.allocUnsafeSlow(size)
    const part = octets.subarray(10)
    spent(octets.buffer, socket)
    expect([octets.byteLength, part.byteLength]).toEqual([0, 0])
    spent(octets.buffer, socket) // again, it does nothing
  }
})

test('what is hardly worth a call is left to the collection, and so is what Node lends parts of', () => {
  const small = new Uint8Array(4_095)
  const lent = Buffer.from('a part of a buffer that others have parts of')
  for (const octets of [small, lent]) {
    const { byteLength } = octets
    spent(octets.buffer, socket)
    expect(octets.byteLength).toBe(byteLength)
  }
})

test('below TLS nothing is done: newer Nodes read on into the same memory', () => {
  const octets = Buffer.allocUnsafeSlow(65_536)
  spent(octets.buffer, { encrypted: true })
  expect(octets.byteLength).toBe(65_536)
})
