import { expect, test } from 'vitest'
import { readPage } from './markdown.ts'

test('a block has its language, its text and the line of its fence', () => {
  expect(readPage('# A\n\n```ts\nlet a\n\nlet b\n```\n\n```\nc\n```\n').blocks).toEqual([
    { language: 'ts', text: 'let a\n\nlet b\n', line: 3 },
    { language: '', text: 'c\n', line: 9 },
  ])
})

test('a fence is closed by one as long, of the same character (CommonMark 4.5)', () => {
  const [block, ...others] = readPage('````md\n```ts\n```\n~~~~\n````\n').blocks
  expect(block).toEqual({ language: 'md', text: '```ts\n```\n~~~~\n', line: 1 })
  expect(others).toEqual([])
  expect(readPage('~~~sh\n```\n~~~\n').blocks[0]!.text).toBe('```\n')
})

test('a block in a list loses the indentation of its fence, and no more', () => {
  expect(readPage('- a\n\n  ```ts\n  if (a) {\n    b()\n  }\n  ```\n').blocks[0]!.text).toBe(
    'if (a) {\n  b()\n}\n',
  )
})

test('words after the language are not the language', () => {
  expect(readPage('```ts title="a"\n```').blocks[0]!.language).toBe('ts')
})

test('a fence that is never closed is refused', () => {
  expect(() => readPage('a\n\n```ts\nlet a\n')).toThrow('line 3 is never closed')
})

test('anchors are those of GitHub', () => {
  const text =
    '# One, two: `three_four`!\n## One\n## One\n## A [link](b.md) -- c\n<a id="here"></a>\n```\n# no\n```\n'
  expect([...readPage(text).anchors]).toEqual(['one-two-three_four', 'one', 'one-1', 'a-link----c', 'here'])
})

test('every form of link is seen, and none in code', () => {
  const targets = (text: string): string[] => readPage(text).links.map((link) => link.target)
  expect(targets('a [b](c.md) and ![d](<e.png> "f")')).toEqual(['c.md', 'e.png'])
  expect(targets('[![b](c.png)](d.md)')).toEqual(['c.png', 'd.md'])
  expect(targets('[a]: b.md#c\n')).toEqual(['b.md#c'])
  expect(targets('<a href="b.md">b</a> <img alt="c" src="d.png">')).toEqual(['b.md', 'd.png'])
  expect(targets('`[a](b.md)` and ``[c](d.md) ` ``\n\n```md\n[e](f.md)\n```\n')).toEqual([])
  expect(readPage('\n\n[a](b)').links).toEqual([{ target: 'b', line: 3 }])
})
