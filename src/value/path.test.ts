import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FaultCode } from '../fault.ts'
import { fullPath, segments } from './path.ts'

const fault = (code: FaultCode): unknown => expect.objectContaining({ code })

test('a path splits at its slashes, and each segment is decoded once (3, RFC 3986 3.3)', () => {
  const cases: [string, string[]][] = [
    ['/', ['']],
    ['/a', ['a']],
    ['/a/', ['a', '']],
    ['//a', ['', 'a']],
    ['/a/b%20c', ['a', 'b c']],
    ['/%25', ['%']],
    ['/%252e%252e', ['%2e%2e']],
    ['/%C3%A9/%e2%82%ac', ['é', '€']],
    ['/a.b/...', ['a.b', '...']],
    ["/a;b=1,c:@!$&'()*+", ["a;b=1,c:@!$&'()*+"]],
    ['/[a]~_-', ['[a]~_-']],
  ]
  for (const [path, decoded] of cases) expect(segments(path), path).toEqual(decoded)
})

test('encoded slashes and backslashes, and NUL, are refused (3)', () => {
  for (const path of ['/a%2Fb', '/a%2fb', '/a%5Cb', '/a%5cb', '/a%00', '/%2F', '/files/..%2f..%2fetc']) {
    expect(() => segments(path), path).toThrow(fault('path_faulty'))
  }
})

test('dot segments are refused, encoded or not (3, RFC 3986 3.3)', () => {
  for (const path of ['/.', '/..', '/a/../b', '/a/./b', '/a/..', '/%2e', '/%2E%2e/a', '/.%2e', '/a/%2e./']) {
    expect(() => segments(path), path).toThrow(fault('path_faulty'))
  }
})

test('a "%" without two digits, and octets that are not UTF-8, are refused (RFC 3986 2.1, RFC 3629 3)', () => {
  const malformed = [
    '/%',
    '/%2',
    '/%zz',
    '/a%2',
    '/%u0041',
    '/%ff',
    '/%C3',
    '/%C0%AF',
    '/%ed%a0%80',
    '/%f5%80%80%80',
  ]
  for (const path of malformed) expect(() => segments(path), path).toThrow(fault('path_faulty'))
})

test('what must be encoded in a path is refused unencoded (RFC 3986 3.3)', () => {
  for (const char of ' "#<>?\\^`{|}\0\t\r\n\x7f\x80é€') {
    expect(() => segments(`/a${char}b`), JSON.stringify(char)).toThrow(fault('path_faulty'))
  }
  for (const path of ['', 'a', '*', 'host:443'])
    expect(() => segments(path), path).toThrow(fault('path_faulty'))
})

test('an encoded segment comes back, unless no segment may hold it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 12 }), (text) => {
      fc.pre(!/[/\\\0]/.test(text) && text !== '.' && text !== '..' && text.isWellFormed())
      expect(segments(`/${encodeURIComponent(text)}/x`)).toEqual([text, 'x'])
    }),
  )
})

test('any path gives segments or path_faulty, and no segment can lead elsewhere', () => {
  const piece = fc.constantFrom(
    '/',
    '%',
    '.',
    '2e',
    '2f',
    '5c',
    '00',
    'a',
    'é',
    '%2e',
    '%2f',
    '%c3%a9',
    '\\',
    '?',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
      try {
        return segments(`/${pieces.join('')}`).every(
          (one) => !/[/\\\0]/.test(one) && one !== '.' && one !== '..',
        )
      } catch (error) {
        return (error as { code?: unknown }).code === 'path_faulty'
      }
    }),
  )
})

test('the worst path costs no more than its length (RFC 3986)', () => {
  const long = 60_000
  for (const path of [`/${'%41'.repeat(long / 3)}`, '/a'.repeat(long / 2), `/${'%2'.repeat(long / 2)}`]) {
    expect(path.length).toBeGreaterThanOrEqual(long)
    try {
      expect(segments(path).length).toBeGreaterThan(0)
    } catch (error) {
      expect(error).toEqual(fault('path_faulty'))
    }
  }
})

test('mount and path join to the path as the outermost app saw it (4)', () => {
  expect(fullPath('', '/a%20b')).toBe('/a%20b')
  expect(fullPath('/api/v%32', '/a')).toBe('/api/v%32/a')
})
