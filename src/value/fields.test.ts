import { expect, test } from 'vitest'
import { fieldFlaw, flatFields, trailerFlaw } from './fields.ts'

test('a response field is a lower-case name with a string, or with an array of them (21)', () => {
  for (const value of ['', 'a', 'a b', 'caf\xe9', '\ta'.trim(), [], ['a'], ['a', 'b']]) {
    expect(fieldFlaw('x-a', value), JSON.stringify(value)).toBeNull()
  }
  for (const value of [1, null, undefined, true, {}, ['a', 1], [['a']], [null], new Set(['a'])]) {
    expect(fieldFlaw('x-a', value), String(value)).not.toBeNull()
  }
  for (const name of ['', 'X-A', 'a b', 'a:', 'a\r\nb', 'é', 'a\0', '(a)']) {
    expect(fieldFlaw(name, 'a'), name).not.toBeNull()
  }
})

test('what would end a line early, or become another octet, is a flaw (7)', () => {
  for (const value of [
    'a\r\nb',
    'a\n',
    '\r',
    'a\0',
    '\x7f',
    '\x1f',
    'ā',
    'Ċ',
    '€',
    '\ud800',
    ' a',
    'a ',
    '\ta',
    'a\t',
  ]) {
    expect(fieldFlaw('x-a', value), JSON.stringify(value)).not.toBeNull()
    expect(fieldFlaw('x-a', ['fine', value]), JSON.stringify(value)).not.toBeNull()
  }
})

test('a flaw names the field, and never shows its value', () => {
  expect(fieldFlaw('set-cookie', 'secret\n')).toMatch(/set-cookie/)
  expect(fieldFlaw('set-cookie', 'secret\n')).not.toMatch(/secret/)
})

test('trailers leave framing, routing and the meaning of the head alone (18, RFC 9110 6.5.1)', () => {
  const refused = [
    'transfer-encoding',
    'content-length',
    'host',
    'connection',
    'te',
    'trailer',
    'upgrade',
    'keep-alive',
    'content-type',
    'content-encoding',
    'content-range',
    'set-cookie',
    'authorization',
    'cache-control',
    'location',
    'www-authenticate',
  ]
  for (const name of refused) expect(trailerFlaw({ [name]: 'a' }), name).toBe(`${name} may not be a trailer`)
  expect(trailerFlaw({})).toBeNull()
  expect(trailerFlaw({ 'x-checksum': 'a', 'server-timing': ['db;dur=1', 'app;dur=2'] })).toBeNull()
  expect(trailerFlaw({ 'x-checksum': 'a\n' })).not.toBeNull()
})

test('flat fields spread arrays out, in order', () => {
  expect(flatFields({ a: '1', b: ['2', '3'], c: [], d: ['4'] })).toEqual([
    'a',
    '1',
    'b',
    '2',
    'b',
    '3',
    'd',
    '4',
  ])
})

test('only own fields are sent: what an object inherits was never checked (21)', () => {
  expect(flatFields(Object.create({ 'x-inherited': 'a\r\nb' }) as {})).toEqual([])
})
