/**
 * One postcard as HTML.
 *
 * @module
 */
import type { Card } from '../card.ts'
import type { Member } from '../members/member.ts'
import { type Markup, markup } from './markup.ts'
import { STAMPS } from './stamps.ts'

/** An item of the wall's list. Stamp, paper and tilt come from the card's number: a card never changes. */
export function postcard(
  { id, text, from, to, at, by, picture }: Card,
  root: string,
  visitor: Member | null,
): Markup {
  const stamp = id % STAMPS
  return markup`<li class="postcard paper-${(id * 7) % 5} tilt-${(id * 3) % 7}" id="card-${id}">
<article aria-label="Postcard from ${from} to ${to}">
  ${picture && markup`<img class="picture" src="${root}api/pictures/${picture.name}" alt="${picture.alt}" loading="lazy" decoding="async">`}
  <p class="message" dir="auto">${text}</p>
  <div class="post" aria-hidden="true">
    <svg class="stamp" viewBox="0 0 60 74"><use href="#stamp-${stamp}"/></svg>
    ${postmark(new Date(at))}
  </div>
  <dl class="address">
    <div><dt>To</dt> <dd dir="auto">${to}</dd></div>
    <div><dt>From</dt> <dd dir="auto">${from}</dd></div>
  </dl>
  <div class="foot">
    <p class="sent"><a href="#card-${id}">No. ${id}</a>, <time datetime="${at}">${dateOf(new Date(at))}</time>${by !== null && sealOf(by)}</p>
    ${by !== null && by === visitor?.name && takingDown(root, id)}
  </div>
</article>
</li>
`
}

function sealOf(name: string): Markup {
  return markup` <span class="seal">sealed by <bdi>${name}</bdi></span>`
}

function takingDown(root: string, id: number): Markup {
  return markup`<form method="post" action="${root}take-down"><input type="hidden" name="id" value="${id}">
    <button class="quiet" aria-label="Take down card ${id}">Take down</button></form>`
}

function postmark(at: Date): Markup {
  const [day, month, year] = dateOf(at).toUpperCase().split(' ')
  return markup`<svg class="postmark" viewBox="0 0 132 64">
      <circle cx="32" cy="32" r="30"/><circle cx="32" cy="32" r="19"/>
      <text class="ring"><textPath href="#postmark-top" startOffset="50%">POSTCARD WALL</textPath></text>
      <text class="ring"><textPath href="#postmark-bottom" startOffset="50%">${at.toISOString().slice(11, 16)} UTC</textPath></text>
      <text class="day" x="32" y="31">${day} ${month}</text><text class="year" x="32" y="42">${year}</text>
      <path d="M66 17q8-6 16 0t16 0t16 0t16 0M66 27q8-6 16 0t16 0t16 0t16 0M66 37q8-6 16 0t16 0t16 0t16 0M66 47q8-6 16 0t16 0t16 0t16 0"/>
    </svg>`
}

/** Such as "20 Nov 2026", by the clock of UTC: the wall hangs everywhere. */
function dateOf(at: Date): string {
  return at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })
}
