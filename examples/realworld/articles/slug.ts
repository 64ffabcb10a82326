/**
 * Slugs: the name of an article in paths, made from its title.
 *
 * @module
 */

const MOST = 100

/** /articles/feed is something else. */
const RESERVED: ReadonlySet<string> = new Set(['feed'])

/** The words of a title, in lower case, joined by hyphens. */
export function slugOf(title: string): string {
  const words = title.normalize('NFKC').toLowerCase().replaceAll(/['’]/g, '')
  const letters = Array.from((words.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).join('-'))
  return letters.slice(0, MOST).join('') || 'article'
}

/**
 * Slugs for a title, to be tried one after the other: the first is the plain one, all others end in
 * 48 random bits, so that a second is asked for rarely, and a third never.
 */
export function* slugsFor(title: string, random: (bytes: number) => Uint8Array): Generator<string, never> {
  const slug = slugOf(title)
  if (!RESERVED.has(slug)) yield slug
  for (;;) yield `${slug}-${Buffer.from(random(6)).toString('hex')}`
}
