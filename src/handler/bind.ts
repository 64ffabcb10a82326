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
import { coerceList, coerceText, isUnwritable, takesList } from '../schema/coerce.ts'
import { type JsonSchema, membersOf } from '../schema/json-schema.ts'
import { isRecord, pointer } from '../value/data.ts'
import { parseQuery } from '../value/query.ts'
import type { Definition } from './handler.ts'
import { parseTemplate, type Template } from './template.ts'
import { VERBS } from './verb.ts'

export interface Binding {
  readonly template: Template
  readonly rest: 'query' | 'body'
  /** Null for a handler that accepts nothing. */
  readonly root: JsonSchema | null
  readonly members: ReadonlyMap<string, JsonSchema>
}

/** Works out and checks the binding at boot. `accepts` is its JSON Schema. Fault: setup_faulty. */
export function bindingOf(handler: string, definition: Definition, accepts: JsonSchema | null): Binding {
  const template = parseTemplate(definition.path)
  const { rest } = VERBS[definition.verb]
  const members = accepts === null ? new Map<string, JsonSchema>() : membersOf(accepts)
  if (members === null) {
    throw setup(
      handler,
      'accepts is no object',
      'Accept an object: each name in the path, the query or the body is a member of it',
    )
  }
  for (const name of template.names) {
    if (!members.has(name))
      throw setup(handler, `{${name}} in its path is no member of accepts`, `Add ${name} to accepts`)
  }
  for (const [name, schema] of members) {
    const fromText = template.names.includes(name) || rest === 'query'
    if (fromText && isUnwritable(schema, accepts!)) {
      const place = template.names.includes(name) ? 'path' : 'query'
      throw setup(
        handler,
        `member ${name} is an object and comes from the ${place}`,
        'Take it apart, or use a verb with a body',
      )
    }
  }
  return { template, rest, root: accepts, members }
}

/** True when the handler reads a body. */
export function takesBody({ rest, root, members, template }: Binding): boolean {
  const allInPath = members.size > 0 && members.size === template.names.length
  return rest === 'body' && root !== null && !allInPath
}

/**
 * Puts the input together, unchecked but for its places.
 *
 *   texts   the path's segments for the template's names
 *   body    the decoded body, or undefined when the handler reads none
 *   Fault   input_misplaced, input_invalid (a name that comes again), body_malformed, target_faulty
 */
export function bind(
  binding: Binding,
  texts: readonly string[],
  query: string | null,
  body: unknown,
): unknown {
  const { root, members, template } = binding
  const input = Object.create(null) as Record<string, unknown>
  if (body !== undefined) takeBody(input, binding, body)
  takeQuery(input, binding, query)
  if (root === null) return undefined
  for (const [at, name] of template.names.entries())
    input[name] = coerceText(texts[at]!, members.get(name)!, root)
  return input
}

function takeBody(input: Record<string, unknown>, binding: Binding, body: unknown): void {
  if (!isRecord(body))
    throw new Fault('input_invalid', { issues: [{ pointer: '', message: 'must be an object' }] })
  for (const name of Object.keys(body)) {
    if (binding.template.names.includes(name)) throw misplaced(name, 'body', 'path')
    input[name] = body[name]
  }
}

function takeQuery(input: Record<string, unknown>, binding: Binding, query: string | null): void {
  const { rest, root, members, template } = binding
  const given = new Map<string, string[]>()
  for (const [name, text] of parseQuery(query)) {
    if (template.names.includes(name)) throw misplaced(name, 'query', 'path')
    if (rest === 'body') {
      if (members.has(name)) throw misplaced(name, 'query', 'body')
    } else {
      const texts = given.get(name)
      if (texts === undefined) given.set(name, [text])
      else texts.push(text)
    }
  }
  for (const [name, texts] of given) {
    const schema = members.get(name)
    if (schema === undefined || root === null) input[name] = texts.length === 1 ? texts[0] : texts
    else if (takesList(schema, root)) input[name] = coerceList(texts, schema, root)
    else if (texts.length === 1) input[name] = coerceText(texts[0]!, schema, root)
    else
      throw new Fault('input_invalid', {
        issues: [{ pointer: pointer([name]), message: 'is given more than once' }],
      })
  }
}

function misplaced(member: string, given: string, place: string): Fault {
  return new Fault('input_misplaced', { member, given, place })
}

function setup(handler: string, reason: string, fix: string): Fault {
  return new Fault('setup_faulty', { what: `Handler "${handler}"`, reason, fix })
}
