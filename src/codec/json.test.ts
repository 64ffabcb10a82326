import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Fault } from '../fault.ts'
import { mediaType } from '../value/media-type.ts'
import { utf8Bytes } from '../value/utf8.ts'
import { boundsOf, DEFAULT_BOUNDS } from './format.ts'
import { decodeJson, json } from './json.ts'

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

const exceeds = (text: string, what: string, bounds = DEFAULT_BOUNDS): void => {
  expect(() => decodeJson(utf8Bytes(text), bounds), text.slice(0, 80)).toThrow(
    expect.objectContaining({
      code: 'body_too_complex',
      status: 413,
      detail: expect.objectContaining({ what }),
    }),
  )
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
    '[1-2]',
    '[1e5-]',
    '[nul,""]',
    '{"a"}',
    '{"a":"b":1}',
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
  for (const depth of [DEFAULT_BOUNDS.depth - 1, DEFAULT_BOUNDS.depth]) {
    expect(() => decode(nested(depth))).not.toThrow()
    expect(() => decode(objects(depth))).not.toThrow()
  }
  exceeds(nested(DEFAULT_BOUNDS.depth + 1), 'depth')
  exceeds(objects(DEFAULT_BOUNDS.depth + 1), 'depth')
  exceeds('['.repeat(100_000), 'depth')
})

test('members and values may reach their bounds and not exceed them', () => {
  for (const [text, members, values] of [
    ['7', 0, 1],
    ['[]', 0, 1],
    ['[1,-2,true,false,null,"a",[],{}]', 0, 9],
    [' { "a" : 1 , "b" : [ "c" , { "d" : "" } ] } ', 3, 6],
    ['{"a\\"":"\\\\","\\u0061":{"":[]}}', 3, 4],
  ] as const) {
    const bounds = { ...DEFAULT_BOUNDS, members, values }
    expect(decodeJson(utf8Bytes(text), bounds)).toEqual(JSON.parse(text))
    if (members > 0) exceeds(text, 'members', { ...bounds, members: members - 1 })
    exceeds(text, 'values', { ...bounds, values: values - 1 })
  }
})

test('what would take more memory than the bound is not made', () => {
  const text = '[[],{"a":1},{"7":"text"}]'
  expect(() => decodeJson(utf8Bytes(text), { ...DEFAULT_BOUNDS, heap: 1_000 })).not.toThrow()
  exceeds(text, 'heap', { ...DEFAULT_BOUNDS, heap: 500 })
})

test('a body that may be larger may have more in it', () => {
  expect(boundsOf(1024)).toBe(DEFAULT_BOUNDS)
  const { depth, members, values, heap } = DEFAULT_BOUNDS
  expect(boundsOf(3 * 1024 * 1024)).toEqual({
    depth,
    members: 3 * members,
    values: 3 * values,
    heap: 3 * heap,
  })
})

test('a member named twice is refused, however its name is written and however deep', () => {
  for (const text of ['{"a":1,"a":1}', '{"a":1,"b":2,"\\u0061":3}', '[{"x":[{"":0,"":0}]}]', '{"1":0,"1":0}'])
    refuses(text, /names a member twice/)
  expect(decode('[{"a":{"a":1}},{"a":2}]')).toEqual([{ a: { a: 1 } }, { a: 2 }])
})

test('half a surrogate pair is refused, in names and in texts (RFC 7493 section 2.1)', () => {
  for (const escape of [
    '\\ud800',
    '\\uDFFF',
    '\\ud83d\\ud83d',
    '\\ud83d\\n',
    '\\ude00\\ud83d',
    '\\ud83dude00',
    '\\uD83D',
  ])
    for (const text of [`"${escape}"`, `["a${escape}b"]`, `{"${escape}":1}`])
      refuses(text, /half of a surrogate pair/)
  expect(decode('["\\uD83D\\ude00","\\\\ud800","\\ud7ff\\ue000"]')).toEqual(['😀', '\\ud800', '\ud7ff\ue000'])
})

test('a whole number that would lose digits is refused, and a double is not (RFC 7493 section 2.2)', () => {
  for (const text of [
    '9007199254740993',
    '-9007199254740993',
    '[1,100000000000000000001]',
    `{"a":${'9'.repeat(400)}}`,
  ])
    refuses(text, /more digits than a double holds/)
  for (const text of [
    '9007199254740992',
    '100000000000000000000',
    '9007199254740991',
    '-9007199254740991',
    '9007199254740992.0',
    '1e300',
    '-1.5E+100',
    `0.${'1'.repeat(400)}`,
  ])
    expect(decode(text), text).toBe(Number(text))
})

test('a number beyond a double is refused, and never infinite', () => {
  for (const text of ['1e400', '[-1E309]', `${'9'.repeat(400)}.5`, `{"a":1${'0'.repeat(400)}e1}`])
    refuses(text, /too large for a double/)
  expect(decode('[1e-400,-0]')).toEqual([0, -0])
})

test('a charset is UTF-8, or the media type is another', () => {
  const body = utf8Bytes('{}')
  for (const field of [
    'application/json',
    'application/json; charset=UTF-8',
    'application/json;charset="utf-8";v=1',
  ])
    expect(json.decode(body, mediaType(field)!, DEFAULT_BOUNDS)).toEqual({})
  for (const field of [
    'application/json; charset=latin1',
    'application/json; charset=utf8',
    'application/json;charset=""',
  ])
    expect(() => json.decode(body, mediaType(field)!, DEFAULT_BOUNDS)).toThrow(
      expect.objectContaining({ code: 'media_type_unsupported', status: 415 }),
    )
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
