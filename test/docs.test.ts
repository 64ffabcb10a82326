/**
 * Every code block of README.md, docs/ and examples/ runs, and every link between pages leads somewhere.
 * How blocks are run stands in docs/page.ts.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { brokenLinks } from './docs/links.ts'
import { runPage } from './docs/page.ts'

const ROOT = fileURLToPath(new URL('../', import.meta.url))

/** Markdown files of a folder and those below it, as paths from the root. */
function pagesOf(folder: string): string[] {
  if (!existsSync(join(ROOT, folder))) return []
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .sort()
}

const examples = pagesOf('examples')
const run = ['README.md', ...pagesOf('docs'), ...examples]
const linked = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...['docs', 'decisions', 'spec', 'examples', 'workers'].flatMap(pagesOf),
]

describe.concurrent('the code blocks run', () => {
  test.for(run)('of %s', { timeout: 180_000 }, async (page) => {
    await runPage(page, readFileSync(join(ROOT, page), 'utf8'), ROOT)
  })
})

test('every link between pages leads somewhere', () => {
  expect(linked.length, 'pages looked at').toBeGreaterThan(0)
  expect(linked.flatMap((page) => brokenLinks(ROOT, page))).toEqual([])
})
