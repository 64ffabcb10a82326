import fc from 'fast-check'
import { expect, test } from 'vitest'
import { httpDate, parseHttpDate } from './http-date.ts'

const NOW = Date.UTC(2026, 10, 3)
const SAMPLE = Date.UTC(1994, 10, 6, 8, 49, 37)
const parse = (text: string, now = NOW): number | null => parseHttpDate(text, now)

test('a date is written as IMF-fixdate (RFC 9110 5.6.7)', () => {
  expect(httpDate(SAMPLE)).toBe('Sun, 06 Nov 1994 08:49:37 GMT')
  expect(httpDate(SAMPLE + 999)).toBe('Sun, 06 Nov 1994 08:49:37 GMT')
  expect(httpDate(0)).toBe('Thu, 01 Jan 1970 00:00:00 GMT')
  expect(httpDate(-1)).toBe('Wed, 31 Dec 1969 23:59:59 GMT')
})

test('a year that four digits cannot say is not written', () => {
  for (const first of ['0000-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z']) {
    expect(httpDate(Date.parse(first)), first).toHaveLength(29)
  }
  for (const instant of [Date.parse('0000-01-01') - 1, 253402300800000, NaN, Infinity, -Infinity, 1e300]) {
    expect(() => httpDate(instant), String(instant)).toThrow(RangeError)
  }
})

test('all three forms are read, and mean the same (RFC 9110 5.6.7)', () => {
  for (const text of [
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
  ]) {
    expect(parse(text), text).toBe(SAMPLE)
  }
  expect(parse('Wed Nov 16 08:49:37 1994')).toBe(Date.UTC(1994, 10, 16, 8, 49, 37))
})

test('a date written is read as the same second, in every form', () => {
  const seconds = fc.integer({ min: -62167219200, max: 253402300799 })
  fc.assert(
    fc.property(seconds, (second) => {
      const imf = httpDate(second * 1000)
      const [, day, month, year, time] = /, (..) (...) (....) (.*) GMT$/.exec(imf)!
      expect(parse(imf)).toBe(second * 1000)
      expect(parse(`${imf.slice(0, 3)} ${month} ${day!.replace(/^0/, ' ')} ${time} ${year}`)).toBe(
        second * 1000,
      )
    }),
  )
})

test('a year of two digits is the latest that is not over 50 years ahead (RFC 9110 5.6.7)', () => {
  const year = (digits: string, now = NOW): number =>
    new Date(parse(`Sunday, 01-Jan-${digits} 00:00:00 GMT`, now)!).getUTCFullYear()
  expect(['00', '26', '27', '76', '77', '94', '99'].map((digits) => year(digits))).toEqual([
    2000, 2026, 2027, 2076, 1977, 1994, 1999,
  ])
  // To the day, not the year.
  const at = (text: string): number => new Date(parse(text)!).getUTCFullYear()
  expect(at('Tuesday, 03-Nov-76 00:00:00 GMT')).toBe(2076)
  expect(at('Tuesday, 03-Nov-76 00:00:01 GMT')).toBe(1976)
})

test('a day that only one of the two centuries has is of that one', () => {
  expect(parse('Tuesday, 29-Feb-00 00:00:00 GMT', Date.UTC(2110, 0))).toBe(Date.UTC(2000, 1, 29))
})

test('a leap second is the first of the next minute', () => {
  expect(parse('Sat, 31 Dec 2016 23:59:60 GMT')).toBe(Date.UTC(2017, 0, 1))
})

test('a day, an hour, a minute or a second that there is not makes no date', () => {
  for (const text of [
    'Sun, 00 Nov 1994 08:49:37 GMT',
    'Sun, 31 Nov 1994 08:49:37 GMT',
    'Sun, 29 Feb 2023 08:49:37 GMT',
    'Sun, 06 Nov 1994 24:00:00 GMT',
    'Sun, 06 Nov 1994 08:60:37 GMT',
    'Sun, 06 Nov 1994 08:49:61 GMT',
    'Sunday, 31-Nov-94 08:49:37 GMT',
    'Sun Nov 31 08:49:37 1994',
  ]) {
    expect(parse(text), text).toBe(null)
  }
  expect(parse('Thu, 29 Feb 2024 00:00:00 GMT')).toBe(Date.UTC(2024, 1, 29))
})

test('what is not of the grammar is no date: names are case-sensitive, blanks are single (RFC 9110 5.6.7)', () => {
  for (const text of [
    '',
    '0',
    '784111777',
    '1994-11-06T08:49:37Z',
    'sun, 06 Nov 1994 08:49:37 GMT',
    'Sun, 06 nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 08:49:37 gmt',
    'Sun, 06 Nov 1994 08:49:37 UTC',
    'Sun, 06 Nov 1994 08:49:37 +0000',
    'Sun, 06 Nov 1994 08:49:37',
    'Sun, 6 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 94 08:49:37 GMT',
    'Sun, 06  Nov 1994 08:49:37 GMT',
    ' Sun, 06 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 08:49:37 GMT ',
    'Sun, 06 Nov 1994 08:49:37 GMT\n',
    'Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT',
    'Sun, 06-Nov-94 08:49:37 GMT',
    'Sunday, 06-Nov-1994 08:49:37 GMT',
    'Sun Nov 6 08:49:37 1994',
    'Sun Nov 06 08:49:37 94',
    'Sun, 06 Nov 1994 8:49:37 GMT',
  ]) {
    expect(parse(text), JSON.stringify(text)).toBe(null)
  }
})

test('every cut of a date is no date', () => {
  for (const whole of [
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
  ]) {
    for (let length = 0; length < whole.length; length++) {
      expect(parse(whole.slice(0, length)), whole.slice(0, length)).toBe(null)
    }
  }
})

test('nothing that a field may hold throws', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parse(text)))
})
