import { expect, test } from 'vitest'
import { type Coding, chooseCoding } from './coding.ts'

const ALL: readonly Coding[] = ['br', 'zstd', 'gzip']

function holds(cases: readonly (readonly [string | undefined, Coding | null])[], offered = ALL): void {
  for (const [field, expected] of cases) expect(chooseCoding(field, offered), field).toBe(expected)
}

test('the coding liked best is taken, of equals the first offered (RFC 9110 12.5.3)', () => {
  holds([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, zstd', 'zstd'],
    ['gzip', 'gzip'],
    ['GZip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['br;q=0.5, gzip', 'gzip'],
    ['br;q=0.5, gzip;q=0.501', 'gzip'],
    ['br ; Q=0.9 , gzip\t;\tq=0.8', 'br'],
    ['*', 'br'],
    ['br;q=0, *', 'zstd'],
    ['*;q=0.1, gzip', 'gzip'],
    ['gzip, identity', 'gzip'],
  ])
})

test('none is taken when none is offered, accepted or liked better (RFC 9110 12.5.3)', () => {
  holds([
    [undefined, null],
    ['', null],
    ['deflate', null],
    ['identity', null],
    ['gzip;q=0', null],
    ['*;q=0', null],
    ['gzip;q=0.5, identity', null],
    ['br;q=0.000, gzip;q=0.', null],
  ])
  holds([['gzip, br', null]], [])
  holds([['br, *;q=0', null]], ['gzip'])
})

test('a weight that is none takes nothing (RFC 9110 12.4.2)', () => {
  holds([
    ['br;q=2, gzip', 'gzip'],
    ['br;q=, gzip', 'gzip'],
    ['br;q=0.1234, gzip;q=0.1', 'gzip'],
    ['br;level=9, gzip', 'gzip'],
    ['br;q=1;q=0, gzip', 'gzip'],
    ['__proto__, constructor', null],
  ])
})
