/** XAES-256-GCM: C2SP XAES-256-GCM, with its test vectors. */
import { expect, test } from 'vitest'
import { Xaes } from './xaes.ts'

const NONCE = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWX')
const PLAIN = Buffer.from('XAES-256-GCM')

/** The two differ in the highest bit of the block that the subkey is made of. */
const VECTORS = [
  [0x01, '', 'ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271'],
  [0x03, 'c2sp.org/XAES-256-GCM', '986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d'],
] as const

test('the vectors of the specification hold, in both directions', () => {
  for (const [octet, bound, sealed] of VECTORS) {
    const cipher = new Xaes(new Uint8Array(32).fill(octet))
    expect(cipher.encrypt(NONCE, PLAIN, Buffer.from(bound)).toString('hex')).toBe(sealed)
    expect(cipher.decrypt(NONCE, Buffer.from(sealed, 'hex'), Buffer.from(bound))).toEqual(PLAIN)
  }
})

test('another key, nonce, text or tag opens nothing, and nothing is thrown', () => {
  const cipher = new Xaes(new Uint8Array(32).fill(1))
  const bound = Buffer.from('bound')
  const sealed = cipher.encrypt(NONCE, PLAIN, bound)
  expect(cipher.decrypt(NONCE, sealed, bound)).toEqual(PLAIN)
  expect(new Xaes(new Uint8Array(32).fill(2)).decrypt(NONCE, sealed, bound)).toBeNull()
  expect(cipher.decrypt(NONCE, sealed, Buffer.from('other'))).toBeNull()
  for (const half of [0, 12]) {
    const other = Buffer.from(NONCE)
    other[half]! ^= 1
    expect(cipher.decrypt(other, sealed, bound)).toBeNull()
  }
  for (const length of [0, 1, 15, 16, sealed.length - 1]) {
    expect(cipher.decrypt(NONCE, sealed.subarray(0, length), bound), `${length} bytes`).toBeNull()
  }
})
