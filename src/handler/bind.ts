/**
 * Binding a call: the input put together from path, query, pinned places and body, unchecked but
 * for its places. A member given in another place is refused and never ignored.
 *
 * @module
 */
import type { Entries } from '../codec/format.ts'
import type { RequestHeaders } from '../contract.ts'
import { Fault } from '../fault.ts'
import { type MemberForms, readText, readTexts, type TextForm } from '../schema/coerce.ts'
import { type Cookies, cookies } from '../value/cookie.ts'
import { isRecord, pointer } from '../value/data.ts'
import { parseQuery } from '../value/query.ts'
import { fieldText } from '../value/utf8.ts'
import { type Binding, BODY } from './binding.ts'
import { located } from './located.ts'
import type { Received } from './taking.ts'

type Input = Record<string, unknown>

/**
 * Puts the input together.
 *
 *   texts      the path's segments for the template's names
 *   received   the body, or null when there is none
 *   out        an object, the body itself where it is the input, or undefined for a handler that accepts
 *              nothing
 *   Fault      input_misplaced, input_invalid (a name that comes again, a body that is no object),
 *              target_faulty
 */
export function bind(
  binding: Binding,
  texts: readonly string[],
  query: string | null,
  headers: RequestHeaders,
  received: Received | null,
): unknown {
  const { members, template, body, pins } = binding
  if (body === 'whole') return received?.value
  if (members === null && body === 'nothing') return undefined
  if (binding.plain && received !== null && received.entries === null && isRecord(received.value)) {
    if (query !== null) takeQuery({}, binding, members!, query) // to refuse what is misplaced
    return received.value
  }
  const input = Object.create(null) as Input
  if (received !== null) takeBody(input, binding, received)
  else if (body === 'member') input[BODY] = undefined
  if (members === null) {
    if (query !== null) takeQuery({}, binding, NO_MEMBERS, query) // to refuse what is misplaced
    return input
  }
  takeQuery(input, binding, members, query)
  if (pins.length > 0) takePins(input, binding, members, headers)
  for (let at = 0; at < texts.length; at++) {
    const name = template.names[at]!
    input[name] = readText(texts[at]!, members.named.get(name)!)
  }
  return input
}

const NO_MEMBERS: MemberForms = { named: new Map(), required: new Set(), others: null, closed: false }

function takeBody(input: Input, binding: Binding, { value, entries }: Received): void {
  const data = entries === null ? value : ofEntries(entries, binding)
  if (binding.body === 'member') {
    input[BODY] = data
    return
  }
  if (!isRecord(data))
    throw new Fault('input_invalid', { issues: [{ pointer: '', message: 'must be an object' }] })
  const { template, pinned } = binding
  for (const name of Object.keys(data)) {
    if (template.names.includes(name)) throw misplaced(name, 'body', 'path')
    if (pinned.has(name)) throw misplaced(name, 'body', placeOf(binding, name))
    input[name] = data[name]
  }
}

function takeQuery(
  input: Input,
  binding: Binding,
  { named, others }: MemberForms,
  query: string | null,
): void {
  const { rest, template, emptyLists, queryPins, pinned, body } = binding
  if (query !== null && query !== '') {
    const given = new Map<string, string[]>()
    for (const [name, text] of parseQuery(query)) {
      // As in every body: somebody behind us may write it into an object.
      if (name === '__proto__') throw new Fault('target_faulty', { reason: 'its query names __proto__' })
      const pin = queryPins?.get(name)
      const member = pin ?? name
      if (pin === undefined) {
        if (template.names.includes(name)) throw misplaced(name, 'query', 'path')
        if (pinned.has(name)) throw misplaced(name, 'query', placeOf(binding, name))
        if (body === 'member' && name === BODY) throw misplaced(name, 'query', 'body')
        if (rest === 'body') {
          if (named.has(name)) throw misplaced(name, 'query', 'body')
          continue
        }
      }
      const texts = given.get(member)
      if (texts === undefined) given.set(member, [text])
      else texts.push(text)
    }
    for (const [name, texts] of given) {
      input[name] = valueOf(texts, named.get(name) ?? others)
      if (input[name] === undefined) throw repeated(name, binding)
    }
  }
  for (const name of emptyLists) input[name] ??= []
}

function takePins(input: Input, { pins }: Binding, { named }: MemberForms, headers: RequestHeaders): void {
  let crumbs: Cookies | null = null
  for (const { member, in: place, name } of pins) {
    if (place === 'query') continue
    if (place === 'cookie') crumbs ??= cookies(headers['cookie'])
    const text = place === 'cookie' ? crumbs![name] : headers[name]
    if (text !== undefined) input[member] = readText(fieldText(text), named.get(member)!)
  }
}

function ofEntries(entries: Entries, binding: Binding): Input {
  const { members, emptyLists } = binding.form!
  const given = new Map<string, (string | File)[]>()
  for (const [name, value] of entries) {
    const values = given.get(name)
    if (values === undefined) given.set(name, [value])
    else values.push(value)
  }
  const data = Object.create(null) as Input
  for (const [name, values] of given) {
    data[name] = entryOf(values, members.named.get(name) ?? members.others)
    if (data[name] === undefined) throw repeated(name, binding, binding.body === 'member' ? [BODY] : [])
  }
  for (const name of emptyLists) data[name] ??= []
  return data
}

// A file is itself, and stands in no text. Undefined for what comes again and is no list.
function entryOf(values: readonly (string | File)[], form: TextForm | null): unknown {
  if (values.every((value) => typeof value === 'string')) return valueOf(values, form)
  if (form?.items != null) return values
  return values.length === 1 ? values[0] : undefined
}

function valueOf(texts: readonly string[], form: TextForm | null): unknown {
  return form === null ? (texts.length === 1 ? texts[0] : texts) : readTexts(texts, form)
}

function placeOf({ pins }: Binding, member: string): string {
  const pin = pins.find((one) => one.member === member)!
  const place = pin.in === 'header' ? 'field' : pin.in
  return pin.name === member ? place : `${place} ${pin.name}`
}

function misplaced(member: string, given: string, place: string): Fault {
  return new Fault('input_misplaced', { member, given, place })
}

function repeated(name: string, binding: Binding, above: readonly string[] = []): Fault {
  const issue = { pointer: pointer([...above, name]), message: 'is given more than once' }
  return new Fault('input_invalid', { issues: located(binding, [issue]) })
}
