import fc from 'fast-check'
import { expect, test } from 'vitest'
import { utf8Bytes } from '../../value/utf8.ts'
import { Glance } from './glance.ts'

const FRONT = '{"name":"add","body":'

function read(text: string, glance = learned()): { head: string; octets: number } | null {
  const bytes = utf8Bytes(`..${text}..`)
  const head = glance.read(bytes, 2, bytes.byteLength - 2)
  return head === null ? null : { head, octets: glance.octets }
}

function learned(): Glance<string> {
  const glance = new Glance<string>()
  glance.learn(utf8Bytes(FRONT), 'add')
  return glance
}

test('a head that begins as one that was learned is that one, with its own number of octets', () => {
  fc.assert(
    fc.property(fc.nat(999_999_999_999_999), (octets) => {
      expect(read(`${FRONT}${octets}}`)).toEqual({ head: 'add', octets })
    }),
  )
})

test('any other text is none, as a number of octets that JSON would not write so', () => {
  for (const end of [
    'null}',
    '}',
    '1',
    '01}',
    '00}',
    '-1}',
    '1.5}',
    '1e3}',
    '1 }',
    '9999999999999999}',
    '1}}',
  ])
    expect(read(FRONT + end), end).toBeNull()
  for (const text of ['', '}', '1}', FRONT, FRONT.slice(1), `${FRONT.slice(1)}1}`, `x${FRONT}1}`])
    expect(read(text), text).toBeNull()
  const changed = fc.tuple(fc.nat(FRONT.length - 1), fc.string({ minLength: 1, maxLength: 1 }))
  fc.assert(
    fc.property(changed, ([at, other]) => {
      const text = FRONT.slice(0, at) + other + FRONT.slice(at + 1)
      expect(read(`${text}1}`)?.head ?? null).toBe(text === FRONT ? 'add' : null)
    }),
  )
})

test('what was learned is not what its octets become, and of two of one length the last counts', () => {
  const glance = new Glance<string>()
  const front = utf8Bytes(FRONT)
  glance.learn(front, 'add')
  front.fill(0)
  expect(read(`${FRONT}7}`, glance)).toEqual({ head: 'add', octets: 7 })
  const other = FRONT.replace('add', 'sub')
  glance.learn(utf8Bytes(other), 'sub')
  expect([read(`${FRONT}7}`, glance), read(`${other}7}`, glance)]).toEqual([null, { head: 'sub', octets: 7 }])
})
