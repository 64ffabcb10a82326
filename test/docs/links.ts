/**
 * Links between the pages of the repository: the file is there, and so is the anchor.
 *
 * Addresses of other sites are not looked at: whether they answer today is no property of this tree.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, sep } from 'node:path'
import { type Link, readPage } from './markdown.ts'

/** One sentence for each link of `page` (a path below `root`) that leads nowhere. */
export function brokenLinks(root: string, page: string): string[] {
  const broken: string[] = []
  for (const link of readPage(readFileSync(join(root, page), 'utf8')).links) {
    const wrong = isAddress(link.target) ? null : whatIsWrong(root, page, link)
    if (wrong !== null) broken.push(`${page}:${link.line} ${link.target}: ${wrong}`)
  }
  return broken
}

/** With a scheme: `https:`, `mailto:`. */
function isAddress(target: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(target)
}

function whatIsWrong(root: string, page: string, { target }: Link): string | null {
  const [path, anchor] = target.split('#', 2) as [string, string?]
  if (path.startsWith('/')) return 'write it relative to the page'
  const file = path === '' ? page : normalize(join(dirname(page), decodeURIComponent(path)))
  if (file === '..' || file.startsWith(`..${sep}`)) return 'it is outside the repository'
  if (!existsSync(join(root, file))) return 'there is no such file'
  if (anchor === undefined || !file.endsWith('.md')) return null
  const { anchors } = readPage(readFileSync(join(root, file), 'utf8'))
  return anchors.has(decodeURIComponent(anchor)) ? null : `${file} has no such heading`
}
