/**
 * What all pages of the wall have in common. The post office writes the same in Python.
 *
 * @module
 */
import type { Member } from '../members/member.ts'
import { type Markup, markup, type Piece } from './markup.ts'

export interface Layout {
  readonly title: string
  /** The path that leads to the wall, with a slash at its end. */
  readonly root: string
  /** Who looks at it; null for a passer-by. */
  readonly visitor: Member | null
  /** Which of the links is this page. */
  readonly here?: 'wall' | 'almanac' | 'door'
  readonly head?: Markup
  readonly content: Piece
}

/** A whole page. */
export function layout({ title, root, visitor, here, head, content }: Layout): string {
  return String(markup`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="${root}mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="${root}wall.css">
${head}
<a class="skip" href="#content">Skip to the content</a>
<header class="top">
  <a class="name" href="${root}"><img src="${root}mark.svg" alt="" width="36" height="36">The Postcard Wall</a>
  <nav aria-label="Pages">
    ${link(root, 'Wall', here === 'wall')}
    ${link(`${root}almanac`, 'Almanac', here === 'almanac')}
    ${link(`${root}office`, 'Post office', false)}
    ${link(`${root}docs`, 'API', false)}
    ${visitor === null ? link(`${root}sign-in`, 'Sign in', here === 'door') : leaving(root, visitor)}
  </nav>
</header>
<main id="content" tabindex="-1">
${content}
</main>
<footer class="bottom"><p>Postcards are plain values. So are the requests that carry them.</p></footer>
</html>
`)
}

function link(path: string, name: string, current: boolean): Markup {
  return markup`<a href="${path}"${current && markup` aria-current="page"`}>${name}</a>`
}

function leaving(root: string, { name }: Member): Markup {
  return markup`<form class="who" method="post" action="${root}sign-out"><bdi>${name}</bdi>
      <button class="quiet">Sign out</button></form>`
}
