/** Cookies: RFC 6265 sections 4.1, 4.2 and 5.1; draft-ietf-httpbis-rfc6265bis ("bis"). */
import { parseCookie, parseSetCookie, stringifySetCookie } from 'cookie'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CookieAttributes, cookies, MAX_COOKIE, setCookie } from './cookie.ts'

const refusal = (reason: RegExp): unknown =>
  expect.objectContaining({
    code: 'result_faulty',
    status: 500,
    detail: { reason: expect.stringMatching(reason) },
  })

const RAW = { encode: (text: string) => text, decode: (text: string) => text }

const octet = fc
  .integer({ min: 0x21, max: 0x7e })
  .map((code) => String.fromCharCode(code))
  .filter((one) => !'",;\\'.includes(one))
const value = fc.array(octet, { maxLength: 40 }).map((octets) => octets.join(''))
const token = fc
  .array(fc.constantFrom(...'!#$%&*+-.^_`|~09azAZ'), { minLength: 1, maxLength: 12 })
  .map((parts) => parts.join(''))
const attributes: fc.Arbitrary<CookieAttributes> = fc.record(
  {
    maxAge: fc.nat(),
    expires: fc.date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
    domain: fc.constantFrom('example.org', 'a.b-c.d', 'LOCALHOST', 'x1'),
    path: fc.constantFrom('/', '/a b/c', '/%20,="x"'),
    secure: fc.constant(true),
    httpOnly: fc.boolean(),
    sameSite: fc.constantFrom('strict', 'lax', 'none'),
    partitioned: fc.boolean(),
  },
  { requiredKeys: ['secure'] },
)

test('the pairs of a cookie field, as they were sent (4.2.1)', () => {
  const cases: [field: string | undefined, pairs: Record<string, string>][] = [
    [undefined, {}],
    ['', {}],
    ['a=1', { a: '1' }],
    ['a=1; b=2', { a: '1', b: '2' }],
    ['a=1;b=2;\t c = 3 ;', { a: '1', b: '2', c: '3' }],
    ['a=', { a: '' }],
    ['a=b=c', { a: 'b=c' }],
    ['a="1"; b=%20', { a: '"1"', b: '%20' }],
    ['a[b]=1', { 'a[b]': '1' }],
  ]
  for (const [field, pairs] of cases) expect({ ...cookies(field) }, field).toEqual(pairs)
})

test('what is no pair is left out, and its neighbours stay (5.2)', () => {
  for (const field of [
    'a=1; lost; b=2',
    'a=1; =lost; b=2',
    ';;a=1;;; ;b=2',
    'lost; a=1; b=2; =',
    ' a=1; b=2; ; ',
  ]) {
    expect({ ...cookies(field) }, field).toEqual({ a: '1', b: '2' })
  }
})

test('of one name sent twice the first counts: browsers send the longer path first (5.4)', () => {
  expect(cookies('a=long; a=short; b=1; a=').a).toBe('long')
  expect(cookies('a=; a=short').a).toBe('')
})

test('names that objects know are names like others, and cookies are frozen', () => {
  const found = cookies('__proto__=1; constructor=2; toString=3')
  expect(Object.entries(found)).toEqual([
    ['__proto__', '1'],
    ['constructor', '2'],
    ['toString', '3'],
  ])
  expect([Object.getPrototypeOf(found), Object.isFrozen(found)]).toEqual([null, true])
  expect(cookies('a=1')['toString']).toBeUndefined()
})

test('blanks are SP and HTAB alone: U+00A0 belongs to a name', () => {
  expect(Object.keys(cookies('\xa0a=1; \tb\xa0=2'))).toEqual(['\xa0a', 'b\xa0'])
})

test('1,000 pairs are read and what follows is not', () => {
  const pairs = (count: number): string => Array.from({ length: count }, (_, at) => `c${at}=1`).join(';')
  for (const [sent, read] of [
    [999, 999],
    [1_000, 1_000],
    [1_001, 1_000],
  ] as const)
    expect(Object.keys(cookies(pairs(sent))).length).toBe(read)
})

test('any field is read as the cookie package reads it, but for pairs without a name', () => {
  const field = fc.array(fc.constantFrom('a', 'bc', '=', ';', ' ', '\t', '"', '%20', 'é', ','), {
    maxLength: 30,
  })
  fc.assert(
    fc.property(field, (parts) => {
      const { '': _, ...theirs } = parseCookie(parts.join(''), RAW)
      expect({ ...cookies(parts.join('')) }).toEqual(theirs)
    }),
    { numRuns: 1_000 },
  )
})

test('attributes are written in one order, each as browsers know it (4.1.1)', () => {
  expect(setCookie('a', '1')).toBe('a=1')
  expect(setCookie('a', '"1"', { secure: false, httpOnly: false, domain: undefined })).toBe('a="1"')
  expect(
    setCookie('a', '', {
      partitioned: true,
      sameSite: 'none',
      httpOnly: true,
      secure: true,
      path: '/b c',
      domain: '.Example.org',
      expires: new Date(0),
      maxAge: 0,
    }),
  ).toBe(
    'a=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Domain=.Example.org; Path=/b c; Secure; HttpOnly; SameSite=None; Partitioned',
  )
})

test('whatever is set is what the cookie package would set, and reads back (4.1.1)', () => {
  fc.assert(
    fc.property(token, value, attributes, (name, text, given) => {
      const line = setCookie(name, text, given)
      const theirs = stringifySetCookie(name, text, { ...given, ...RAW } as object)
      expect(parseSetCookie(line, RAW)).toEqual(parseSetCookie(theirs, RAW))
      expect(cookies(line.slice(0, name.length + text.length + 1))[name]).toBe(text)
    }),
  )
})

test('a name is a token, and never another attribute (4.1.1)', () => {
  for (const name of [
    '',
    ' a',
    'a b',
    'a=',
    'a;b',
    'a\r\nb',
    'é',
    'a"',
    '(a)',
    7 as never,
    undefined as never,
  ]) {
    expect(() => setCookie(name, '1'), String(name)).toThrow(refusal(/name is no token/))
  }
})

test('a value is made of cookie-octets, and never another attribute (4.1.1)', () => {
  for (const code of Array.from({ length: 0x180 }, (_, at) => at)) {
    const text = String.fromCharCode(code)
    if (code > 0x20 && code < 0x7f && !'",;\\'.includes(text)) expect(setCookie('a', text)).toBe(`a=${text}`)
    else for (const one of [text, `b${text}`, `${text}b`, `"${text}"`]) refusesValue(one)
  }
  for (const text of ['"', '"a', 'a"', '""a', 'a\n', 1, null, undefined]) refusesValue(text)
})

function refusesValue(text: unknown): void {
  if (text === '""') return // of the quote itself: an empty value in quotes
  expect(() => setCookie('a', text as string), String(text)).toThrow(refusal(/encodeURIComponent/))
}

test('an attribute of the wrong form is refused, and so cannot become another one (4.1.2)', () => {
  const cases: Record<string, unknown[]> = {
    maxAge: [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '60', '1; Domain=x', null],
    expires: [
      new Date(Number.NaN),
      0,
      'Thu, 01 Jan 1970 00:00:00 GMT',
      new Date('1600-12-31'),
      new Date(8.64e15),
    ],
    domain: [
      '',
      'a b',
      'a;b',
      'a..b',
      '-a',
      'a-',
      'a.',
      'a:80',
      'é',
      'a\r\n',
      'a'.repeat(1_025),
      null,
      ['a'],
    ],
    path: ['', 'a', '/;', '/\n', '/\x7f', '/é', '/ ', `/${'a'.repeat(1_024)}`, null, ['/']],
    secure: ['', 1, null],
    httpOnly: ['yes', 0, null],
    sameSite: ['', 'Lax', 'None; x', true, null],
    partitioned: [1, null],
  }
  for (const [member, values] of Object.entries(cases)) {
    for (const one of values) {
      const given = { secure: true, [member]: one } as CookieAttributes
      expect(() => setCookie('a', '1', given), `${member}: ${String(one)}`).toThrow(
        refusal(new RegExp(`its ${member} `)),
      )
    }
  }
})

test('an attribute that there is not is refused: a misspelt Secure protects nothing', () => {
  expect(() => setCookie('a', '1', { Secure: true } as never)).toThrow(
    refusal(/no attribute Secure, but maxAge/),
  )
  expect(() => setCookie('a', '1', { secure: true, maxage: 1 } as never)).toThrow(refusal(/maxage/))
})

test('the prefixes of names ask for their attributes, whatever the case of their letters (bis 4.1.3)', () => {
  const whole: CookieAttributes = { secure: true, path: '/', httpOnly: true }
  const cases: [prefix: string, without: CookieAttributes, reason: RegExp][] = [
    ['__Secure-', { ...whole, secure: undefined }, /must be secure/],
    ['__Host-', { ...whole, secure: false }, /must be secure/],
    ['__Host-', { ...whole, path: undefined }, /path "\/"/],
    ['__Host-', { ...whole, path: '/a' }, /path "\/"/],
    ['__Host-', { ...whole, domain: 'example.org' }, /no domain/],
    ['__Http-', { ...whole, httpOnly: false }, /must be httpOnly/],
    ['__Host-Http-', { ...whole, httpOnly: undefined }, /must be httpOnly/],
    ['__Host-Http-', { ...whole, domain: 'example.org' }, /no domain/],
  ]
  for (const [prefix, without, reason] of cases) {
    for (const name of [`${prefix}a`, `${prefix.toLowerCase()}a`, `${prefix.toUpperCase()}a`]) {
      expect(setCookie(name, '1', whole)).toContain(name)
      expect(() => setCookie(name, '1', without), name).toThrow(refusal(reason))
    }
  }
  expect(setCookie('__Secure-a', '1', { secure: true, domain: 'example.org', path: '/a' })).toContain(
    'Domain',
  )
  expect(setCookie('__Hosta', '1')).toBe('__Hosta=1')
})

test('SameSite=None and Partitioned ask for Secure (bis 5.7, CHIPS 2)', () => {
  for (const given of [{ sameSite: 'none' }, { partitioned: true }] as const) {
    expect(() => setCookie('a', '1', given)).toThrow(refusal(/must be secure/))
    expect(setCookie('a', '1', { ...given, secure: true })).toContain('Secure')
  }
})

test('name and value have 4,096 octets together, and an attribute 1,024 (bis 5.6)', () => {
  for (const size of [MAX_COOKIE - 1, MAX_COOKIE]) {
    expect(setCookie('ab', 'x'.repeat(size - 2))).toHaveLength(size + 1)
  }
  expect(() => setCookie('ab', 'x'.repeat(MAX_COOKIE - 1))).toThrow(
    refusal(/4097 octets, and browsers keep 4096/),
  )
  for (const size of [1_023, 1_024]) expect(setCookie('a', '', { path: '/'.repeat(size) })).toContain('Path')
})

test('a refusal names the cookie and never shows its value', () => {
  expect(() => setCookie('a', 'secret;')).toThrow(/cookie "a"/)
  expect(() => setCookie('a', 'secret;')).not.toThrow(/secret/)
})
