/**
 * The pages of the door: to sign in, to join, and to leave.
 *
 * @module
 */
import { html, type Result, redirect } from 'hagaki'
import { PasswordsBusy } from 'hagaki/passwords'
import { NameTaken, NotLetIn } from '../members/members.ts'
import { TooManyTries } from '../members/tries.ts'
import type { Wall } from '../wall.ts'
import { type DoorMember, type DoorPage, doorPage } from './door-page.ts'
import { type Names, readForm, type Typed, whatIsWrong } from './form.ts'
import type { Asked, Page } from './page.ts'

export function door(wall: Wall): Record<'signIn' | 'join' | 'signOut', Record<'GET' | 'POST', Page>> {
  const opening = (
    how: DoorPage['how'],
    name: 'members.signIn' | 'members.join',
  ): Record<'GET' | 'POST', Page> => ({
    GET: ({ root, visitor }) =>
      visitor === null ? html(doorPage({ root, how, typed: NOTHING })) : redirect(root),
    POST: async (asked) => {
      const values = await readForm(MEMBERS, asked.headers, asked.options)
      try {
        await wall.invoke(name, values, asked)
        return redirect(asked.root)
      } catch (error) {
        const wrong = refusal(error) ?? whatIsWrong(error, NAMES)
        if (wrong === null) throw error
        return html(doorPage({ root: asked.root, how, typed: { values, wrong } }), 422)
      }
    },
  })
  return {
    signIn: opening('sign-in', 'members.signIn'),
    join: opening('join', 'members.join'),
    signOut: {
      GET: back,
      POST: async (asked) => (await wall.invoke('members.signOut', undefined, asked), back(asked)),
    },
  }
}

const back = ({ root }: Asked): Result => redirect(root)

const MEMBERS: readonly DoorMember[] = ['name', 'password']
const NOTHING: Typed<DoorMember> = { values: {}, wrong: {} }

const NAMES: Names<DoorMember> = { '/name': ['name', 'The name'], '/password': ['password', 'The password'] }

function refusal(error: unknown): Typed<DoorMember>['wrong'] | null {
  if (NameTaken.is(error)) return { name: 'Somebody has that name already. Choose another one.' }
  if (NotLetIn.is(error)) return { password: 'No member has that name and that password.' }
  if (TooManyTries.is(error)) return { password: `Too many tries. Wait for ${error.data.minutes} min.` }
  return PasswordsBusy.is(error) ? { password: 'There is a crowd at the door. Try again in a moment.' } : null
}
