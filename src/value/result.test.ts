import { expect, test } from 'vitest'
import { type Options, type Server, STREAM, TAKEOVER } from '../contract.ts'
import {
  app,
  html,
  isBodiless,
  isStream,
  isTakeover,
  json,
  redirect,
  stream,
  takeover,
  text,
} from './result.ts'

test('the helpers write results of four members (21)', () => {
  expect(text('hi')).toEqual([200, 'text/plain; charset=utf-8', {}, 'hi'])
  expect(html('<p>', 404, { 'x-a': '1' })).toEqual([404, 'text/html; charset=utf-8', { 'x-a': '1' }, '<p>'])
  expect(json({ a: [1] }, 201)).toEqual([201, 'application/json', {}, '{"a":[1]}'])
  expect(json(null)[3]).toBe('null')
  expect(redirect('/a')).toEqual([303, null, { location: '/a' }, null])
  expect(redirect('/a', 308)[0]).toBe(308)
})

test('what JSON cannot hold is refused where it is written', () => {
  for (const data of [undefined, () => 0, Symbol('a')]) expect(() => json(data)).toThrow(TypeError)
  expect(() => json(1n)).toThrow(TypeError)
})

test('streams and takeovers are branded: nothing else counts as one (23, 24)', () => {
  const chunks = ['a']
  const run = (): void => {}
  expect(stream(chunks)[STREAM]).toBe(chunks)
  expect(takeover(run)[TAKEOVER]).toBe(run)
  expect([isStream(stream(chunks)), isTakeover(takeover(run))]).toEqual([true, true])
  for (const body of ['a', null, new Uint8Array(1)])
    expect([isStream(body), isTakeover(body)]).toEqual([false, false])
  expect(isStream(takeover(run))).toBe(false)
  expect(isTakeover(stream(chunks))).toBe(false)
})

test('204, 205, 304 and what is not final have no body (20, RFC 9110 6.4.1)', () => {
  expect([100, 101, 199, 204, 205, 304].map(isBodiless)).toEqual([true, true, true, true, true, true])
  expect([200, 203, 206, 303, 400, 404, 500].some(isBodiless)).toBe(false)
})

test('app gives back the function it was given, with parameters when it names none', () => {
  const fn = (method: string): ReturnType<typeof text> => text(method)
  expect(app(fn)).toBe(fn)
  for (const bare of [() => text('hi'), (...call: unknown[]) => text(call.length === 5 ? 'hi' : '')]) {
    const given = app(bare)
    expect(given.length).toBe(5)
    expect(given('GET', '/', {}, {} as Options, {} as Server)).toEqual(text('hi'))
  }
})
