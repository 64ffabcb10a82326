import fc from 'fast-check'
import { expect, test } from 'vitest'
import { slugOf, slugsFor } from './slug.ts'

const zeros = (bytes: number): Uint8Array => new Uint8Array(bytes)

test('a slug is the words of a title, in lower case', () => {
  for (const [title, slug] of [
    ['How to train your dragon', 'how-to-train-your-dragon'],
    ["  Don't -- panic!  ", 'dont-panic'],
    ['C++ & C#', 'c-c'],
    ['Été à Øystese', 'été-à-øystese'],
    ['竜の育て方', '竜の育て方'],
    ['½ ﬁsh', '1-2-fish'],
    ['../../etc/passwd', 'etc-passwd'],
    ['!?', 'article'],
  ] as const)
    expect(slugOf(title), title).toBe(slug)
})

test('whatever the title, a slug is one segment of a path, and at most 100 characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }), (title) => {
      const slug = slugOf(title)
      expect(slug).toMatch(/^[\p{L}\p{M}\p{N}-]+$/u)
      expect([...slug].length).toBeLessThanOrEqual(100)
      expect(slug.isWellFormed()).toBe(true)
    }),
  )
})

test('the plain slug comes first, unless another page has it', () => {
  expect(slugsFor('Seed', zeros).next().value).toBe('seed')
  expect(slugsFor('Feed', zeros).next().value).toBe('feed-000000000000')
  const slugs = slugsFor('Seed', zeros)
  slugs.next()
  expect(slugs.next().value).toBe('seed-000000000000')
})
