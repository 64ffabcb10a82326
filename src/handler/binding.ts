/**
 * Binding, worked out at boot: which member of a handler's input comes from where. One table:
 *
 *   a name in the path template        the path
 *   pinned by `from`                   the query, a field or a cookie
 *   the rest, for reads and deletes    the query
 *   the rest, for the other verbs      the body; the query where the body is one value
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
} from '../schema/coerce.ts'
import type { JsonSchema } from '../schema/json-schema.ts'
import { isToken } from '../value/headers.ts'
import type { Definition } from './handler.ts'
import type { Source } from './source.ts'
import { parseTemplate, type Template } from './template.ts'
import { VERBS } from './verb.ts'

/** Where a member is pinned, under which name. */
export interface Pin {
  readonly member: string
  readonly in: Source['in']
  readonly name: string
}

export interface Binding {
  readonly template: Template
  /** What a body is: nothing, members of the input, the input itself, or its member `body`. */
  readonly body: 'nothing' | 'members' | 'whole' | 'member'
  readonly rest: 'query' | 'body'
  /**
   * True where the input is an object and all of it comes from the body: what was decoded is it then, and
   * need not be put together. Not where a member is called as something that every object has.
   */
  readonly plain: boolean
  /** Of the input; null for a handler that accepts nothing, and where the body is the input. */
  readonly members: MemberForms | null
  readonly pins: readonly Pin[]
  /** Pins to the query by their name there; null without any. */
  readonly queryPins: ReadonlyMap<string, string> | null
  /** The members that are pinned. */
  readonly pinned: ReadonlySet<string>
  /** Lists from the query that are empty when it names them not at all. */
  readonly emptyLists: readonly string[]
  /** How entries of a form stand for data; null where no form is read. */
  readonly form: { readonly members: MemberForms; readonly emptyLists: readonly string[] } | null
}

/** The JSON Schemas of what a handler takes. */
export interface Taken {
  readonly accepts: JsonSchema | null
  readonly body: JsonSchema | null
  /** Whether entries of a form are read: asked for by the handler, or offered by its service where it can. */
  readonly forms: 'asked' | 'offered' | 'never'
}

/** The name of the member that one whole body is. */
export const BODY = 'body'

/** Works out and checks the binding. Fault: setup_faulty. */
export function bindingOf(handler: string, definition: Definition, taken: Taken): Binding {
  const template = parseTemplate(definition.path)
  const { verb, body: bodySchema, taking } = definition
  const hasBody = bodySchema !== undefined || taking !== undefined
  if (hasBody && VERBS[verb].rest === 'query')
    throw setup(handler, `it ${verb}, which carries no body`, 'Use a verb with one, such as acts')
  const rest = hasBody ? 'query' : VERBS[verb].rest
  const pins = pinsOf(handler, definition)
  const members = taken.accepts === null ? null : memberForms(taken.accepts)
  if (taken.accepts !== null && members === null) {
    if (taken.forms === 'asked' && rest === 'body') formOf(handler, taken.accepts, template, pins, true)
    return wholeBinding(handler, definition, template, rest)
  }
  checkPlaces(handler, template, pins, members)
  if (hasBody && members?.named.has(BODY) === true)
    throw setup(handler, `its accepts has a member ${BODY} as well`, 'Call that one otherwise')
  const named = [...(members?.named.keys() ?? [])]
  const free = [...(members?.named ?? [])].filter(([name]) => isFree(name, template, pins))
  if (rest === 'query') checkQuery(handler, free, members)
  checkQueryNames(handler, pins, new Set(rest === 'query' ? free.map(([name]) => name) : []))
  const takesMembers = rest === 'body' && members !== null && holdsMore(members, [...placed(template, pins)])
  return {
    template,
    body: hasBody ? 'member' : takesMembers ? 'members' : 'nothing',
    rest,
    plain: takesMembers && template.names.length === 0 && pins.length === 0 && !named.some(isInherited),
    members,
    pins,
    queryPins: queryPinsOf(pins),
    pinned: new Set(pins.map(({ member }) => member)),
    emptyLists: members === null ? [] : emptyListsOf(members, fromQuery(members, rest, free, pins)),
    form:
      taken.forms === 'never' || !(hasBody || takesMembers)
        ? null
        : formOf(handler, hasBody ? taken.body : taken.accepts, template, pins, taken.forms === 'asked'),
  }
}

// The body is the input: nothing else can be a part of it.
function wholeBinding(
  handler: string,
  definition: Definition,
  template: Template,
  rest: Binding['rest'],
): Binding {
  if (rest === 'query') {
    const fix = 'Accept an object: each name in the path or the query is a member of it'
    throw setup(handler, 'accepts is no object', fix)
  }
  if (template.names.length > 0 || Object.keys(definition.from).length > 0) {
    const fix = 'Accept an object of those, and say what the body is by `body`'
    throw setup(handler, 'accepts is no object, and members come from the path or elsewhere', fix)
  }
  return {
    template,
    body: 'whole',
    rest,
    plain: false,
    members: null,
    pins: [],
    queryPins: null,
    pinned: new Set(),
    emptyLists: [],
    form: null,
  }
}

function pinsOf(handler: string, { from }: Definition): Pin[] {
  return Object.keys(from).map((member) => {
    const source = from[member] as Source | undefined
    if (source === undefined || !['query', 'header', 'cookie'].includes(source.in))
      throw setup(
        handler,
        `from.${member} is no source`,
        'Write it as query(), header("if-match") or cookie()',
      )
    const name = source.name ?? member
    if (source.in === 'cookie' && !isToken(name))
      throw setup(handler, `from.${member} is no cookie name`, 'Name it, as cookie("theme")')
    return { member, in: source.in, name }
  })
}

function checkPlaces(
  handler: string,
  template: Template,
  pins: readonly Pin[],
  members: MemberForms | null,
): void {
  for (const name of template.names) checkSingle(handler, name, `{${name}} in its path`, members)
  for (const { member, in: place } of pins) {
    if (template.names.includes(member))
      throw setup(handler, `member ${member} is pinned, and a name in its path`, 'Take it out of one of them')
    const form = members?.named.get(member)
    if (form === undefined || place !== 'query') checkSingle(handler, member, `from.${member}`, members)
    else if (!isWritable(form)) throw unwritable(handler, `member ${member}`)
  }
}

// Two members of one name in the query: one of them would never be given.
function checkQueryNames(handler: string, pins: readonly Pin[], free: ReadonlySet<string>): void {
  const taken = new Map<string, string>()
  for (const { member, in: place, name } of pins) {
    if (place !== 'query') continue
    const other = free.has(name) ? name : taken.get(name)
    if (other !== undefined) {
      const reason = `members ${member} and ${other} are both ${name} in the query`
      throw setup(handler, reason, 'Give one of them another name there')
    }
    taken.set(name, member)
  }
}

function checkSingle(handler: string, name: string, what: string, members: MemberForms | null): void {
  const form = members?.named.get(name)
  if (form === undefined) throw setup(handler, `${what} is no member of accepts`, `Add ${name} to accepts`)
  if (isText(form)) return
  const reason = `member ${name} is no simple value and comes from the path, a field or a cookie`
  throw setup(handler, reason, 'Take a text, a number or a boolean there')
}

type Named = readonly (readonly [string, Parameters<typeof isWritable>[0]])[]

function checkQuery(handler: string, free: Named, members: MemberForms | null): void {
  for (const [name, form] of free) if (!isWritable(form)) throw unwritable(handler, `member ${name}`)
  if (members !== null && members.others !== null && !isWritable(members.others))
    throw unwritable(handler, 'a member under another name')
}

function formOf(
  handler: string,
  schema: JsonSchema | null,
  template: Template,
  pins: readonly Pin[],
  asked: boolean,
): Binding['form'] {
  const members = schema === null ? null : memberForms(schema)
  if (members === null) {
    if (schema === null || !asked) return null
    throw setup(
      handler,
      'it reads forms, and its body is no object',
      'Accept an object, or leave forms out of formats',
    )
  }
  const free = [...members.named].filter(([name]) => isFree(name, template, pins))
  for (const [name, form] of free) {
    if (isWritable(form)) continue
    if (!asked) return null
    const reason = `it reads forms, and member ${name} is an object, or a list of more than simple values`
    throw setup(handler, reason, 'Take it apart, or leave forms out of formats')
  }
  return { members, emptyLists: emptyListsOf(members, free) }
}

function fromQuery({ named }: MemberForms, rest: Binding['rest'], free: Named, pins: readonly Pin[]): Named {
  const pinned = pins.filter((pin) => pin.in === 'query' && named.has(pin.member))
  return [
    ...(rest === 'query' ? free : []),
    ...pinned.map(({ member }) => [member, named.get(member)!] as const),
  ]
}

function emptyListsOf(members: MemberForms, free: Named): string[] {
  return free.map(([name]) => name).filter((name) => isEmptyWhenAbsent(members, name))
}

function queryPinsOf(pins: readonly Pin[]): ReadonlyMap<string, string> | null {
  const found = pins.filter((pin) => pin.in === 'query').map(({ name, member }) => [name, member] as const)
  return found.length === 0 ? null : new Map(found)
}

function isInherited(name: string): boolean {
  return name in Object.prototype
}

function placed(template: Template, pins: readonly Pin[]): Set<string> {
  return new Set([...template.names, ...pins.map(({ member }) => member)])
}

function isFree(name: string, template: Template, pins: readonly Pin[]): boolean {
  return !template.names.includes(name) && !pins.some(({ member }) => member === name)
}

function unwritable(handler: string, what: string): Fault {
  const reason = `${what} is an object, or a list of more than simple values, and comes from the query`
  return setup(handler, reason, 'Take it apart, or use a verb with a body')
}

function setup(handler: string, reason: string, fix: string): Fault {
  return new Fault('setup_faulty', { what: `Handler "${handler}"`, reason, fix })
}
