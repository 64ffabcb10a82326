/**
 * Values as the texts of paths, queries, fields and forms: what is written here is read by the handler as
 * the same value, or it is refused. `schema/form-words.ts` has the words that say how it reads.
 *
 * @module
 */
import { CallFault } from '../call-fault.ts'
import { pointer } from '../value/data.ts'
import type { ClientHandler } from './client-contract.ts'

// "string|number[string,null]!": of a single value, of a list's items, and empty where it is not there.
const WORDS = /^([^[]*)(?:\[(.*)\])?(!?)$/

/** What a contract says of one member. */
export function wordsOf(
  { members = {}, others }: Pick<ClientHandler, 'members' | 'others'>,
  name: string,
): string | undefined {
  return Object.hasOwn(members, name) ? members[name] : others
}

/**
 * The texts of one member: one, or one for each item of a list. Fault: input_invalid.
 *
 *   words   from the contract; undefined for a name that it does not have, which the handler refuses
 */
export function textsOf(name: string, value: unknown, words: string | undefined): string[] {
  const isList = Array.isArray(value)
  const values = isList ? (value as unknown[]) : [value]
  const texts = values.map((one) => textOf(name, one))
  if (words === undefined) return texts
  const [, single = '', inner, empty] = WORDS.exec(words)!
  if (values.length === 0 && empty === '') throw unfit([name], 'cannot be an empty list there: leave it out')
  // One text alone is taken for a list where no single text is awaited.
  const isOneList = inner !== undefined && !/string|number|boolean/.test(single)
  const isMany = values.length !== 1 && (inner !== undefined || single === '')
  const items = isList ? (inner ?? '').split(',') : [single]
  if (
    (isList ? isOneList || isMany : !isOneList) &&
    values.every((one, at) => readsAs(one, items[at] ?? items.at(-1)!))
  )
    return texts
  throw unfit([name], 'would be read as something else there')
}

function readsAs(value: unknown, words: string): boolean {
  const type = value === null ? 'null' : typeof value
  if (words === '' || words.includes('string')) return type === 'string'
  // A text that is no number is a text to the handler as well, which refuses it by its name.
  if (type === 'string') return !/^(?:true|false|null|-?\d.*)$/.test(value as string)
  return words.includes(type) && (type !== 'number' || Number.isFinite(value))
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string' && value.isWellFormed()) return value
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value)
  throw unfit([name], value === undefined ? 'is missing' : 'cannot be written there')
}

export function unfit(path: readonly (string | number)[], message: string): CallFault<'input_invalid'> {
  return new CallFault('input_invalid', { issues: [{ pointer: pointer(path), message }] })
}
