import { expect, test } from 'vitest'
import type { RequestHeaders } from '../contract.ts'
import { ifRange, precondition, type Validators, type Verdict } from './conditional.ts'
import { httpDate } from './http-date.ts'

const NOW = Date.UTC(2026, 10, 3)
const MODIFIED = NOW - 60_000
const AT = httpDate(MODIFIED)
const EARLIER = httpDate(MODIFIED - 1000)
const LATER = httpDate(MODIFIED + 1000)
const FILE: Validators = { etag: '"a"', modified: MODIFIED, modifiedStrong: true }
const WEAK: Validators = { ...FILE, etag: 'W/"a"', modifiedStrong: false }

const verdict = (headers: RequestHeaders, file = FILE): Verdict => precondition(headers, file, NOW)
const ranged = (field: string, file = FILE): boolean => ifRange({ 'if-range': field }, file, NOW)

function holds(cases: readonly (readonly [RequestHeaders, Verdict])[], file = FILE): void {
  for (const [headers, expected] of cases)
    expect(verdict(headers, file), JSON.stringify(headers)).toBe(expected)
}

test('without a condition the answer goes', () => holds([[{}, 'go']]))

test('If-Match compares strongly, and "*" takes what is there (RFC 9110 13.1.1)', () => {
  holds([
    [{ 'if-match': '"a"' }, 'go'],
    [{ 'if-match': '"b", "a"' }, 'go'],
    [{ 'if-match': '*' }, 'go'],
    [{ 'if-match': '"b"' }, 'failed'],
    [{ 'if-match': 'W/"a"' }, 'failed'],
    [{ 'if-match': '' }, 'failed'],
    [{ 'if-match': 'a' }, 'failed'],
  ])
  holds(
    [
      [{ 'if-match': 'W/"a"' }, 'failed'],
      [{ 'if-match': '*' }, 'go'],
    ],
    WEAK,
  )
})

test('If-None-Match compares weakly, and "*" is what is there (RFC 9110 13.1.2)', () => {
  const cases: [RequestHeaders, Verdict][] = [
    [{ 'if-none-match': '"a"' }, 'unmodified'],
    [{ 'if-none-match': 'W/"a"' }, 'unmodified'],
    [{ 'if-none-match': '"b", W/"a"' }, 'unmodified'],
    [{ 'if-none-match': '*' }, 'unmodified'],
    [{ 'if-none-match': '"b"' }, 'go'],
    [{ 'if-none-match': '' }, 'go'],
    [{ 'if-none-match': 'a' }, 'go'],
  ]
  holds(cases)
  holds(cases, WEAK)
})

test('If-Modified-Since is about what came after it (RFC 9110 13.1.3)', () => {
  holds([
    [{ 'if-modified-since': EARLIER }, 'go'],
    [{ 'if-modified-since': AT }, 'unmodified'],
    [{ 'if-modified-since': LATER }, 'unmodified'],
    [{ 'if-modified-since': 'Tuesday, 03-Nov-26 00:00:00 GMT' }, 'unmodified'],
    [{ 'if-modified-since': 'yesterday' }, 'go'],
    [{ 'if-modified-since': '' }, 'go'],
  ])
})

test('If-Unmodified-Since is about what came after it (RFC 9110 13.1.4)', () => {
  holds([
    [{ 'if-unmodified-since': EARLIER }, 'failed'],
    [{ 'if-unmodified-since': AT }, 'go'],
    [{ 'if-unmodified-since': LATER }, 'go'],
    [{ 'if-unmodified-since': 'yesterday' }, 'go'],
  ])
})

test('a date means nothing to what has none (RFC 9110 13.1.3, 13.1.4)', () => {
  const timeless = { ...FILE, modified: null }
  holds(
    [
      [{ 'if-modified-since': LATER }, 'go'],
      [{ 'if-unmodified-since': EARLIER }, 'go'],
    ],
    timeless,
  )
  expect(ranged(AT, timeless)).toBe(false)
})

test('entity tags go before dates, and what fails before what is not modified (RFC 9110 13.2.2)', () => {
  holds([
    // Step 1 alone decides over step 2.
    [{ 'if-match': '"a"', 'if-unmodified-since': EARLIER }, 'go'],
    [{ 'if-match': '"b"', 'if-unmodified-since': LATER }, 'failed'],
    // Step 3 alone decides over step 4.
    [{ 'if-none-match': '"b"', 'if-modified-since': LATER }, 'go'],
    [{ 'if-none-match': '"a"', 'if-modified-since': EARLIER }, 'unmodified'],
    // Steps 1 and 2 before 3 and 4.
    [{ 'if-match': '"b"', 'if-none-match': '"a"' }, 'failed'],
    [{ 'if-match': '"a"', 'if-none-match': '"a"' }, 'unmodified'],
    [{ 'if-unmodified-since': EARLIER, 'if-none-match': '"a"' }, 'failed'],
    [{ 'if-unmodified-since': AT, 'if-modified-since': AT }, 'unmodified'],
    [{ 'if-unmodified-since': 'yesterday', 'if-modified-since': AT }, 'unmodified'],
  ])
})

test('If-Range takes the same octets only: a strong tag, or the very second (RFC 9110 13.1.5)', () => {
  expect(ifRange({}, WEAK, NOW)).toBe(true)
  const cases: [string, boolean][] = [
    ['"a"', true],
    ['"b"', false],
    ['W/"a"', false],
    ['"a", "b"', false],
    ['*', false],
    ['a', false],
    ['', false],
    [AT, true],
    [EARLIER, false],
    [LATER, false],
  ]
  for (const [field, expected] of cases) expect(ranged(field), field).toBe(expected)
  expect([ranged('W/"a"', WEAK), ranged('"a"', WEAK), ranged(AT, WEAK)]).toEqual([false, false, false])
})
