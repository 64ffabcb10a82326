import { decode as decodeOracle, encode as encodeOracle } from '@msgpack/msgpack'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeMsgpack, encodeMsgpack } from './msgpack.ts'

const hex = (digits: string): Uint8Array =>
  Uint8Array.from(digits.match(/../g) ?? [], (octet) => Number.parseInt(octet, 16))

const digits = (bytes: Uint8Array): string =>
  Array.from(bytes, (octet) => octet.toString(16).padStart(2, '0')).join('')

test('every head is written where it is the shortest, and read', () => {
  for (const [data, encoded] of [
    [0, '00'],
    [127, '7f'],
    [128, 'cc80'],
    [255, 'ccff'],
    [256, 'cd0100'],
    [65535, 'cdffff'],
    [65536, 'ce00010000'],
    [4294967295, 'ceffffffff'],
    [4294967296, 'cf0000000100000000'],
    [-1, 'ff'],
    [-32, 'e0'],
    [-33, 'd0df'],
    [-128, 'd080'],
    [-129, 'd1ff7f'],
    [-32768, 'd18000'],
    [-32769, 'd2ffff7fff'],
    [-2147483648, 'd280000000'],
    [-2147483649, 'd3ffffffff7fffffff'],
    [1.5, 'ca3fc00000'],
    [1.1, 'cb3ff199999999999a'],
    [null, 'c0'],
    [false, 'c2'],
    [true, 'c3'],
    ['', 'a0'],
    ['é', 'a2c3a9'],
    ['a'.repeat(31), `bf${'61'.repeat(31)}`],
    ['a'.repeat(32), `d920${'61'.repeat(32)}`],
    ['a'.repeat(256), `da0100${'61'.repeat(256)}`],
    ['a'.repeat(65536), `db00010000${'61'.repeat(65536)}`],
    [new Uint8Array(1), 'c40100'],
    [new Uint8Array(256), `c50100${'00'.repeat(256)}`],
    [new Uint8Array(65536), `c600010000${'00'.repeat(65536)}`],
    [[], '90'],
    [Array(15).fill(1), `9f${'01'.repeat(15)}`],
    [Array(16).fill(1), `dc0010${'01'.repeat(16)}`],
    [Array(65536).fill(1), `dd00010000${'01'.repeat(65536)}`],
    [{}, '80'],
    [{ compact: true, schema: 0 }, '82a7636f6d70616374c3a6736368656d6100'],
  ] as const) {
    expect(digits(encodeMsgpack(data)), encoded.slice(0, 40)).toBe(encoded)
    expect(decodeMsgpack(hex(encoded)), encoded.slice(0, 40)).toStrictEqual(data)
  }
})

test('objects of 16 members and more have longer heads', () => {
  for (const size of [15, 16, 65536]) {
    const data = Object.fromEntries(Array.from({ length: size }, (_, at) => [`n${at}`, 0]))
    const bytes = encodeMsgpack(data)
    expect(digits(bytes.subarray(0, 1)), String(size)).toBe(size < 16 ? '8f' : size < 65536 ? 'de' : 'df')
    expect(decodeMsgpack(bytes)).toEqual(data)
    expect(decodeOracle(bytes)).toEqual(data)
  }
})

test('extension types of every length are malformed', () => {
  for (const encoded of [
    'd400',
    'd500',
    'd600',
    'd700',
    'd800',
    'c70000',
    'c8000000',
    'c90000000000',
    'd6ff00000000',
  ])
    expect(() => decodeMsgpack(hex(encoded)), encoded).toThrow(
      expect.objectContaining({ code: 'body_malformed' }),
    )
})

const data = fc.jsonValue({ maxDepth: 6 }).filter((one) => !JSON.stringify(one).includes('"__proto__":'))

test('another encoder is read, and another decoder reads what we write', () => {
  fc.assert(
    fc.property(data, (one) => {
      expect(decodeMsgpack(encodeOracle(one))).toEqual(decodeOracle(encodeOracle(one)))
      expect(decodeOracle(encodeMsgpack(one))).toEqual(JSON.parse(JSON.stringify(one)))
    }),
  )
})

test('what we take of any octets, another decoder takes too, and gives the same', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), (octets) => {
      let ours: unknown
      try {
        ours = decodeMsgpack(octets)
      } catch {
        return
      }
      expect(ours).toEqual(decodeOracle(octets))
    }),
    { numRuns: 5_000 },
  )
})
