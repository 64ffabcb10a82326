/**
 * The almanac as HTML.
 *
 * @module
 */
import type { Member } from '../members/member.ts'
import { layout } from '../pages/layout.ts'
import { type Markup, markup } from '../pages/markup.ts'
import type { Count, Tally } from './tally.ts'

export interface AlmanacPage {
  /** The path that leads to the wall, with a slash at its end. */
  readonly root: string
  /** The path that leads here. */
  readonly mount: string
  readonly visitor: Member | null
  readonly tally: Tally
}

export function almanacPage({ root, mount, visitor, tally }: AlmanacPage): string {
  return layout({
    title: 'Almanac: The Postcard Wall',
    root,
    visitor,
    here: 'almanac',
    content: markup`<h1>Almanac</h1>
<p class="lead">${plural(tally.cards, 'card hangs', 'cards hang')} on the wall. Here is what they come to when one counts.</p>
<div class="sheets">
  <figure class="issue">
    <div class="issued"><img src="${mount}/stamp.png" width="360" height="440" alt="A stamp with the drawing of a Julia set"></div>
    <figcaption>This wall’s own stamp. It is drawn anew whenever a card comes or goes, in a thread of its
    own; meanwhile the wall goes on answering.</figcaption>
  </figure>
  <section aria-labelledby="hours"><h2 id="hours">When cards are written</h2>${hours(tally.hours)}</section>
  <section aria-labelledby="words"><h2 id="words">Words most used</h2>${counts(tally.words, 'No words yet.')}</section>
  <section aria-labelledby="writers"><h2 id="writers">Busiest writers</h2>${counts(tally.writers, 'Nobody yet.')}</section>
</div>`,
  })
}

function counts(all: readonly Count[], none: string): Markup {
  if (all.length === 0) return markup`<p class="none">${none}</p>`
  const highest = all[0]![1]
  return markup`<ol class="counts">${all.map(
    ([name, count]) => markup`
    <li><bdi>${name}</bdi> <b>${count}</b>
      <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect width="${(count / highest) * 100}" height="4"/></svg></li>`,
  )}</ol>`
}

function hours(cards: readonly number[]): Markup {
  const highest = Math.max(...cards)
  if (highest === 0) return markup`<p class="none">Nothing was written yet.</p>`
  const busiest = cards.indexOf(highest)
  return markup`<figure class="hours">
    <svg viewBox="0 0 240 92" role="img" aria-label="Cards by hour of the day, UTC. Most between ${busiest}:00 and ${busiest + 1}:00: ${highest}.">
      <path class="rule" d="M0 78.500h240"/>
      ${cards.map((count, hour) => bar(hour, count, highest))}
      ${[0, 6, 12, 18].map((hour) => markup`<text x="${hour * 10 + 5}" y="89">${hour}</text>`)}
    </svg>
    <figcaption>By hour of the day, UTC. Busiest: ${busiest}:00 to ${busiest + 1}:00, with ${plural(highest, 'card', 'cards')}.</figcaption>
  </figure>`
}

function bar(hour: number, count: number, highest: number): Markup {
  const height = (count / highest) * 72
  return markup`<rect x="${hour * 10 + 1.5}" y="${78 - height}" width="7" height="${height}" rx="1"><title>${hour}:00, ${count}</title></rect>`
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}
