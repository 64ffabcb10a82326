/**
 * The form: a blank postcard. What was typed and what is wrong with it are shown where they belong.
 *
 * @module
 */
import { MOST } from '../card.ts'
import type { Member } from '../members/member.ts'
import { KINDS } from '../pictures/picture.ts'
import { field, message } from './field.ts'
import type { Typed } from './form.ts'
import { type Markup, markup } from './markup.ts'

export type LetterMember = 'text' | 'to' | 'from' | 'picture' | 'alt'

/** What somebody has typed. */
export type Letter = Typed<LetterMember>

export const BLANK: Letter = { values: {}, wrong: {} }

export function writingForm(root: string, visitor: Member | null, letter: Letter): Markup {
  const { text, to, from = visitor?.name } = letter.values
  return markup`<form class="postcard blank" id="write" method="post" action="${root}write" autocomplete="off">
  ${visitor !== null && photo(root, letter)}
  <div class="message">
    <label for="text">Message</label>
    <textarea rows="6" maxlength="${MOST.text}" ${field('text', letter)}>
${text}</textarea>
    <p class="left" id="left" aria-hidden="true"></p>
    ${message('text', letter)}
  </div>
  <div class="post" aria-hidden="true"><span class="place">Stamp<br>is on us</span></div>
  <div class="address">
    <div><label for="to">To</label> <input maxlength="${MOST.name}" value="${to}" ${field('to', letter)}></div>
    ${message('to', letter)}
    <div><label for="from">From</label> <input maxlength="${MOST.name}" value="${from}" ${field('from', letter)}></div>
    ${message('from', letter)}
  </div>
  <button>Post it</button>
</form>`
}

// The script shows it: without, a form could only send the picture with the card, and nobody would see how far it is.
function photo(root: string, letter: Letter): Markup {
  const { picture = '', alt } = letter.values
  return markup`<div class="photo" id="photo" hidden data-pictures="${root}api/pictures">
    <input type="hidden" name="picture" id="picture" value="${picture}">
    <div class="choose"><input type="file" id="file" accept="${Object.values(KINDS).join(',')}" aria-describedby="photo-news">
      <label for="file">Put a picture on it</label>
      <progress id="sent" max="1" value="0" aria-label="Sent of the picture" hidden></progress>
      <p id="photo-news" role="status">${letter.wrong.picture}</p></div>
    <div class="chosen" id="chosen" hidden>
      <img id="preview" alt="The picture you chose">
      <div class="alt"><label for="alt">What it shows</label> <input maxlength="${MOST.alt}" value="${alt}" ${field('alt', letter, true)}></div>
      ${message('alt', letter)}
      <button type="button" class="quiet" id="unchoose">Leave it out</button>
    </div>
  </div>`
}
