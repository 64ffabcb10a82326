/**
 * The front page: a blank card to write on, and the wall.
 *
 * @module
 */
import type { Card } from '../card.ts'
import type { Member } from '../members/member.ts'
import { layout } from './layout.ts'
import { type Markup, markup } from './markup.ts'
import { postcard } from './postcard.ts'
import { SHEET } from './stamps.ts'
import { type Letter, writingForm } from './writing-form.ts'

export interface WallPage {
  readonly root: string
  readonly visitor: Member | null
  readonly cards: readonly Card[]
  /** Where the next page begins, or null. */
  readonly next: number | null
  /** True on the first page, which stays live. */
  readonly first: boolean
  readonly letter: Letter
}

export function wallPage({ root, visitor, cards, next, first, letter }: WallPage): string {
  const failed = Object.keys(letter.wrong).length > 0
  return layout({
    title: failed ? 'Not posted yet: The Postcard Wall' : 'The Postcard Wall',
    root,
    visitor,
    here: 'wall',
    head: markup`<script type="module" src="${root}wall.js"></script>${
      visitor !== null && markup`\n<script type="module" src="${root}picture.js"></script>`
    }`,
    content: markup`${SHEET}
<div class="write">
  <div>
    <h1>Write somebody a postcard</h1>
    <p class="lead">It hangs here the moment you post it, for everybody to read. A postcard carries everything on its
    face: who it is from, where it goes, what it says.</p>
    ${visitor === null && invitation(root)}
  </div>
  ${writingForm(root, visitor, letter)}
</div>
<section aria-labelledby="wall-title">
  <div class="heading">
    <h2 id="wall-title">On the wall</h2>
    <p class="news" id="news" role="status"></p>
  </div>
  <ol class="wall" id="wall" reversed${first && markup` data-live="${root}api/watch" data-card="${root}postcard"`}>${cards.map(
    (card) => postcard(card, root, visitor),
  )}</ol>
  ${cards.length === 0 && bareWall(first)}
  <p class="paging">
    ${!first && markup`<a href="${root}">Back to the newest</a>`}
    ${next !== null && markup`<a href="${root}?before=${next}#wall-title" rel="next">Older cards</a>`}
  </p>
</section>`,
  })
}

function invitation(root: string): Markup {
  return markup`<p class="lead invitation"><a href="${root}join">Join the wall</a>, and your cards bear your seal and your
    pictures.</p>`
}

function bareWall(first: boolean): Markup {
  return first
    ? markup`<div class="bare" id="bare"><p>The wall is bare.</p><p>Yours could be the first card.</p></div>`
    : markup`<div class="bare"><p>No card hangs here any more.</p></div>`
}
