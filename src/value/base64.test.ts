import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeBase64, encodeBase64 } from './base64.ts'

test('the test vectors of RFC 4648 section 10', () => {
  const vectors = { '': '', f: 'Zg==', fo: 'Zm8=', foo: 'Zm9v', foob: 'Zm9vYg==', fooba: 'Zm9vYmE=' }
  for (const [plain, encoded] of Object.entries(vectors)) {
    const bytes = new TextEncoder().encode(plain)
    expect(encodeBase64(bytes)).toBe(encoded)
    expect(decodeBase64(encoded)).toEqual(bytes)
  }
})

test('any bytes come back, also across the pieces they are encoded in', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => sameAfterwards(bytes)))
  for (const size of [0x2000 - 1, 0x2000, 0x2000 + 1]) {
    expect(sameAfterwards(new Uint8Array(size).fill(0xa5)), String(size)).toBe(true)
  }
})

test('one text stands for some bytes and no other (RFC 4648 3.5)', () => {
  const others = [
    'Zg',
    'Zg=',
    'Zg===',
    'Zh==',
    'Zm9v\n',
    ' Zm9v',
    'Zm 9',
    'Zm-_',
    '====',
    'Z===',
    'Zg==Zg==',
    'Zm9é',
  ]
  for (const text of others) expect(decodeBase64(text), text).toBeNull()
})

test('hostile text gives bytes or null, and nothing is thrown', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const bytes = decodeBase64(text)
      return bytes === null || encodeBase64(bytes) === text
    }),
  )
})

function sameAfterwards(bytes: Uint8Array): boolean {
  const encoded = encodeBase64(bytes)
  return (
    Buffer.from(bytes).toString('base64') === encoded && Buffer.from(bytes).equals(decodeBase64(encoded)!)
  )
}
