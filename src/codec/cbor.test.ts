import { decode as decodeOracle, encode as encodeOracle } from 'cborg'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeCbor, encodeCbor } from './cbor.ts'

const hex = (digits: string): Uint8Array =>
  Uint8Array.from(digits.match(/../g) ?? [], (octet) => Number.parseInt(octet, 16))

const digits = (bytes: Uint8Array): string =>
  Array.from(bytes, (octet) => octet.toString(16).padStart(2, '0')).join('')

/** Those of our domain. The floats of 16 bits are read, and written in 32. */
const VECTORS: readonly (readonly [data: unknown, encoded: string, written?: string])[] = [
  [0, '00'],
  [1, '01'],
  [10, '0a'],
  [23, '17'],
  [24, '1818'],
  [25, '1819'],
  [100, '1864'],
  [1000, '1903e8'],
  [1000000, '1a000f4240'],
  [1000000000000, '1b000000e8d4a51000'],
  [-1, '20'],
  [-10, '29'],
  [-100, '3863'],
  [-1000, '3903e7'],
  [0, 'f90000', '00'],
  [-0, 'f98000', '00'],
  [1, 'f93c00', '01'],
  [1.1, 'fb3ff199999999999a'],
  [1.5, 'f93e00', 'fa3fc00000'],
  [65504, 'f97bff', '19ffe0'],
  [100000, 'fa47c35000', '1a000186a0'],
  [3.4028234663852886e38, 'fa7f7fffff'],
  [1e300, 'fb7e37e43c8800759c'],
  [5.960464477539063e-8, 'f90001', 'fa33800000'],
  [0.00006103515625, 'f90400', 'fa38800000'],
  [-4, 'f9c400', '23'],
  [-4.1, 'fbc010666666666666'],
  [false, 'f4'],
  [true, 'f5'],
  [null, 'f6'],
  [new Uint8Array(0), '40'],
  [Uint8Array.from([1, 2, 3, 4]), '4401020304'],
  ['', '60'],
  ['a', '6161'],
  ['IETF', '6449455446'],
  ['"\\', '62225c'],
  ['ü', '62c3bc'],
  ['水', '63e6b0b4'],
  ['\ud800\udd51', '64f0908591'],
  [[], '80'],
  [[1, 2, 3], '83010203'],
  [[1, [2, 3], [4, 5]], '8301820203820405'],
  [
    Array.from({ length: 25 }, (_, at) => at + 1),
    '98190102030405060708090a0b0c0d0e0f101112131415161718181819',
  ],
  [{}, 'a0'],
  [{ a: 1, b: [2, 3] }, 'a26161016162820203'],
  [['a', { b: 'c' }], '826161a161626163'],
  [{ a: 'A', b: 'B', c: 'C', d: 'D', e: 'E' }, 'a56161614161626142616361436164614461656145'],
]

test('the examples are read and written (RFC 8949 appendix A)', () => {
  for (const [data, encoded, written] of VECTORS) {
    expect(decodeCbor(hex(encoded)), encoded).toStrictEqual(data)
    expect(digits(encodeCbor(data)), encoded).toBe(written ?? encoded)
  }
})

test('the examples outside of our domain are malformed (RFC 8949 appendix A)', () => {
  for (const encoded of [
    '1bffffffffffffffff',
    'c249010000000000000000',
    '3bffffffffffffffff',
    'c349010000000000000000',
    'f97c00',
    'f97e00',
    'f9fc00',
    'fa7f800000',
    'fa7fc00000',
    'faff800000',
    'fb7ff0000000000000',
    'fb7ff8000000000000',
    'fbfff0000000000000',
    'f7',
    'f0',
    'f8ff',
    'c074323031332d30332d32315432303a30343a30305a',
    'c11a514b67b0',
    'c1fb41d452d9ec200000',
    'd74401020304',
    'd818456449455446',
    'd82076687474703a2f2f7777772e6578616d706c652e636f6d',
    'a201020304',
    '5f42010243030405ff',
    '7f657374726561646d696e67ff',
    '9fff',
    '9f018202039f0405ffff',
    '83018202039f0405ff',
    'bf61610161629f0203ffff',
    '826161bf61626163ff',
  ])
    expect(() => decodeCbor(hex(encoded)), encoded).toThrow(
      expect.objectContaining({ code: 'body_malformed' }),
    )
})

const data = fc.jsonValue({ maxDepth: 6 }).filter((one) => !JSON.stringify(one).includes('"__proto__":'))

test('another encoder is read, and another decoder reads what we write', () => {
  const strict = {
    allowIndefinite: false,
    allowUndefined: false,
    allowBigInt: false,
    strict: true,
    rejectDuplicateMapKeys: true,
  }
  fc.assert(
    fc.property(data, (one) => {
      expect(decodeCbor(encodeOracle(one))).toEqual(decodeOracle(encodeOracle(one)))
      expect(decodeOracle(encodeCbor(one), strict)).toEqual(JSON.parse(JSON.stringify(one)))
    }),
  )
})

test('what we take of any octets, another decoder takes too, and gives the same', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), (octets) => {
      let ours: unknown
      try {
        ours = decodeCbor(octets)
      } catch {
        return
      }
      expect(ours).toEqual(decodeOracle(octets))
    }),
    { numRuns: 5_000 },
  )
})
