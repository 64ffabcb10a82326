/** RFC 9112 section 6, RFC 9110 section 8.6. */
import { expect, test } from 'vitest'
import { faultOf } from '../../../test/fuzz/fault-of.ts'
import { bodyLength } from './framing.ts'

test('neither a length nor a coding is no body (RFC 9112 6.3)', () => {
  expect(bodyLength('1.1', undefined, undefined)).toBe(0)
  expect(bodyLength('1.0', undefined, undefined)).toBe(0)
})

test('a length is 1*DIGIT and nothing else (RFC 9110 8.6)', () => {
  for (const [text, length] of [
    ['0', 0],
    ['7', 7],
    ['007', 7],
    ['9'.repeat(14), 99_999_999_999_999],
    ['9'.repeat(15), 999_999_999_999_999],
  ] as const) {
    expect(bodyLength('1.1', undefined, text)).toBe(length)
    expect(bodyLength('1.0', undefined, text)).toBe(length)
  }
  for (const value of [
    '',
    '-1',
    '+1',
    '1e3',
    '0x10',
    ' 7',
    '7 ',
    '7,7',
    '7, 7',
    '1.0',
    '\xb2',
    'a',
    '9'.repeat(16),
  ]) {
    expect(faultOf(() => bodyLength('1.1', undefined, value))).toEqual({
      code: 'length_invalid',
      detail: { value },
    })
  }
})

test('chunked alone, in any case, is chunked (RFC 9112 7)', () => {
  for (const coding of ['chunked', 'Chunked', 'CHUNKED'])
    expect(bodyLength('1.1', coding, undefined)).toBeNull()
})

test('a coding beside a length, or of an HTTP/1.0 peer, is refused (RFC 9112 6.1)', () => {
  expect(faultOf(() => bodyLength('1.1', 'chunked', '3')).code).toBe('framing_faulty')
  expect(faultOf(() => bodyLength('1.1', 'chunked', '')).code).toBe('framing_faulty')
  expect(faultOf(() => bodyLength('1.0', 'chunked', undefined)).code).toBe('framing_faulty')
  expect(faultOf(() => bodyLength('1.0', '', undefined)).code).toBe('framing_faulty')
})

test('a coding that does not end with chunked, once, cannot be framed (RFC 9112 6.3)', () => {
  for (const coding of [
    '',
    ',',
    'identity',
    'gzip',
    'chunked, gzip',
    'chunked, chunked',
    'chunked, chunked, chunked',
    'xchunked',
    'chunked x',
    'chunked;a=b',
    '"chunked"',
    '\xa0chunked',
    'chunked\xa0',
  ]) {
    expect(faultOf(() => bodyLength('1.1', coding, undefined)).code, coding).toBe('framing_faulty')
  }
})

test('chunked among empty members, which not everybody ignores, is refused (RFC 9110 5.6.1.2)', () => {
  for (const coding of [', chunked', 'chunked,', ', chunked, ,']) {
    expect(faultOf(() => bodyLength('1.1', coding, undefined)).code, coding).toBe('framing_faulty')
  }
})

test('another coding before chunked is 501 (RFC 9112 6.1)', () => {
  for (const coding of ['gzip, chunked', 'GZIP,CHUNKED', 'gzip, deflate, chunked']) {
    expect(faultOf(() => bodyLength('1.1', coding, undefined))).toEqual({
      code: 'coding_unsupported',
      detail: { coding: 'gzip' },
    })
  }
})
