/**
 * A field of a form, with what was typed into it and what is wrong with that.
 *
 * @module
 */
import type { Typed } from './form.ts'
import { type Markup, markup } from './markup.ts'

/** The attributes of a field that has to be filled in. The first that is wrong has the focus. */
export function field<M extends string>(member: M, { wrong }: Typed<M>, optional = false): Markup {
  const first = Object.keys(wrong)[0]
  return markup`id="${member}" name="${member}"${!optional && markup` required`}${
    wrong[member] && markup` aria-invalid="true" aria-describedby="${member}-wrong"`
  }${member === first && markup` autofocus`}`
}

/** What is wrong with it, or nothing. */
export function message<M extends string>(member: M, { wrong }: Typed<M>): Markup | undefined | '' {
  return wrong[member] && markup`<p class="wrong" id="${member}-wrong">${wrong[member]}</p>`
}
