import { expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../call/limits.ts'
import { LIMIT_NAMES, parseLimits } from './limit-option.ts'
import { UsageError } from './usage-error.ts'

test('a limit is a size, a time or a count, as its name says', () => {
  expect(parseLimits(['body=10mb', 'head=4096', 'fields=5', 'headTimeout=200ms', 'drainPauseMs=2m'])).toEqual(
    {
      body: 10 * 1024 ** 2,
      head: 4_096,
      fields: 5,
      headTimeoutMs: 200,
      drainPauseMs: 120_000,
    },
  )
  expect(parseLimits([])).toEqual({})
})

test('0 is one of each, and the last of a name counts', () => {
  expect(parseLimits(['body=1kb', 'body=0', 'drainTimeout=0', 'fields=0'])).toEqual({
    body: 0,
    drainTimeoutMs: 0,
    fields: 0,
  })
})

test('every limit there is can be told', () => {
  const limits = parseLimits(LIMIT_NAMES.map((name) => `${name}=0`))
  expect(Object.keys(limits).sort()).toEqual(Object.keys(DEFAULT_LIMITS).sort())
})

test('what is no limit is refused with one that is', () => {
  const table: [option: string, reason: RegExp][] = [
    ['body', /has no value: write it as --limit body=10mb$/],
    ['=1', /has no value/],
    ['bdy=1', /^there is no limit "bdy": did you mean body\?$/],
    ['constructor=1', /^there is no limit "constructor": known are requestLine, /],
    ['__proto__=1', /^there is no limit "__proto__": known are /],
    ['body=', /^--limit body= is no limit: body takes a size, such as body=16kb/],
    ['body=3k', /takes a size/],
    ['body=-1', /takes a size/],
    ['body=5s', /takes a size/],
    ['body=99999999999999999999', /takes a size/],
    ['headTimeout=5', /takes a time, such as headTimeout=200ms/],
    ['headTimeout=5kb', /takes a time/],
    ['headTimeout=999999999m', /takes a time/],
    ['fields=1kb', /^--limit fields counts: write a number, such as fields=100$/],
    ['fields=-1', /counts/],
  ]
  for (const [option, reason] of table) {
    expect(() => parseLimits([option]), option).toThrow(UsageError)
    expect(() => parseLimits([option]), option).toThrow(reason)
  }
})
