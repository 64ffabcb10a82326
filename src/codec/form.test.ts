import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isFault } from '../fault.ts'
import { mediaType } from '../value/media-type.ts'
import { utf8Bytes } from '../value/utf8.ts'
import { writeQuery } from '../value/write-query.ts'
import { form, formFormat, MAX_ENTRIES } from './form.ts'
import { DEFAULT_BOUNDS, type Entries } from './format.ts'

const TYPE = mediaType('application/x-www-form-urlencoded')!

const decode = (body: string | Uint8Array, format = form): Entries =>
  format.decode(typeof body === 'string' ? utf8Bytes(body) : body, TYPE, DEFAULT_BOUNDS) as Entries

test('entries come in the order sent, repeated names too (WHATWG URL 5.1)', () => {
  for (const [body, entries] of [
    ['', []],
    ['&&', []],
    [
      'a=1&b=2&a=3',
      [
        ['a', '1'],
        ['b', '2'],
        ['a', '3'],
      ],
    ],
    ['a', [['a', '']]],
    ['=', [['', '']]],
    ['a=b=c', [['a', 'b=c']]],
    ['a+b=c+d%2B', [['a b', 'c d+']]],
    [
      '%C3%A9=%E2%82%AC&é=€',
      [
        ['é', '€'],
        ['é', '€'],
      ],
    ],
    ['a%3D%26=%0d%0a%00', [['a=&', '\r\n\0']]],
    ['a=%EF%BB%BF', [['a', '\ufeff']]],
  ] as const)
    expect(decode(body), body).toEqual(entries)
})

test('what two readers would read in two ways is malformed', () => {
  for (const body of [
    '%',
    'a=%4',
    'a=%zz',
    'a=%ff',
    '%c0%af=1',
    'a=%ed%a0%80',
    '\ufeffa=1',
    '__proto__=1',
    'a&%5F_proto__=1',
  ])
    expect(() => decode(body), body).toThrow(expect.objectContaining({ code: 'body_malformed', status: 400 }))
  for (const octets of [[0xff], [0x61, 0x3d, 0xed, 0xa0, 0x80], [0xe2, 0x82]])
    expect(() => decode(Uint8Array.from(octets))).toThrow(expect.objectContaining({ code: 'body_malformed' }))
})

test('entries may reach the limit and not exceed it', () => {
  const body = (count: number): string => Array(count).fill('a=1').join('&')
  const tooMany = expect.objectContaining({
    code: 'body_too_complex',
    detail: { what: 'entries', limit: MAX_ENTRIES },
  })
  expect(decode(body(MAX_ENTRIES))).toHaveLength(MAX_ENTRIES)
  expect(() => decode(body(MAX_ENTRIES + 1))).toThrow(tooMany)
  expect(() => decode('&'.repeat(1_000_000))).toThrow(tooMany)
  expect(decode(body(2), formFormat(2))).toHaveLength(2)
  expect(() => decode(body(3), formFormat(2))).toThrow(expect.objectContaining({ code: 'body_too_complex' }))
})

test('a charset is UTF-8, or the media type is another', () => {
  const type = mediaType('application/x-www-form-urlencoded; charset=iso-8859-1')!
  expect(() => form.decode(utf8Bytes('a=1'), type, DEFAULT_BOUNDS)).toThrow(
    expect.objectContaining({ code: 'media_type_unsupported' }),
  )
})

test('any entries that are written are read back', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 8 })
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text), { maxLength: 6 }), (entries) => {
      fc.pre(entries.every(([name]) => name !== '__proto__'))
      expect(decode(writeQuery(entries))).toEqual(entries)
      expect(decode(String(new URLSearchParams(entries)))).toEqual(entries)
    }),
  )
})

test('any octets are either entries or a fault', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (octets) => {
      try {
        decode(octets)
      } catch (error) {
        expect(isFault(error), String(error)).toBe(true)
      }
    }),
  )
})
