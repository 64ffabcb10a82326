import fc from 'fast-check'
import { expect, test } from 'vitest'
import { entityTags, sameStrong, sameWeak } from './entity-tag.ts'

test('a list gives its entity tags, weak ones as they are; empty members are nothing (RFC 9110 8.8.3, 5.6.1)', () => {
  const cases: [string, string[]][] = [
    ['"a"', ['"a"']],
    ['W/"a"', ['W/"a"']],
    ['"a", W/"b" ,"c"', ['"a"', 'W/"b"', '"c"']],
    ['"a","b"', ['"a"', '"b"']],
    [',, "a" ,\t,"b",', ['"a"', '"b"']],
    ['"a,b", "c d"', ['"a,b"']],
    ['""', ['""']],
    ['"!#~\x80\xff"', ['"!#~\x80\xff"']],
  ]
  for (const [field, tags] of cases) expect(entityTags(field), field).toEqual(tags)
})

test('what is no entity tag is none, nor is what follows it (RFC 9110 8.8.3)', () => {
  for (const field of [
    '',
    '*',
    'a',
    '"a',
    'a"',
    "'a'",
    'w/"a"',
    'W/a',
    'W/ "a"',
    '"a\\"b"',
    '"\x7f"',
    '"a"b',
    '"a" "b"',
  ]) {
    expect(entityTags(field), field).toEqual([])
  }
  expect(entityTags('"a", b, "c"')).toEqual(['"a"'])
})

test('strong comparison takes no weak tag, weak comparison takes any (RFC 9110 8.8.3.2)', () => {
  const cases: [string, string, boolean, boolean][] = [
    ['W/"1"', 'W/"1"', false, true],
    ['W/"1"', 'W/"2"', false, false],
    ['W/"1"', '"1"', false, true],
    ['"1"', '"1"', true, true],
  ]
  for (const [a, b, strong, weak] of cases) {
    expect([sameStrong(a, b), sameWeak(a, b)], `${a} ${b}`).toEqual([strong, weak])
    expect([sameStrong(b, a), sameWeak(b, a)], `${b} ${a}`).toEqual([strong, weak])
  }
})

test('whatever tags are listed are found again', () => {
  const opaque = fc.stringMatching(/^[!#-~]{0,9}$/)
  const tag = fc.tuple(fc.constantFrom('', 'W/'), opaque).map(([weak, text]) => `${weak}"${text}"`)
  fc.assert(
    fc.property(fc.array(tag), fc.constantFrom(',', ', ', ' ,\t', ',,'), (tags, comma) => {
      expect(entityTags(tags.join(comma))).toEqual(tags)
    }),
  )
})

test('the worst field is read in one pass', () => {
  // Each of these would take minutes where a member is looked for again from every place.
  for (const unit of [' ', ',', ', ', '"', 'W/', '"" '])
    expect(entityTags(unit.repeat(500_000)).length).toBeLessThan(2)
})
