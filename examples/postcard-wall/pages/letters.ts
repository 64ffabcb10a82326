/**
 * The pages of the wall itself: it is read, written on, and taken from.
 *
 * @module
 */
import { html, type Result, redirect } from 'hagaki'
import { NotSignedIn } from '../members/visit.ts'
import { PictureMissing, type Wall } from '../wall.ts'
import { type Names, readForm, whatIsWrong } from './form.ts'
import { type Asked, asks, type Page } from './page.ts'
import { postcard } from './postcard.ts'
import { wallPage } from './wall-page.ts'
import { BLANK, type Letter, type LetterMember } from './writing-form.ts'

export function letters(wall: Wall): Record<'front' | 'write' | 'one' | 'takeDown', Page> {
  const show = async (asked: Asked, letter: Letter, status: number): Promise<Result> => {
    const before = asks(asked, 'before')
    const { cards, next } = await wall.invoke(
      'list',
      before === null ? {} : { before: Number(before) },
      asked,
    )
    const { root, visitor } = asked
    return html(wallPage({ root, visitor, cards, next, first: before === null, letter }), status)
  }
  return {
    front: (asked) => show(asked, BLANK, 200),
    write: async (asked) => {
      const values = await readForm(MEMBERS, asked.headers, asked.options)
      const { picture, alt, ...draft } = values
      try {
        const pictured = picture === '' ? draft : { ...draft, picture: { name: picture, alt } }
        const { id } = await wall.invoke('add', pictured, asked)
        return redirect(`${asked.root}#card-${id}`)
      } catch (error) {
        const wrong = wrongWithPicture(error) ?? whatIsWrong(error, NAMES)
        if (wrong === null) throw error
        return show(asked, { values, wrong }, 422)
      }
    },
    // For the script that keeps the page live: the card as the page would show it.
    one: async (asked) => {
      const card = await wall.invoke('read', { id: Number(asks(asked, 'id')) }, asked)
      return html(String(postcard(card, asked.root, asked.visitor)))
    },
    takeDown: async (asked) => {
      const { id } = await readForm(['id'], asked.headers, asked.options)
      await wall.invoke('remove', { id: Number(id) }, asked)
      return redirect(`${asked.root}#wall-title`)
    },
  }
}

const MEMBERS: readonly LetterMember[] = ['text', 'to', 'from', 'picture', 'alt']

const NAMES: Names<LetterMember> = {
  '/picture/name': ['picture', 'The picture'],
  '/picture/alt': ['alt', 'What it shows'],
  '/text': ['text', 'The message'],
  '/to': ['to', 'The addressee'],
  '/from': ['from', 'The sender'],
}

function wrongWithPicture(error: unknown): Letter['wrong'] | null {
  if (PictureMissing.is(error)) return { picture: 'The picture is not there any more. Choose it again.' }
  return NotSignedIn.is(error) ? { picture: 'Sign in again to put a picture on it.' } : null
}
