/**
 * How texts stand for values, said in a contract: so that a client in any language writes paths, queries,
 * fields and forms without reading schemas.
 *
 *   "string"            a text
 *   "number|null"       a number, or null written "null"
 *   ""                  anything: it is read as text
 *   "[string]"          a list: the name again and again
 *   "[number,string]"   a list whose first item is a number, and the others texts
 *   "string[number]"    a text, or a list of numbers
 *   "[string]!"         a list that is empty when its name is not there
 *
 * @module
 */
import { isEmptyWhenAbsent, type MemberForms, type TextForm } from './coerce.ts'

/** The members of an input by name, and what becomes of others. */
export interface MemberWords {
  readonly members: { readonly [name: string]: string }
  /** Of members under other names; absent where nothing is said of them, or they are refused. */
  readonly others?: string
  /** Members under other names are refused. */
  readonly closed?: true
}

export function memberWords(forms: MemberForms): MemberWords {
  const words = (name: string, form: TextForm): string =>
    formWords(form) + (isEmptyWhenAbsent(forms, name) ? '!' : '')
  return {
    members: Object.fromEntries([...forms.named].map(([name, form]) => [name, words(name, form)])),
    ...(forms.others !== null && { others: formWords(forms.others) }),
    ...(forms.closed && { closed: true as const }),
  }
}

function formWords({ types, items }: TextForm): string {
  // Whole numbers are written as numbers are, and a list is said by its brackets.
  const names = [...types]
    .filter((type) => type !== 'array')
    .map((type) => (type === 'integer' ? 'number' : type))
  const single = [...new Set(names)].join('|')
  return items === null ? single : `${single}[${[...items.first, items.rest].map(formWords).join(',')}]`
}
