/**
 * Parameters: what a handler takes from the path, the query and the head.
 *
 * @module
 */
import type { HandlerContract } from '../handler/contract.ts'
import { VERBS } from '../handler/verb.ts'
import { isEmptyWhenAbsent, memberForms } from '../schema/coerce.ts'
import { type JsonSchema, membersOf } from '../schema/json-schema.ts'
import type { Parameter } from './document.ts'
import type { Schemas } from './schemas.ts'

/** The names in a path, in order. */
export function namesIn(path: string): string[] {
  return [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name!)
}

/** The members that the body of a handler does not hold, because the path or `from` does. */
export function placedApart({ path, from = {} }: HandlerContract): ReadonlySet<string> {
  return new Set([...namesIn(path), ...Object.keys(from)])
}

/**
 * The parameters of a handler, in the order path, query, head.
 *
 *   names  what the names in its path are called in the document: another handler of the same path may
 *          have come first
 */
export function parametersOf(
  name: string,
  handler: HandlerContract,
  names: readonly string[],
  schemas: Schemas,
): Parameter[] {
  const { accepts, from = {}, path } = handler
  const members = accepts === undefined ? null : membersOf(accepts)
  const forms = accepts === undefined ? null : memberForms(accepts)
  const found: Parameter[] = []
  const add = (place: Parameter['in'], called: string, member: string): void => {
    const schema = members?.named.get(member) ?? {}
    const isList = place === 'query' && forms?.named.get(member)?.items != null
    const isEmpty = forms !== null && isEmptyWhenAbsent(forms, member)
    found.push({
      ...parameter(place, called, schemas.inline(accepts ?? {}, { of: name, role: 'Input' }, schema)),
      required: place === 'path' || (members?.required.has(member) === true && !isEmpty),
      ...(typeof schema['description'] === 'string' && { description: schema['description'] }),
      ...(schema['deprecated'] === true && { deprecated: true as const }),
      ...(isList && FORM),
    })
  }
  for (const [at, member] of namesIn(path).entries()) add('path', names[at]!, member)
  if (members !== null && restIsQuery(handler)) {
    const apart = placedApart(handler)
    for (const member of members.named.keys()) if (!apart.has(member)) add('query', member, member)
    if (members.others !== null) found.push(others(members.others, accepts!, name, members.named, schemas))
  }
  for (const place of ['query', 'header', 'cookie'] as const)
    for (const [member, pin] of Object.entries(from)) if (pin.in === place) add(place, pin.name, member)
  return [...found, ...conditions(handler), ...resumption(handler)]
}

const FORM = { style: 'form', explode: true } as const

function parameter(place: Parameter['in'], name: string, schema: JsonSchema): Parameter {
  return { name, in: place, required: false, schema }
}

// Beside a body that is one value, the members come from the query.
function restIsQuery({ verb, takes }: HandlerContract): boolean {
  return VERBS[verb].rest === 'query' || takes?.body === 'member'
}

// An object in this style stands in the query by its members' names, and never by its own.
function others(
  schema: JsonSchema,
  root: JsonSchema,
  of: string,
  named: ReadonlyMap<string, unknown>,
  schemas: Schemas,
): Parameter {
  const additionalProperties = schemas.inline(root, { of, role: 'Input' }, schema)
  const name = ['others', 'otherNames', 'anyOtherName'].find((one) => !named.has(one)) ?? '*'
  const description = 'Any other name.'
  return { ...parameter('query', name, { type: 'object', additionalProperties }), description, ...FORM }
}

function resumption({ resumes, from = {} }: HandlerContract): Parameter[] {
  const field = 'last-event-id'
  if (resumes !== true || Object.values(from).some((pin) => pin.in === 'header' && pin.name === field))
    return []
  const description = 'The id of the item that the caller saw last: it is given what comes after.'
  return [{ ...parameter('header', field, { type: 'string' }), description }]
}

// Entity tags, unless the handler takes them itself.
function conditions({ verb, versioned, from = {} }: HandlerContract): Parameter[] {
  if (versioned !== true) return []
  const field = VERBS[verb].safe ? 'if-none-match' : 'if-match'
  if (Object.values(from).some((pin) => pin.in === 'header' && pin.name === field)) return []
  const description = VERBS[verb].safe
    ? 'An entity tag that the caller has: while it is current the answer is 304.'
    : 'The entity tag of what is to be changed: once it is another the answer is 412.'
  return [{ ...parameter('header', field, { type: 'string' }), description }]
}
