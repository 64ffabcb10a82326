/**
 * Composing a call: from a handler's contract and data to a request. The other side of
 * `handler/bind.ts`: what is written here is read there as the same data, or it is refused.
 *
 * @module
 */
import { MAX_DEPTH } from '../codec/json.ts'
import { Fault } from '../fault.ts'
import type { HandlerContract } from '../handler/contract.ts'
import type { Verb } from '../handler/verb.ts'
import {
  holdsMore,
  isEmptyWhenAbsent,
  type MemberForms,
  memberForms,
  readTexts,
  type TextForm,
} from '../schema/coerce.ts'
import { pointer } from '../value/data.ts'
import { type RequestValue, request } from '../value/message.ts'
import { writeQuery } from '../value/query.ts'

/**
 * Writes one call.
 *
 *   Fault  input_invalid: no object, a name in the path without a value, or a member that its place
 *          cannot hold; field_faulty
 */
export type Composer = (data: unknown, headers: { readonly [name: string]: string }) => RequestValue

// All that a client needs of `handler/verb.ts`.
const METHODS = {
  reads: 'GET',
  creates: 'POST',
  replaces: 'PUT',
  updates: 'PATCH',
  deletes: 'DELETE',
  acts: 'POST',
} as const satisfies { readonly [V in Verb]: string }

const NOTHING: MemberForms = { named: new Map(), required: new Set(), others: null, closed: false }

/** Works out how calls of one handler are written. Fault: setup_faulty for a verb of a later version. */
export function composerOf({ verb, path, gives, accepts }: HandlerContract): Composer {
  if (!Object.hasOwn(METHODS, verb)) {
    const what = `The contract of ${path}`
    throw new Fault('setup_faulty', {
      what,
      reason: `it ${String(verb)}, a verb unknown here`,
      fix: 'Update hagaki',
    })
  }
  const method = METHODS[verb]
  const names = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name!)
  const members = (accepts === undefined ? null : memberForms(accepts)) ?? NOTHING
  const inQuery = method === 'GET' || method === 'DELETE'
  const takesBody = !inQuery && accepts !== undefined && holdsMore(members, names)
  const accept = gives === 'items' ? 'text/event-stream' : 'application/json'
  return (data, headers) => {
    const input = membersToSend(data, members)
    const parts = { headers: { accept, ...headers } }
    const target = filledPath(path, (name) => pathText(name, input.get(name), members))
    for (const name of names) input.delete(name)
    if (inQuery) {
      const query = writeQuery([...input].flatMap(([name, value]) => queryPairs(name, value, members)))
      return request(method, query === '' ? target : `${target}?${query}`, parts)
    }
    if (!takesBody && input.size === 0) return request(method, target, parts)
    for (const [name, value] of input) checkJson(value, [name])
    return request(method, target, { ...parts, json: Object.fromEntries(input) as never })
  }
}

// What the contract does not name stays here, so that nothing of an object that happens to have more
// members gets into an address. A schema that refuses other names is to say so itself.
function membersToSend(data: unknown, { named, others, closed }: MemberForms): Map<string, unknown> {
  if (data === undefined) return new Map()
  if (typeof data !== 'object' || data === null || Array.isArray(data)) throw unfit([], 'must be an object')
  const known = ([name, value]: [string, unknown]): boolean =>
    value !== undefined && (named.has(name) || others !== null || closed)
  return new Map(Object.entries(data).filter(known))
}

function filledPath(template: string, textOf: (name: string) => string): string {
  const segment = (part: string): string =>
    part.startsWith('{') ? encodeURIComponent(textOf(part.slice(1, -1))) : encodeURI(part)
  return template.split('/').map(segment).join('/')
}

function pathText(name: string, value: unknown, { named }: MemberForms): string {
  const text = textOf(name, value)
  // The router refuses these in every spelling: somebody on the way could take them for another path.
  if (/^\.{0,2}$|[/\\\0]/.test(text)) throw unfit([name], 'cannot stand in a path')
  checkReadBack(name, value, [text], named.get(name))
  return text
}

function queryPairs(name: string, value: unknown, members: MemberForms): [string, string][] {
  const texts = (Array.isArray(value) ? (value as unknown[]) : [value]).map((one) => textOf(name, one))
  if (texts.length > 0) {
    checkReadBack(name, value, texts, members.named.get(name) ?? members.others ?? undefined)
  } else if (!isEmptyWhenAbsent(members, name)) {
    throw unfit([name], 'cannot be an empty list in a query: leave it out')
  }
  return texts.map((text) => [name, text])
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string' && value.isWellFormed()) return value
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value)
  throw unfit([name], value === undefined ? 'is missing' : 'cannot be written in a path or a query')
}

// A null where texts may come is written "null" and read as that text, to name one of those that differ.
function checkReadBack(
  name: string,
  value: unknown,
  texts: readonly string[],
  form: TextForm | undefined,
): void {
  if (form === undefined) return // the handler is to refuse it by its name
  const read = readTexts(texts, form)
  const isSame = Array.isArray(value)
    ? Array.isArray(read) && read.every((one, at) => one === value[at])
    : read === value
  if (!isSame) throw unfit([name], 'would be read as something else in a path or a query')
}

// JSON.stringify writes null for NaN, leaves functions out, and goes around in circles.
function checkJson(value: unknown, path: readonly (string | number)[]): void {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw unfit(path, `is ${value}, which JSON has not`)
  if (typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol')
    throw unfit(path, `is a ${typeof value}, which JSON has not`)
  if (typeof value === 'object' && value !== null && path.length >= MAX_DEPTH)
    throw unfit(path.slice(0, 1), `nests deeper than ${MAX_DEPTH}`)
  if (Array.isArray(value)) {
    for (const [at, one] of value.entries()) {
      if (one === undefined) throw unfit([...path, at], 'is undefined, which JSON has not')
      checkJson(one, [...path, at])
    }
  } else if (typeof value === 'object' && value !== null && !('toJSON' in value)) {
    for (const [name, one] of Object.entries(value)) checkJson(one, [...path, name])
  }
}

function unfit(path: readonly (string | number)[], message: string): Fault {
  return new Fault('input_invalid', { issues: [{ pointer: pointer(path), message }] })
}
