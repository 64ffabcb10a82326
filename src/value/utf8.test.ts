import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { joinBytes, utf8Bytes, utf8Fits, utf8Length, utf8Text } from './utf8.ts'

test('well-formed text comes back, a byte order mark included (30)', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => utf8Text(utf8Bytes(text)) === text))
  expect(utf8Text(utf8Bytes('\ufeffa'))).toBe('\ufeffa')
})

test('bytes that are not UTF-8 are none: nothing is replaced (RFC 3629 3)', () => {
  const malformed = [
    [0xff],
    [0xc3],
    [0xc0, 0xaf],
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
    [0x80],
    [0xe2, 0x82],
  ]
  for (const bytes of malformed) expect(utf8Text(new Uint8Array(bytes)), String(bytes)).toBeNull()
})

test('octets of a text in UTF-8, lone surrogates counted as what is sent for them (22)', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (one, two) => {
      for (const text of [one, two, one + two, `\ud800${one}`, `${two}\udc00`, `\ud800\ud800${one}\udc00`]) {
        expect(utf8Length(text)).toBe(new TextEncoder().encode(text).byteLength)
      }
    }),
  )
})

test('and so they are counted in a long text, wherever its characters begin (22)', () => {
  for (const piece of ['a', 'é', '€', '😀', '\ud800', '\udc00', 'aé€😀']) {
    for (const times of [16, 47, 48, 5_461, 8_192, 16_384, 40_000]) {
      // One octet after the other in front, so that each place in a character comes to lie on each border.
      for (const front of ['', 'a', 'aa', 'aaa']) {
        const text = front + piece.repeat(times)
        expect(utf8Length(text), `${front} ${piece} ${times}`).toBe(Buffer.byteLength(text))
      }
    }
  }
})

test('a text fits where its octets do', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(200), (text, octets) => {
      expect(utf8Fits(text, octets)).toBe(utf8Length(text) <= octets)
    }),
  )
})

test('pieces are joined in order; a single piece is not copied', () => {
  const one = new Uint8Array([1, 2])
  expect(joinBytes([one])).toBe(one)
  expect(joinBytes([])).toEqual(new Uint8Array(0))
  expect(joinBytes([one, new Uint8Array(0), new Uint8Array([3])])).toEqual(new Uint8Array([1, 2, 3]))
})

test('no source decodes anything but UTF-8 with TextDecoder: its latin1 is windows-1252 (7)', () => {
  const src = new URL('../', import.meta.url)
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(?<!\.test)\.ts$/.test(name),
  )
  const decoding = files.filter((name) =>
    /new TextDecoder\(\s*['"`](?!utf-8)/i.test(readFileSync(new URL(name, src), 'utf8')),
  )
  expect(files.length).toBeGreaterThan(0)
  expect(decoding).toEqual([])
})
