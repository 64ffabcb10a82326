import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FaultCode } from '../fault.ts'
import {
  commaList,
  endToEnd,
  headersFrom,
  isFieldName,
  isFieldValue,
  isToken,
  NO_FIELDS,
  stripBlanks,
  withField,
  withoutField,
} from './headers.ts'

const fault = (code: FaultCode): unknown => expect.objectContaining({ code })

test('headers have a null prototype, are frozen, and have lower-case names (6)', () => {
  const headers = headersFrom([
    ['Host', 'a'],
    ['X-Thing', 'B'],
  ])
  expect(Object.getPrototypeOf(headers)).toBeNull()
  expect(Object.isFrozen(headers)).toBe(true)
  expect({ ...headers }).toEqual({ host: 'a', 'x-thing': 'B' })
  for (const none of [NO_FIELDS, headersFrom([])]) {
    expect(Object.getPrototypeOf(none)).toBeNull()
    expect(Object.isFrozen(none)).toBe(true)
  }
})

test('repeats are joined by ", " in the order received, cookie by "; " (6, RFC 9110 5.3, RFC 9113 8.2.3)', () => {
  const headers = headersFrom([
    ['accept', 'a'],
    ['cookie', 'x=1'],
    ['Accept', 'b, c'],
    ['Cookie', 'y=2'],
    ['ACCEPT', ''],
  ])
  expect({ ...headers }).toEqual({ accept: 'a, b, c', cookie: 'x=1; y=2' })
})

test('a repeated singleton is refused, even with the same value (6)', () => {
  const singletons = [
    'host',
    'content-length',
    'content-type',
    'authorization',
    'origin',
    'range',
    'user-agent',
  ]
  for (const name of singletons) {
    const lines = [
      [name, '1'],
      [name.toUpperCase(), '1'],
    ] as [string, string][]
    expect(() => headersFrom(lines), name).toThrow(fault('field_faulty'))
  }
})

test('a name is a token, checked as it was received (RFC 9110 5.1)', () => {
  for (const name of ['', ' ', 'a b', 'a:', 'a\t', '\r\n', 'a\0', 'é', '"a"', 'a/b', '(a)', '[a]', 'a=b']) {
    expect(() => headersFrom([[name, 'x']]), JSON.stringify(name)).toThrow(fault('field_faulty'))
  }
  // U+212A lower-cases to "k", so after lower-casing this is a cookie.
  expect(() => headersFrom([['coo\u212aie', 'x']])).toThrow(fault('field_faulty'))
})

test('a value holds 09, 20-7E and 80-FF, and no blank at either end (7, RFC 9110 5.5)', () => {
  for (let code = 0; code <= 0x17f; code++) {
    const fine = code === 0x09 || (code >= 0x20 && code <= 0x7e) || (code >= 0x80 && code <= 0xff)
    expect(isFieldValue(`a${String.fromCharCode(code)}b`), code.toString(16)).toBe(fine)
  }
  // Written as latin1, U+010A is a line feed and U+560D a carriage return.
  for (const value of ['\u010a', '\u560d', '\ud800', '\ufeff', '\u{1f600}', ' a', 'a ', '\ta', 'a\t', ' ']) {
    expect(() => headersFrom([['x-a', value]]), JSON.stringify(value)).toThrow(fault('field_faulty'))
  }
  expect(isFieldValue('')).toBe(true)
  expect(isFieldValue('\xa0a\xa0')).toBe(true) // octets, and no blanks of HTTP
})

test('names that objects know are names like others (6)', () => {
  const names = ['__proto__', 'constructor', 'tostring', 'hasownproperty', '0', '10', '9']
  const headers = headersFrom(names.map((name) => [name, name]))
  expect(Object.keys(headers).sort()).toEqual([...names].sort())
  for (const name of names) expect(headers[name]).toBe(name)
  expect(headersFrom([]).constructor).toBeUndefined()
})

test('withField and withoutField make new frozen headers and leave the old as they were (10)', () => {
  const before = headersFrom([
    ['host', 'a'],
    ['x-a', '1'],
  ])
  const replaced = withField(before, 'x-a', '2')
  const added = withField(before, 'x-b', '3')
  const removed = withoutField(before, 'x-a')
  expect([before, replaced, added, removed].map((headers) => ({ ...headers }))).toEqual([
    { host: 'a', 'x-a': '1' },
    { host: 'a', 'x-a': '2' },
    { host: 'a', 'x-a': '1', 'x-b': '3' },
    { host: 'a' },
  ])
  for (const headers of [replaced, added, removed]) {
    expect(Object.isFrozen(headers)).toBe(true)
    expect(Object.getPrototypeOf(headers)).toBeNull()
  }
  expect(withoutField(before, 'x-none')).toBe(before)
  expect(() => withField(before, 'x-a', 'a\nb')).toThrow(fault('field_faulty'))
})

test('withField and withoutField take a name in any case, as headersFrom does (10)', () => {
  const before = headersFrom([
    ['host', 'a'],
    ['x-a', '1'],
  ])
  expect({ ...withField(before, 'X-A', '2') }).toEqual({ host: 'a', 'x-a': '2' })
  expect({ ...withField(before, 'Host', 'b') }).toEqual({ host: 'b', 'x-a': '1' })
  expect({ ...withoutField(before, 'X-A') }).toEqual({ host: 'a' })
})

test('what belongs to the connection, and what connection nominates, is removed (8, RFC 9110 7.6.1)', () => {
  const headers = headersFrom([
    ['host', 'a'],
    ['connection', 'close, X-Hop'],
    ['connection', ' ,x-other,'.trim()],
    ['keep-alive', '5'],
    ['proxy-connection', 'close'],
    ['te', 'trailers'],
    ['transfer-encoding', 'chunked'],
    ['upgrade', 'websocket'],
    ['http2-settings', 'AAA'],
    ['x-hop', '1'],
    ['x-other', '2'],
    ['x-kept', '3'],
  ])
  expect({ ...endToEnd(headers) }).toEqual({ host: 'a', 'x-kept': '3' })
  expect(Object.isFrozen(endToEnd(headers))).toBe(true)
})

test('nominating a singleton is refused: everyone behind would lose it (8)', () => {
  for (const name of ['host', 'Content-Length', 'AUTHORIZATION', 'content-type']) {
    const headers = headersFrom([['connection', `close, ${name}`]])
    expect(() => endToEnd(headers), name).toThrow(fault('field_faulty'))
  }
})

test('a list splits at commas and loses SP, HTAB and empty members only (RFC 9110 5.6.1)', () => {
  expect(commaList(' a ,\tb,, ,c d')).toEqual(['a', 'b', 'c d'])
  expect(commaList('')).toEqual([])
  expect(commaList('\xa0chunked')).toEqual(['\xa0chunked'])
  expect(stripBlanks('\t \x0ba\x0b \t')).toBe('\x0ba\x0b')
})

test('a token is ASCII, and a field name is one in lower case (RFC 9110 5.6.2)', () => {
  const tchar = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
  for (let code = 0; code <= 0x17f; code++) {
    const char = String.fromCharCode(code)
    const lower = tchar.includes(char)
    expect(isFieldName(char), char).toBe(lower)
    expect(isToken(char), char).toBe(lower || (char >= 'A' && char <= 'Z'))
  }
})

test('any lines give headers or a fault, and nothing else', () => {
  const line = fc.tuple(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.string({ unit: 'binary', maxLength: 8 }),
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
      try {
        return Object.entries(headersFrom(lines)).every(
          ([name, value]) => isFieldName(name) && isFieldValue(value),
        )
      } catch (error) {
        return (error as { code?: unknown }).code === 'field_faulty'
      }
    }),
  )
})

test('an empty repeat adds nothing, whichever comes first (7, RFC 9110 5.6.1)', () => {
  for (const values of [
    ['1', ''],
    ['', '1'],
    ['', '1', ''],
  ]) {
    for (const name of ['x-a', 'cookie']) {
      expect(headersFrom(values.map((value) => [name, value] as const))[name]).toBe('1')
    }
  }
  expect(
    headersFrom([
      ['x-a', ''],
      ['x-a', ''],
    ])['x-a'],
  ).toBe('')
})
