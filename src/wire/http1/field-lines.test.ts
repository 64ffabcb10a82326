/** RFC 9112 section 5, RFC 9110 section 5. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { faultOf } from '../../../test/fuzz/fault-of.ts'
import { readFieldLines } from './field-lines.ts'

function read(text: string, at = 0, end: number = text.length): [string, string][] {
  const lines: [string, string][] = []
  readFieldLines(text, at, end, (name, value) => lines.push([name, value]))
  return lines
}

test('a name as received, and the value without the blanks around it (RFC 9112 5.1)', () => {
  expect(read('Host: a\r\nX:\r\ny: \t b\t c \t\r\nz:d\r\ne: \r\nf:\t\r\n')).toEqual([
    ['Host', 'a'],
    ['X', ''],
    ['y', 'b\t c'],
    ['z', 'd'],
    ['e', ''],
    ['f', ''],
  ])
})

test('only SP and HTAB are blanks: U+00A0 stays (RFC 9110 5.6.3)', () => {
  expect(read('a: \xa0b\xa0 \r\n')).toEqual([['a', '\xa0b\xa0']])
})

test('lines before `at` and from `end` on are not looked at', () => {
  expect(read('\0\r\na: b\r\n\0', 3, 9)).toEqual([['a', 'b']])
  expect(read('', 0, 0)).toEqual([])
})

test('a name is a token (RFC 9110 5.1)', () => {
  const name = "!#$%&'*+-.^_`|~09AZaz"
  expect(read(`${name}:a\r\n`)).toEqual([[name, 'a']])
  for (const line of [
    'a',
    ':',
    ': a',
    'a\0: b',
    'a(: b',
    'a\xe9: b',
    '"a": b',
    '\r',
    '\0',
    'a\rb: c',
    'a/b: c',
  ]) {
    expect(
      faultOf(() => read(`${line}\r\n`)),
      JSON.stringify(line),
    ).toEqual({
      code: 'head_faulty',
      detail: { reason: 'a line is no field: it does not begin with a name and a colon' },
    })
  }
})

test('white space before the colon is refused (RFC 9112 5.1)', () => {
  for (const blank of [' ', '\t', ' \t']) {
    expect(faultOf(() => read(`Host${blank}: a\r\n`))).toEqual({
      code: 'field_faulty',
      detail: { name: 'Host', reason: 'white space stands before its colon' },
    })
  }
})

test('a folded line is refused (RFC 9112 5.2)', () => {
  for (const line of [' b\r\n', '\tb\r\n', ' \r\n', ' b: c\r\n']) {
    expect(faultOf(() => read(`a: b\r\n${line}`)).detail).toEqual({
      reason: 'a line begins with white space: folded fields are not taken',
    })
  }
})

test('a value holds HTAB, SP to "~" and 80 to FF, and nothing else (RFC 9110 5.5)', () => {
  for (let octet = 0; octet < 256; octet++) {
    const character = String.fromCharCode(octet)
    const good = octet === 9 || (octet >= 0x20 && octet !== 0x7f)
    const line = `A: b${character}c\r\n`
    if (good) expect(read(line)).toEqual([['A', `b${character}c`]])
    else expect(faultOf(() => read(line)).code, String(octet)).toBe('field_faulty')
  }
  expect(faultOf(() => read('A: b\0c\r\n')).detail).toEqual({
    name: 'a',
    reason: 'the value has an octet that no field may hold',
  })
})

test('a line that ends with LF alone, or not at all, is refused (RFC 9112 2.2)', () => {
  const reason = 'its line ends with LF alone'
  expect(faultOf(() => read('a: b\n')).detail).toEqual({ name: 'a', reason })
  expect(faultOf(() => read('a: b\nc: d\r\n')).detail).toEqual({ name: 'a', reason })
  expect(faultOf(() => read('a: b\r')).code).toBe('field_faulty')
  expect(faultOf(() => read('a: b\r\rc\r\n')).code).toBe('field_faulty')
})

test('good lines before a faulty one are given', () => {
  const seen: string[] = []
  expect(faultOf(() => readFieldLines('a: b\r\nc\r\n', 0, 9, (name) => seen.push(name))).code).toBe(
    'head_faulty',
  )
  expect(seen).toEqual(['a'])
})

test('what is written is read', () => {
  const token = fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,9}$/)
  const value = fc.stringMatching(/^(?:[!-~\x80-\xff](?:[\t\x20-~\x80-\xff]{0,9}[!-~\x80-\xff])?)?$/)
  fc.assert(
    fc.property(fc.array(fc.tuple(token, value)), (lines) => {
      expect(read(lines.map(([name, text]) => `${name}: ${text}\r\n`).join(''))).toEqual(lines)
    }),
  )
})
