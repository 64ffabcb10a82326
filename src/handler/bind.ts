/**
 * Binding: which member of a handler's input comes from where. One table:
 *
 *   a name in the path template      the path
 *   the rest, for reads and deletes  the query
 *   the rest, for the other verbs    the body
 *
 * A member given in another place is refused and never ignored.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import {
  holdsMore,
  isEmptyWhenAbsent,
  isText,
  isWritable,
  type MemberForms,
  memberForms,
  readText,
  readTexts,
} from '../schema/coerce.ts'
import type { JsonSchema } from '../schema/json-schema.ts'
import { isRecord, pointer } from '../value/data.ts'
import { parseQuery } from '../value/query.ts'
import type { Definition } from './handler.ts'
import { parseTemplate, type Template } from './template.ts'
import { VERBS } from './verb.ts'

export interface Binding {
  readonly template: Template
  readonly rest: 'query' | 'body'
  /** Null for a handler that accepts nothing. */
  readonly members: MemberForms | null
  /** Lists from the query that are empty when it names them not at all. */
  readonly emptyLists: readonly string[]
}

/** Works out and checks the binding at boot. `accepts` is its JSON Schema. Fault: setup_faulty. */
export function bindingOf(handler: string, definition: Definition, accepts: JsonSchema | null): Binding {
  const template = parseTemplate(definition.path)
  const { rest } = VERBS[definition.verb]
  if (accepts === null) {
    if (template.names.length > 0) throw unaccepted(handler, template.names[0]!)
    return { template, rest, members: null, emptyLists: [] }
  }
  const members = memberForms(accepts)
  if (members === null) {
    throw setup(
      handler,
      'accepts is no object',
      'Accept an object: each name in the path, the query or the body is a member of it',
    )
  }
  for (const name of template.names) {
    const form = members.named.get(name)
    if (form === undefined) throw unaccepted(handler, name)
    if (!isText(form)) {
      const reason = `member ${name} is no simple value and comes from the path`
      throw setup(handler, reason, 'Take a text, a number or a boolean there')
    }
  }
  if (rest === 'body') return { template, rest, members, emptyLists: [] }
  for (const [name, form] of members.named) if (!isWritable(form)) throw unwritable(handler, `member ${name}`)
  if (members.others !== null && !isWritable(members.others))
    throw unwritable(handler, 'a member under another name')
  const emptyLists = [...members.named.keys()].filter((name) => isEmptyWhenAbsent(members, name))
  return { template, rest, members, emptyLists }
}

/** True when the handler reads a body: when one could hold a member that the path does not. */
export function takesBody({ rest, members, template }: Binding): boolean {
  return rest === 'body' && members !== null && holdsMore(members, template.names)
}

/**
 * Puts the input together, unchecked but for its places.
 *
 *   texts   the path's segments for the template's names
 *   body    the decoded body, or undefined when there is none
 *   out     an object without prototype, or undefined for a handler that accepts nothing
 *   Fault   input_misplaced, input_invalid (a name that comes again, a body that is no object),
 *           target_faulty
 */
export function bind(
  binding: Binding,
  texts: readonly string[],
  query: string | null,
  body: unknown,
): unknown {
  const { members, template } = binding
  if (members === null) return undefined
  const input = Object.create(null) as Record<string, unknown>
  if (body !== undefined) takeBody(input, template, body)
  takeQuery(input, binding, members, query)
  for (const [at, name] of template.names.entries())
    input[name] = readText(texts[at]!, members.named.get(name)!)
  return input
}

function takeBody(input: Record<string, unknown>, template: Template, body: unknown): void {
  if (!isRecord(body)) throw invalid('', 'must be an object')
  for (const name of Object.keys(body)) {
    if (template.names.includes(name)) throw misplaced(name, 'body', 'path')
    input[name] = body[name]
  }
}

function takeQuery(
  input: Record<string, unknown>,
  { rest, template, emptyLists }: Binding,
  { named, others }: MemberForms,
  query: string | null,
): void {
  const given = new Map<string, string[]>()
  for (const [name, text] of parseQuery(query)) {
    if (template.names.includes(name)) throw misplaced(name, 'query', 'path')
    if (rest === 'body') {
      if (named.has(name)) throw misplaced(name, 'query', 'body')
      continue
    }
    const texts = given.get(name)
    if (texts === undefined) given.set(name, [text])
    else texts.push(text)
  }
  for (const [name, texts] of given) {
    const form = named.get(name) ?? others
    const value = form === null ? (texts.length === 1 ? texts[0] : texts) : readTexts(texts, form)
    if (value === undefined) throw invalid(pointer([name]), 'is given more than once')
    input[name] = value
  }
  for (const name of emptyLists) input[name] ??= []
}

function misplaced(member: string, given: string, place: string): Fault {
  return new Fault('input_misplaced', { member, given, place })
}

function invalid(at: string, message: string): Fault {
  return new Fault('input_invalid', { issues: [{ pointer: at, message }] })
}

function unaccepted(handler: string, name: string): Fault {
  return setup(handler, `{${name}} in its path is no member of accepts`, `Add ${name} to accepts`)
}

function unwritable(handler: string, what: string): Fault {
  const reason = `${what} is an object, or a list of more than simple values, and comes from the query`
  return setup(handler, reason, 'Take it apart, or use a verb with a body')
}

function setup(handler: string, reason: string, fix: string): Fault {
  return new Fault('setup_faulty', { what: `Handler "${handler}"`, reason, fix })
}
