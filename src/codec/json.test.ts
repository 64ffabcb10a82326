import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Fault } from '../fault.ts'
import { utf8Bytes } from '../value/utf8.ts'
import { decodeJson, encodeJson, MAX_DEPTH } from './json.ts'

const decode = (text: string): unknown => decodeJson(utf8Bytes(text))

function refuses(body: string | Uint8Array, reason: RegExp): void {
  const bytes = typeof body === 'string' ? utf8Bytes(body) : body
  let caught: unknown
  try {
    decodeJson(bytes)
  } catch (error) {
    caught = error
  }
  expect(caught, String(body).slice(0, 80)).toBeInstanceOf(Fault)
  expect((caught as Fault).code).toBe('body_malformed')
  expect((caught as Fault).message).toMatch(reason)
}

test('what is no JSON text is refused (RFC 8259)', () => {
  for (const text of [
    '',
    ' ',
    '{',
    '{"a":1,}',
    "{'a':1}",
    'undefined',
    'NaN',
    '01',
    '[1]x',
    '{"a":1}{"b":2}',
    '// a\n1',
  ]) {
    refuses(text, /it is not JSON/)
  }
})

test('a byte order mark is no part of a JSON text (RFC 8259 section 8.1)', () => {
  refuses('\ufeff{}', /it is not JSON/)
})

test('octets that are not UTF-8 are refused and never repaired', () => {
  for (const octets of [
    [0x22, 0xff, 0x22],
    [0x22, 0xc0, 0xaf, 0x22],
    [0x22, 0xed, 0xa0, 0x80, 0x22],
    [0x22, 0xe2, 0x82],
  ]) {
    refuses(Uint8Array.from(octets), /it is not UTF-8/)
  }
})

test('nesting may reach the limit and not exceed it', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
  const objects = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)
  for (const depth of [MAX_DEPTH - 1, MAX_DEPTH]) {
    expect(() => decode(nested(depth))).not.toThrow()
    expect(() => decode(objects(depth))).not.toThrow()
  }
  refuses(nested(MAX_DEPTH + 1), /nests deeper than 64/)
  refuses(objects(MAX_DEPTH + 1), /nests deeper than 64/)
  refuses('['.repeat(100_000), /nests deeper/)
})

test('brackets within strings do not nest', () => {
  const text = '[{"'.repeat(100)
  for (const value of [text, `\\${text}`, `"${text}`, `\\"${text}`, [text, { [text]: text }]]) {
    expect(decode(JSON.stringify(value))).toEqual(value)
  }
})

test('__proto__ is refused as a member name, however it is written and however deep', () => {
  for (const name of ['__proto__', '\\u005f_proto__', '_\\u005Fproto\\u005f_', '__pr\\u006fto__']) {
    for (const text of [`{"${name}":1}`, `[{"a":{"${name}":{"admin":true}}}]`])
      refuses(text, /named __proto__/)
  }
})

test('__proto__ in a value, and other names of Object.prototype, are data', () => {
  for (const text of [
    '{"a":"__proto__"}',
    '["\\u005f_proto__"]',
    '{"constructor":{"prototype":1}}',
    '{"toString":1}',
    '{"__proto":1}',
  ]) {
    expect(JSON.stringify(decode(text))).toBe(JSON.stringify(JSON.parse(text)))
  }
})

test('any data that is written is read back', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), (data) => {
      fc.pre(!JSON.stringify(data).includes('"__proto__":'))
      expect(decode(encodeJson(data))).toEqual(JSON.parse(JSON.stringify(data)))
    }),
  )
})

test('any octets are either JSON data or body_malformed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (octets) => {
      try {
        decodeJson(octets)
      } catch (error) {
        expect(error).toMatchObject({ code: 'body_malformed', status: 400 })
      }
    }),
  )
})

test('what JSON cannot hold is not written', () => {
  const circle: { self?: unknown } = {}
  circle.self = circle
  for (const data of [undefined, () => 1, Symbol('a'), 1n, circle])
    expect(() => encodeJson(data)).toThrow(TypeError)
})
