/**
 * The form: a blank postcard. What was typed and what is wrong with it are shown where they belong.
 *
 * @module
 */
import type { Draft } from '../card.ts'
import { MOST } from '../card.ts'
import { type Markup, markup } from './markup.ts'

type Member = keyof Draft

/** What somebody has typed, and the message for each member that will not do. */
export interface Letter {
  readonly typed: Readonly<Partial<Draft>>
  readonly wrong: Readonly<Partial<Record<Member, string>>>
}

export const BLANK: Letter = { typed: {}, wrong: {} }

export function writingForm(root: string, { typed, wrong }: Letter): Markup {
  const first = (['text', 'to', 'from'] as const).find((member) => wrong[member] !== undefined)
  const field = (member: Member): Markup =>
    markup`id="${member}" name="${member}" required${
      wrong[member] && markup` aria-invalid="true" aria-describedby="${member}-wrong"`
    }${member === first && markup` autofocus`}`
  const message = (member: Member): Markup | undefined | '' =>
    wrong[member] && markup`<p class="wrong" id="${member}-wrong">${wrong[member]}</p>`
  return markup`<form class="postcard blank" id="write" method="post" action="${root}write" autocomplete="off">
  <div class="message">
    <label for="text">Message</label>
    <textarea rows="6" maxlength="${MOST.text}" ${field('text')}>
${typed.text}</textarea>
    <p class="left" id="left" aria-hidden="true"></p>
    ${message('text')}
  </div>
  <div class="post" aria-hidden="true"><span class="place">Stamp<br>is on us</span></div>
  <div class="address">
    <div><label for="to">To</label> <input maxlength="${MOST.name}" value="${typed.to}" ${field('to')}></div>
    ${message('to')}
    <div><label for="from">From</label> <input maxlength="${MOST.name}" value="${typed.from}" ${field('from')}></div>
    ${message('from')}
  </div>
  <button>Post it</button>
</form>`
}
