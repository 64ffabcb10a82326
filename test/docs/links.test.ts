import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { brokenLinks } from './links.ts'

const root = mkdtempSync(join(tmpdir(), 'hagaki-links-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
mkdirSync(join(root, 'docs'))
writeFileSync(join(root, 'docs', 'there.md'), '# A heading\n')

function links(text: string): string[] {
  writeFileSync(join(root, 'docs', 'page.md'), text)
  return brokenLinks(root, 'docs/page.md')
}

test('a link to a file, a folder, a heading, or another site is fine', () => {
  expect(links('# Here\n[a](there.md) [b](../docs/) [c](there.md#a-heading) [d](#here)')).toEqual([])
  expect(links('[a](https://example.com/x#y) [b](mailto:a@example.com)')).toEqual([])
})

test('a link that leads nowhere is named with its line and the reason', () => {
  expect(links('\n[a](gone.md)')).toEqual(['docs/page.md:2 gone.md: there is no such file'])
  expect(links('[a](there.md#b)')).toEqual([
    `docs/page.md:1 there.md#b: ${join('docs', 'there.md')} has no such heading`,
  ])
  expect(links('[a](#b)')).toEqual(['docs/page.md:1 #b: docs/page.md has no such heading'])
  expect(links('[a](/docs/there.md)')).toEqual([
    'docs/page.md:1 /docs/there.md: write it relative to the page',
  ])
  expect(links('[a](../../x.md)')).toEqual(['docs/page.md:1 ../../x.md: it is outside the repository'])
})
