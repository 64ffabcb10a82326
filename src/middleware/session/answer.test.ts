/** What a session adds to an answer. RFC 6265 4.1.1, RFC 9111 5.2.2. */
import { expect, test } from 'vitest'
import type { ResponseHeaders, Result } from '../../contract.ts'
import { takeover } from '../../value/result.ts'
import { personal, withCookie } from './answer.ts'

const answer = (headers: ResponseHeaders): Result => [200, 'text/plain', Object.freeze(headers), 'body']
const control = (given: string | string[]): unknown =>
  withCookie(answer({ 'cache-control': given }), 'a', 'a=1')[2]['cache-control']

test('cookies of others stay, and of one name there is one field (RFC 6265 4.1.1)', () => {
  const cases: [before: string | string[] | undefined, after: string[]][] = [
    [undefined, ['a=1']],
    ['b=2', ['b=2', 'a=1']],
    [
      ['b=2', 'ab=3'],
      ['b=2', 'ab=3', 'a=1'],
    ],
    [
      ['a=0; Path=/', 'b=2'],
      ['b=2', 'a=1'],
    ],
    ['a=', ['a=1']],
  ]
  for (const [before, after] of cases) {
    const headers = before === undefined ? {} : { 'set-cookie': before }
    expect(withCookie(answer(headers), 'a', 'a=1')[2]['set-cookie']).toEqual(after)
  }
})

test('an answer with a cookie is for no cache that people share, whatever the app said (RFC 9111 5.2.2)', () => {
  const cases: [given: string | string[], becomes: string][] = [
    ['public, max-age=60', 'max-age=60, private'],
    ['PUBLIC,S-MaxAge=60 , no-cache', 'no-cache, private'],
    [['public', 'max-age=60'], 'max-age=60, private'],
    ['max-age=60', 'max-age=60, private'],
    ['', 'private'],
    ['private="x-one, x-two", public', 'private'],
    ['no-cache="set-cookie", max-age=1', 'max-age=1, private'],
    ['private="x, public', 'private'],
  ]
  for (const [given, becomes] of cases) expect(control(given), String(given)).toBe(becomes)
  expect(withCookie(answer({}), 'a', 'a=1')[2]['cache-control']).toBe('private')
})

test('private and no-store say so already, and stay as they are (RFC 9111 5.2.2.5, 5.2.2.7)', () => {
  for (const given of [
    'private',
    'no-store',
    'Private, max-age=60',
    'public, no-store',
    ['max-age=1', 'private'],
  ])
    expect(control(given)).toEqual(given)
})

test('a field for shared caches alone goes with them (RFC 9213 2)', () => {
  for (const given of ['private', 'public']) {
    const headers = { 'cache-control': given, 'cdn-cache-control': 'max-age=600' }
    expect(withCookie(answer(headers), 'a', 'a=1')[2]).not.toHaveProperty('cdn-cache-control')
  }
})

test('an answer to somebody with a session is private unless it says what it is', () => {
  expect(personal(answer({ etag: '"1"' }))[2]).toEqual({ etag: '"1"', 'cache-control': 'private' })
  const said = answer({ 'cache-control': 'public' })
  expect(personal(said)).toBe(said)
})

test('a takeover gets its cookie and nothing about caches', () => {
  const taken: Result = [101, null, {}, takeover(() => {})]
  expect(withCookie(taken, 'a', 'a=1')).toEqual([101, null, { 'set-cookie': ['a=1'] }, taken[3]])
  expect(personal(taken)).toBe(taken)
})
