import { expect, test } from 'vitest'
import { type RequestParts, request } from './message.ts'
import { decodePacked, encodePacked } from './packed.ts'
import { RepeatedEnds } from './repeated-ends.ts'
import { utf8Bytes } from './utf8.ts'

const VALUE = { of: 'a' }

function kept(text: string, body: number | null): RepeatedEnds<typeof VALUE> {
  const ends = new RepeatedEnds<typeof VALUE>()
  const octets = utf8Bytes(text)
  ends.keep(octets, 0, octets.length, { value: VALUE, body })
  return ends
}

function got(ends: RepeatedEnds<typeof VALUE>, text: string): number | null | undefined {
  const octets = utf8Bytes(`--${text}--`)
  return ends.get(octets, 2, octets.length - 2)?.body
}

test('an end that was kept is known again, whatever the length of its body (29)', () => {
  // Each as long as the others, give or take what shares a place.
  const ends = kept('"context":{},"body":90}', 90)
  expect(got(ends, '"context":{},"body":90}')).toBe(90)
  expect(got(ends, '"context":{},"body":0}')).toBe(0)
  expect(got(ends, '"context":{},"body":17}')).toBe(17)
})

test('what is no length, or not the last, is not known (29)', () => {
  const ends = kept('"context":{},"body":9}', 9)
  for (const body of ['09', '-1', '', '9]', ' 9', '1e', 'x', '{}', '9 ']) {
    expect(got(ends, `"context":{},"body":${body}}`), body).toBeUndefined()
  }
  expect(got(ends, '"context":{},"body":99')).toBeUndefined()
  expect(got(ends, '"context":{},"bodY":9}')).toBeUndefined()
})

test('a body of no octets is not an absent one (29, 32)', () => {
  const ends = kept('"body":null}', null)
  expect(got(ends, '"body":null}')).toBeNull()
  expect(got(ends, '"body":0}')).toBe(0)
  expect(got(ends, '"body":nulL}')).toBeUndefined()
})

test('an end that repeats is known again after many that did not', () => {
  const ends = kept('"a":0000,"body":1}', 1)
  for (let at = 1; at < 200; at++) {
    const octets = utf8Bytes(`"a":${String(at).padStart(4, '0')},"body":1}`)
    if (ends.get(octets, 0, octets.length) === null)
      ends.keep(octets, 0, octets.length, { value: VALUE, body: 1 })
  }
  const last = utf8Bytes('"a":9999,"body":1}')
  const found = Array.from({ length: 20 }, () => {
    const again = ends.get(last, 0, last.length)
    if (again === null) ends.keep(last, 0, last.length, { value: VALUE, body: 1 })
    return again !== null
  })
  expect(found.at(-1)).toBe(true)
})

test('heads that repeat share their fields, and nothing that can be changed (28)', () => {
  const [one, other] = [readTwice({}), readTwice({ headers: { accept: 'a/b' } })]
  expect(one[0].headers).toBe(one[1].headers)
  expect(other[0].headers).toBe(other[1].headers)
  expect(other[0].headers).not.toBe(one[0].headers)
  expect(one[0]).not.toBe(one[1])
  expect(Object.isFrozen(one[0].headers)).toBe(true)
})

test('credentials are kept of no head', () => {
  for (const field of ['authorization', 'cookie', 'proxy-authorization']) {
    const [first, second] = readTwice({ headers: { [field]: 'a=b' } })
    expect(second.headers).toEqual(first.headers)
    expect(second.headers, field).not.toBe(first.headers)
  }
})

function readTwice(parts: RequestParts): [ReturnType<typeof decodePacked>, ReturnType<typeof decodePacked>] {
  const value = request('POST', '/a?b', { ...parts, body: 'text' })
  const first = decodePacked(encodePacked({ ...value, path: '/first' }))
  return [first, decodePacked(encodePacked(value))]
}
