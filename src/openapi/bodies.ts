/**
 * Request bodies: each format that a handler reads, and how much of it.
 *
 * @module
 */
import type { HandlerContract, TakesContract } from '../handler/contract.ts'
import { isFileSchema } from '../schema/json-check/file.ts'
import { type JsonSchema, lookUp } from '../schema/json-schema.ts'
import { isRecord } from '../value/data.ts'
import type { MediaTypeObject, RequestBody } from './document.ts'
import { placedApart } from './parameters.ts'
import type { Schemas } from './schemas.ts'
import { without } from './without.ts'

/** The request body of a handler; null for one that takes none. */
export function requestBodyOf(name: string, handler: HandlerContract, schemas: Schemas): RequestBody | null {
  const { takes, accepts, limit, decodedLimit } = handler
  if (takes === undefined) return null
  const said = [...(limit === undefined ? [] : [limitText(limit, decodedLimit)]), ...flowTexts(takes)].join(
    ' ',
  )
  const media = mediaOf(name, handler, takes, schemas)
  const left = without(accepts ?? {}, placedApart(handler))
  return {
    ...(said !== '' && { description: said }),
    required: isRequired(takes, left, accepts ?? {}),
    content: Object.fromEntries(mediaTypesOf(takes, left).map((type) => [type, media])),
    ...(limit !== undefined && { 'x-limit': limit }),
    ...(decodedLimit !== undefined && { 'x-decoded-limit': decodedLimit }),
  }
}

// Forms alone hold files. A handler that needs one reads other data formats, too, which is no way to call it: the
// format of its answers is one of those that it is given.
function mediaTypesOf({ body, mediaTypes, schema = {} }: TakesContract, left: JsonSchema): readonly string[] {
  const { properties, required } = body === 'members' ? left : schema
  const needsFile =
    isRecord(properties) &&
    Array.isArray(required) &&
    required.some((name: string) => Object.hasOwn(properties, name) && isFileSchema(properties[name]))
  return needsFile && mediaTypes.includes(FORM) ? [FORM] : mediaTypes
}

const FORM = 'multipart/form-data'

function mediaOf(
  of: string,
  handler: HandlerContract,
  takes: TakesContract,
  schemas: Schemas,
): MediaTypeObject {
  const { accepts } = handler
  const { as, body, schema } = takes
  switch (as) {
    case 'data':
      if (body !== 'members') return { schema: schemas.inline(schema ?? {}, { of, role: 'Body' }) }
      return { schema: membersLeft(of, accepts ?? {}, placedApart(handler), schemas) }
    case 'text':
      return { schema: { type: 'string' } }
    case 'items':
      return { itemSchema: schemas.inline(schema ?? {}, { of, role: 'Item' }) }
    // Octets are what a media type is of when nothing is said of them (OpenAPI 3.1, section 4.8.14).
    default:
      return {}
  }
}

function membersLeft(
  of: string,
  accepts: JsonSchema,
  apart: ReadonlySet<string>,
  schemas: Schemas,
): JsonSchema {
  const left = without(accepts, apart)
  return schemas.inline(accepts, { of, role: 'Input' }, left)
}

// Members that may all be left out are no body as well; a stream that is not there is an empty one.
function isRequired({ as, body }: TakesContract, left: JsonSchema, root: JsonSchema): boolean {
  return body === 'members' ? requiresSome(left, root) : as === 'data' || as === 'bytes' || as === 'text'
}

// `above` holds what this is a part of: an object that is part of itself requires nothing more.
function requiresSome(schema: JsonSchema, root: JsonSchema, above: readonly JsonSchema[] = []): boolean {
  if (above.includes(schema)) return false
  const { required, allOf, anyOf, oneOf, $ref } = schema
  const parts = (list: unknown): JsonSchema[] => (Array.isArray(list) ? list.filter(isRecord) : [])
  const requires = (part: JsonSchema): boolean => requiresSome(part, root, [...above, schema])
  return (
    (Array.isArray(required) && required.length > 0) ||
    parts(allOf).some(requires) ||
    [anyOf, oneOf].some((list) => parts(list).length > 0 && parts(list).every(requires)) ||
    (typeof $ref === 'string' && requires(lookUp($ref, root)))
  )
}

function flowTexts({ limits = {} }: TakesContract): string[] {
  const { item, parts, part } = limits
  return [
    ...(item === undefined ? [] : [`At most ${item} bytes for each item.`]),
    ...(parts === undefined ? [] : [`At most ${parts} parts.`]),
    ...(part === undefined ? [] : [`At most ${part} bytes for each part.`]),
  ]
}

function limitText(limit: number, decoded: number | undefined): string {
  const text = `At most ${limit} bytes`
  return decoded === undefined ? `${text}.` : `${text}, and ${decoded} once its content coding is undone.`
}
