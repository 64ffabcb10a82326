/** What every codec of data decides alike, and what they say to entries. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isFault } from '../fault.ts'
import { mediaType } from '../value/media-type.ts'
import { utf8Bytes } from '../value/utf8.ts'
import { cbor } from './cbor.ts'
import { form } from './form.ts'
import { DEFAULT_BOUNDS, type Format } from './format.ts'
import { json } from './json.ts'
import { msgpack } from './msgpack.ts'

const DATA = [json, cbor, msgpack]

const decode = (format: Format, bytes: Uint8Array, bounds = DEFAULT_BOUNDS): unknown =>
  format.decode(bytes, mediaType(format.mediaType)!, bounds)

const encode = (format: Format, data: unknown): Uint8Array => {
  const written = format.encode!(data)
  return typeof written === 'string' ? utf8Bytes(written) : written
}

const hex = (digits: string): Uint8Array =>
  Uint8Array.from(digits.replaceAll(' ', '').match(/../g) ?? [], (octet) => Number.parseInt(octet, 16))

/** JSON as text, CBOR and MessagePack as hexadecimal digits; null where a format cannot say it. */
type Row = readonly [what: string, json: string | null, cbor: string | null, msgpack: string | null]

const bodies = ([, ...row]: Row): (readonly [Format, Uint8Array])[] =>
  DATA.flatMap((format, at) => {
    const body = row[at]!
    return body === null ? [] : [[format, format === json ? utf8Bytes(body) : hex(body)] as const]
  })

const REFUSED: readonly Row[] = [
  ['nothing at all', '', '', ''],
  ['__proto__ as a name', '{"__proto__":1}', 'a1 69 5f5f70726f746f5f5f 01', '81 a9 5f5f70726f746f5f5f 01'],
  ['a member named twice', '{"a":1,"a":1}', 'a2 6161 01 6161 01', '82 a161 01 a161 01'],
  ['half a surrogate pair', '"\\ud800"', '63 eda080', 'a3 eda080'],
  ['octets that are not UTF-8', null, '61 ff', 'a1 ff'],
  ['UTF-8 that is longer than it need be', null, '62 c0af', 'a2 c0af'],
  ['a whole number of 2^53, or one more', '9007199254740993', '1b 0020000000000000', 'cf 0020000000000000'],
  ['a whole number of -2^53, or one less', '-9007199254740993', '3b 001fffffffffffff', 'd3 ffe0000000000000'],
  ['a whole number of 2^64 - 1', '18446744073709551615', '1b ffffffffffffffff', 'cf ffffffffffffffff'],
  ['a whole number of -2^63', '-9223372036854775808', '3b 7fffffffffffffff', 'd3 8000000000000000'],
  ['NaN', 'NaN', 'f9 7e00', 'ca 7fc00000'],
  ['NaN, doubled', null, 'fb 7ff8000000000000', 'cb 7ff8000000000000'],
  ['infinity', '1e400', 'fa 7f800000', 'ca 7f800000'],
  ['minus infinity', '-1e400', 'fb fff0000000000000', 'cb fff0000000000000'],
  ['undefined', 'undefined', 'f7', null],
  ['something behind the data', '1 1', '01 01', '01 01'],
  ['data that are cut off', '[1', '82 01', '92 01'],
  ['a text that is cut off', '"a', '62 61', 'a2 61'],
  ['a byte string that is cut off', null, '42 61', 'c4 02 61'],
  ['a head that is cut off', null, '19 01', 'cd 01'],
  ['a name that is no text', '{1:1}', 'a1 01 01', '81 01 01'],
  ['a name that is bytes', null, 'a1 41 61 01', '81 c4 01 61 01'],
  ['a name without a value', '{"a"}', 'a1 6161', '81 a161'],
  ['a tag, an extension', null, 'c1 00', 'd4 01 00'],
  ['a bignum, a timestamp', null, 'c2 41 01', 'd6 ff 00000000'],
  ['an indefinite length', null, '9f 01 ff', null],
  ['a text of indefinite length', null, '7f 6161 ff', null],
  ['an end of nothing', ']', 'ff', null],
  ['a head that is reserved', null, '1c', 'c1'],
  ['a simple value', null, 'f8 20', null],
  ['a byte order mark before the data', '\ufeff1', null, null],
]

test('what no data of ours can be is malformed in every format', () => {
  for (const row of REFUSED) {
    for (const [format, body] of bodies(row)) {
      expect(() => decode(format, body), `${format.name}: ${row[0]}`).toThrow(
        expect.objectContaining({ code: 'body_malformed', status: 400 }),
      )
    }
  }
})

const TAKEN: readonly (readonly [data: unknown, ...row: Row])[] = [
  [-0, 'minus zero', '-0', 'f9 8000', 'ca 80000000'],
  [9007199254740991, '2^53 - 1', '9007199254740991', '1b 001fffffffffffff', 'cf 001fffffffffffff'],
  [-9007199254740991, '-(2^53 - 1)', '-9007199254740991', '3b 001ffffffffffffe', 'd3 ffe0000000000001'],
  [2 ** 60, 'a double of 2^60', '1152921504606847000', 'fa 5d800000', 'ca 5d800000'],
  [5, 'five in eight bytes', '5.0', '1b 0000000000000005', 'cf 0000000000000005'],
  [1.5, 'a float', '1.5', 'f9 3e00', 'ca 3fc00000'],
  ['\ufeffa', 'a byte order mark in a text', '"\ufeffa"', '64 efbbbf61', 'a4 efbbbf61'],
  ['😀', 'a surrogate pair', '"\\ud83d\\ude00"', '64 f09f9880', 'a4 f09f9880'],
  [{ '': null }, 'an empty name', '{"":null}', 'a1 60 f6', '81 a0 c0'],
  [
    { constructor: 1 },
    'a name of Object.prototype',
    '{"constructor":1}',
    'a1 6b 636f6e7374727563746f72 01',
    '81 ab 636f6e7374727563746f72 01',
  ],
]

test('what is data is read alike in every format', () => {
  for (const [data, ...row] of TAKEN) {
    for (const [format, body] of bodies(row)) {
      expect(decode(format, body), `${format.name}: ${row[0]}`).toStrictEqual(data)
    }
  }
})

test('depth, members and values may reach their bounds and not exceed them, in every format', () => {
  const nested = (depth: number): unknown =>
    depth === 0 ? 7 : depth % 2 ? [nested(depth - 1)] : { a: nested(depth - 1) }
  const list = (length: number): unknown => Array.from({ length }, () => null)
  const object = (length: number): unknown =>
    Object.fromEntries(Array.from({ length }, (_, at) => [`n${at}`, at]))
  const bounds = { ...DEFAULT_BOUNDS, depth: 20, members: 40, values: 100 }
  for (const format of DATA) {
    const ask = (data: unknown): unknown => decode(format, encode(format, data), bounds)
    const exceeds = (data: unknown, what: string): void =>
      expect(() => ask(data), format.name).toThrow(
        expect.objectContaining({
          code: 'body_too_complex',
          status: 413,
          detail: expect.objectContaining({ what }),
        }),
      )
    for (const data of [nested(19), nested(20), list(99), object(40)]) expect(ask(data)).toEqual(data)
    exceeds(nested(21), 'depth')
    exceeds(list(100), 'values')
    exceeds(object(41), 'members')
    expect(() => decode(format, encode(format, list(90)), { ...bounds, heap: 512 })).toThrow(
      expect.objectContaining({ detail: { what: 'heap', limit: 512 } }),
    )
  }
})

test('what is no data is not written in any format', () => {
  const circle: unknown[] = []
  circle.push({ circle })
  const proto = JSON.parse('{"__proto__":1}') as object
  for (const data of [
    undefined,
    () => 1,
    Symbol('a'),
    1n,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '\ud800',
    circle,
    proto,
    new Map([['a', 1]]),
    new Set([1]),
    /a/,
    new Float64Array(2),
    new ArrayBuffer(2),
    new Error('a'),
    Promise.resolve(),
  ]) {
    for (const format of DATA) {
      expect(() => encode(format, data), format.name).toThrow(TypeError)
      if (data === undefined) continue
      for (const whole of [[data], { a: data }])
        expect(() => encode(format, whole), format.name).toThrow(TypeError)
    }
  }
  for (const format of DATA) expect(() => encode(format, { '\udfff': 1 }), format.name).toThrow(/surrogate/)
})

test('what is no data is told with its place (RFC 6901)', () => {
  const circle: Record<string, unknown> = {}
  circle['on'] = circle
  const table: [data: unknown, said: string | RegExp][] = [
    [Number.NaN, 'Cannot write NaN: send null, or leave it out'],
    [
      { notes: [{ 'a/b~': 1n }] },
      'Cannot write a BigInt: write it as a number or as text, at /notes/0/a~1b~0',
    ],
    [[0, new Map()], 'Cannot write an instance of Map: write its data instead, at /1'],
    [circle, /^Cannot write this data: it holds itself, .*, at (\/on)+\/?o?\.\.\.$/],
  ]
  for (const format of DATA)
    for (const [data, said] of table) {
      const problem = typeof said === 'string' ? new TypeError(said) : said
      expect(() => encode(format, data), format.name).toThrow(problem)
    }
})

class Point {
  readonly #secret = 1
  x = 1
  y = undefined
  secret(): number {
    return this.#secret
  }
}

test('members that are undefined are left out, items are null, and toJSON is asked, in every format', () => {
  for (const [data, read] of [
    [{ a: undefined, b: 1 }, { b: 1 }],
    [
      [1, undefined],
      [1, null],
    ],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [{ at: [new Date(0)] }, { at: ['1970-01-01T00:00:00.000Z'] }],
    [{ toJSON: () => ({ a: 1 }) }, { a: 1 }],
    [new Point(), { x: 1 }],
    [Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    [-0, 0],
    [[2 ** 53, -(2 ** 60), 1e21, 1.2345678901234567, '9007199254740993', 'a\\"9007199254740993'], undefined],
  ] as const) {
    for (const format of DATA)
      expect(decode(format, encode(format, data)), format.name).toStrictEqual(read ?? data)
  }
})

test('bytes are copies where a format has them, and JSON says what to do', () => {
  const bytes = Uint8Array.from([0, 255, 7])
  for (const format of [cbor, msgpack]) {
    for (const size of [0, 3, 300, 70_000]) {
      const data = { a: new Uint8Array(size).fill(9) }
      expect(decode(format, encode(format, data))).toEqual(data)
    }
    const body = encode(format, bytes)
    const read = decode(format, Buffer.from(body)) as Uint8Array
    expect(Object.getPrototypeOf(read)).toBe(Uint8Array.prototype)
    body.fill(0)
    expect(read).toEqual(bytes)
    expect(read.buffer.byteLength).toBe(3)
    expect(decode(format, encode(format, Buffer.from(bytes)))).toEqual(bytes)
  }
  expect(() => encode(json, [bytes])).toThrow(/base64/)
})

const anyData = fc.jsonValue({ maxDepth: 8 }).filter((data) => !JSON.stringify(data).includes('"__proto__":'))

/** As it is read: zero has no sign once it was written. */
const unsigned = (data: unknown): unknown => JSON.parse(JSON.stringify(data))

test('any data that is written is read back, and all formats agree', () => {
  fc.assert(
    fc.property(anyData, (data) => {
      for (const format of DATA)
        expect(decode(format, encode(format, data)), format.name).toStrictEqual(unsigned(data))
    }),
  )
})

test('any numbers, texts and names that are written are read back', () => {
  const text = fc
    .string({ unit: 'binary', maxLength: 300 })
    .filter((one) => one !== '__proto__')
    .map((one) => one.toWellFormed())
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.maxSafeInteger(),
    fc.integer(),
  )
  fc.assert(
    fc.property(
      fc.dictionary(text, fc.array(fc.oneof(number, text), { maxLength: 20 }), {
        maxKeys: 20,
        noNullPrototype: true,
      }),
      (data) => {
        for (const format of DATA)
          expect(decode(format, encode(format, data)), format.name).toEqual(
            Object.fromEntries(
              Object.entries(data).map(([name, list]) => [name, list.map((one) => (one === 0 ? 0 : one))]),
            ),
          )
      },
    ),
  )
})

test('any octets are data or a fault, in every format', () => {
  for (const format of [...DATA, form]) {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (octets) => {
        try {
          decode(format, octets)
        } catch (error) {
          expect(isFault(error), `${format.name}: ${String(error)}`).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  }
})

test('a head that claims more than is there makes nothing', () => {
  for (const [format, body] of [
    [cbor, '9a ffffffff'],
    [cbor, 'ba ffffffff'],
    [cbor, '5a ffffffff'],
    [cbor, '7a ffffffff'],
    [cbor, '9b 001fffffffffffff'],
    [cbor, '9b ffffffffffffffff'],
    [msgpack, 'dd ffffffff'],
    [msgpack, 'df ffffffff'],
    [msgpack, 'c6 ffffffff'],
    [msgpack, 'db ffffffff'],
  ] as const) {
    expect(() => decode(format, hex(`${body} 00 00`)), body).toThrow(
      expect.objectContaining({ code: 'body_malformed' }),
    )
  }
  // Lists in lists, each of which claims all that is left.
  for (const [format, head] of [
    [cbor, '9a 000f0000'],
    [msgpack, 'dd 000f0000'],
  ] as const) {
    const body = new Uint8Array(1024 * 1024)
    const one = hex(head)
    for (let at = 0; at < 60; at++) body.set(one, at * one.length)
    expect(() => decode(format, body)).toThrow(expect.objectContaining({ code: 'body_too_complex' }))
  }
})
