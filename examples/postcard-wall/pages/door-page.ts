/**
 * The door: a form to sign in, and one to join.
 *
 * @module
 */
import { MOST } from '../card.ts'
import { PASSWORD } from '../members/member.ts'
import { field, message } from './field.ts'
import type { Typed } from './form.ts'
import { layout } from './layout.ts'
import { type Markup, markup } from './markup.ts'

export type DoorMember = 'name' | 'password'

export interface DoorPage {
  readonly root: string
  readonly how: 'sign-in' | 'join'
  readonly typed: Typed<DoorMember>
}

export function doorPage({ root, how, typed }: DoorPage): string {
  const joining = how === 'join'
  const title = joining ? 'Join the wall' : 'Sign in'
  return layout({
    title: `${title}: The Postcard Wall`,
    root,
    visitor: null,
    here: 'door',
    content: markup`<h1>${title}</h1>
<p class="lead">${joining ? JOIN : SIGN_IN}</p>
<div class="sheets door">
  <form class="quote" method="post" action="${root}${how}" aria-label="${title}">
    <p><label for="name">Name</label>
      <input maxlength="${MOST.name}" value="${typed.values.name}" autocomplete="username" autocapitalize="none" spellcheck="false" ${field('name', typed)}></p>
    ${message('name', typed)}
    <p><label for="password">Password</label>
      <input type="password" maxlength="${PASSWORD.most}" autocomplete="${joining ? 'new' : 'current'}-password"${
        joining && markup` minlength="${PASSWORD.least}"`
      } ${field('password', typed)}></p>
    ${message('password', typed)}
    <button>${joining ? 'Join' : 'Sign in'}</button>
  </form>
</div>
<p class="other">${
      joining
        ? markup`Already a member? <a href="${root}sign-in">Sign in</a>.`
        : markup`Not a member yet? <a href="${root}join">Join the wall</a>.`
    }</p>`,
  })
}

const SIGN_IN: Markup = markup`Members sign their cards, put pictures on them, and take their own down again.`
const JOIN: Markup = markup`Choose the name that your cards are to bear, and a password of ${PASSWORD.least} characters
or more. The wall asks for no more than that, and has no way to send you a new one.`
