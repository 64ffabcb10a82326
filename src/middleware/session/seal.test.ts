/** Sealing: what is sealed opens as it was, and nothing else opens. */
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Sealer } from './seal.ts'

const [OLD, NEW, OTHER] = ['o', 'n', 'x'].map((one) => one.repeat(32)) as [string, string, string]
const sealer = new Sealer([NEW])
const seal = (text: string, name = 'session'): string => sealer.seal(text, name, randomBytes)

test('any text comes back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(sealer.open(seal(text), 'session')).toEqual({ text, old: false })
    }),
  )
})

test('equal texts give other cookies each time, in characters that a cookie takes', () => {
  const sealed = Array.from({ length: 20 }, () => seal('{"a":1}'))
  expect(new Set(sealed).size).toBe(20)
  for (const one of sealed) expect(one).toMatch(/^[A-Za-z0-9_-]+$/)
})

test('every single bit that is flipped makes it nothing', () => {
  const bits = (text: string): string[] =>
    Array.from({ length: text.length * 8 }, (_, bit) => {
      const octets = Buffer.from(text, 'latin1')
      octets[bit >> 3]! ^= 1 << (bit & 7)
      return octets.toString('latin1')
    })
  // Three lengths, so that the last character holds none, two and four bits that count for nothing.
  for (const text of ['', 'a', 'ab']) {
    const sealed = seal(text)
    for (const flipped of bits(sealed)) expect(sealer.open(flipped, 'session'), flipped).toBeNull()
  }
})

test('every cut, and every spelling that decodes alike, is nothing', () => {
  const sealed = seal('{"name":"anna"}')
  for (let end = 0; end < sealed.length; end++) {
    expect(sealer.open(sealed.slice(0, end), 'session')).toBeNull()
    expect(sealer.open(sealed.slice(end + 1), 'session')).toBeNull()
  }
  const spellings = [`${sealed}=`, `${sealed}A`, ` ${sealed}`, `${sealed}\n`, `"${sealed}"`, sealed + sealed]
  for (const one of spellings) expect(sealer.open(one, 'session'), one).toBeNull()
  const other = spelt(/[-_]/).replaceAll('-', '+').replaceAll('_', '/')
  expect(sealer.open(other, 'session')).toBeNull()
})

/** A cookie that holds such a character. */
function spelt(character: RegExp): string {
  const sealed = seal('{"name":"anna"}')
  return character.test(sealed) ? sealed : spelt(character)
}

test('a cookie under another name is nothing: a name is bound to what it names', () => {
  const sealed = seal('admin', 'a')
  expect(sealer.open(sealed, 'a')?.text).toBe('admin')
  for (const name of ['b', 'A', 'aa', '', '__Host-a']) expect(sealer.open(sealed, name)).toBeNull()
})

test('the first secret seals, each opens, and a secret that is gone opens nothing', () => {
  const sealed = new Sealer([OLD]).seal('text', 'session', randomBytes)
  const both = new Sealer([NEW, OTHER, OLD])
  expect(both.open(sealed, 'session')).toEqual({ text: 'text', old: true })
  expect(both.open(seal('text'), 'session')).toEqual({ text: 'text', old: false })
  expect(sealer.open(both.seal('text', 'session', randomBytes), 'session')?.text).toBe('text')
  expect(sealer.open(sealed, 'session')).toBeNull()
})

test('nothing of the text or the secret shows', () => {
  const bytes = Buffer.from(seal('anna anna anna'), 'base64url').toString('latin1')
  expect(bytes).not.toMatch(/anna|nnnn/)
})

test('a sealed text is the same for every process with the same secret, randomness given', () => {
  const counting = (bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, (_, at) => at)
  const sealed = sealer.seal('[1,2,{}]', 'session', counting)
  expect(sealed).toBe(new Sealer([NEW]).seal('[1,2,{}]', 'session', counting))
  // Written down: another layout would end every session that there is.
  expect(sealed).toBe('AXOHwUwAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhei97tMG0gY3VJm2ljLvS4KVqjLHapL4ZU')
})
