import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mediaType } from './media-type.ts'

const read = (field: string): unknown => {
  const type = mediaType(field)
  return type && [type.essence, Object.fromEntries(type.parameters)]
}

test('essence and parameter names are compared without case (RFC 9110 8.3.1)', () => {
  for (const [field, essence, parameters] of [
    ['application/json', 'application/json', {}],
    ['Application/JSON', 'application/json', {}],
    ['text/html;charset=UTF-8', 'text/html', { charset: 'UTF-8' }],
    ['text/html;Charset="utf-8"', 'text/html', { charset: 'utf-8' }],
    ['text/html; q=0.5;Q2=x', 'text/html', { q: '0.5', q2: 'x' }],
    ['multipart/form-data; boundary="a;b, \\"c\\""', 'multipart/form-data', { boundary: 'a;b, "c"' }],
  ] as const) {
    expect(read(field), field).toEqual([essence, parameters])
  }
})

test('blanks, tabs and empty parameters change nothing (RFC 9110 5.6.6)', () => {
  for (const field of [
    'application/json ;charset=utf-8',
    ' application/json; charset=utf-8',
    'application/json;\tcharset=utf-8\t',
    'application/json\t;;  ; charset=utf-8;',
  ]) {
    expect(read(field), JSON.stringify(field)).toEqual(['application/json', { charset: 'utf-8' }])
  }
})

test('what is no media type is null, and so is one that names a parameter twice', () => {
  for (const field of [
    '',
    'json',
    '/json',
    'application/',
    'application /json',
    'application/ json',
    'application/json, text/plain',
    'application/json text/plain',
    'application/json;charset',
    'application/json;charset=',
    'application/json;=utf-8',
    'application/json; charset =utf-8',
    'application/json;charset= utf-8',
    'application/json;charset="utf-8',
    'application/json;charset="a\nb"',
    'application/json;charset=utf-8 x',
    'application/json;charset=utf-8;Charset=latin1',
    '\u00a0application/json',
    'application/json\u00a0',
    'application/json;charset="\u20ac',
  ]) {
    expect(mediaType(field), JSON.stringify(field)).toBeNull()
  }
})

test('a parameter named __proto__ is one like any other', () => {
  expect(mediaType('a/b;__proto__=x;constructor=y')!.parameters).toEqual(
    new Map([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]),
  )
})

test('any quoted value is read back', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', '"', '\\', ';', ',', ' ', '\t', 'é', '=') }),
      (value) => {
        const quoted = value.replaceAll(/["\\]/g, '\\$&')
        expect(mediaType(`a/b; x="${quoted}" ; y=1`)?.parameters).toEqual(
          new Map([
            ['x', value],
            ['y', '1'],
          ]),
        )
      },
    ),
  )
})

test('60 KB of the worst field are read, or refused', () => {
  const n = 60_000
  expect(mediaType(`a/b${';'.repeat(n)}`)!.parameters.size).toBe(0)
  expect(mediaType(`a/b;${' '.repeat(n)}`)!.parameters.size).toBe(0)
  expect(mediaType(`a/b${'; \t'.repeat(n / 3)}x`)).toBeNull()
  expect(mediaType(`a/b;x="${'\\"'.repeat(n / 2)}`)).toBeNull()
  expect(mediaType(`a/b;x="${'\\"'.repeat(n / 2)}"`)!.parameters.get('x')).toHaveLength(n / 2)
  expect(mediaType(`a/b;${'x=y;'.repeat(n / 4)}`)).toBeNull()
  expect(mediaType('a'.repeat(n))).toBeNull()
  expect(mediaType(`${' '.repeat(n)}a/b`)!.essence).toBe('a/b')
})
