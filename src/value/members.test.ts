import fc from 'fast-check'
import { expect, test } from 'vitest'
import { repeatsMember } from './members.ts'

test('a JSON text that names each member once is taken, whatever its strings hold (RFC 8259 4)', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(2), (data, indent) => {
      const json = JSON.stringify(data, null, indent)
      expect(repeatsMember(json, JSON.parse(json))).toBe(false)
    }),
  )
})

test('a name that comes twice in one object is found at any depth, under any spelling (RFC 8259 4)', () => {
  const faulty = [
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":1}',
    '[{"b":{"a":{},"a":{"c":1}}}]',
    '{"__proto__":1,"__proto__":1}',
    '{"":0,"":0}',
    '{"a":{"b":1,"c":2},"a":0}',
  ]
  for (const json of faulty) expect(repeatsMember(json, JSON.parse(json)), json).toBe(true)
})

test('the same name in two objects is no repeat, nor is a colon in a string', () => {
  for (const json of ['[{"a":1},{"a":1}]', '{"a":{"a":{"a":1}}}', '{":\\":":":\\\\"}', '"a:b"', '1']) {
    expect(repeatsMember(json, JSON.parse(json)), json).toBe(false)
  }
})

test('nesting deeper than any stack is no matter', () => {
  const json = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`
  expect(repeatsMember(json, JSON.parse(json))).toBe(false)
})
