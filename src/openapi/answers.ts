/**
 * Answers of a handler that succeeded: status, fields, and each media type it can give.
 *
 * @module
 */
import type { HandlerContract } from '../handler/contract.ts'
import { VERBS } from '../handler/verb.ts'
import type { JsonSchema } from '../schema/json-schema.ts'
import type { Header, MediaTypeObject, Reference, Response } from './document.ts'
import type { Schemas } from './schemas.ts'

const ETAG: Header = {
  description: 'The version of the data (RFC 9110, section 8.8.3).',
  schema: { type: 'string' },
}
const LOCATION: Header = { description: 'Where what was created is.', schema: { type: 'string' } }

/** Headers that several answers have. */
export const SHARED_HEADERS: { readonly [name: string]: Header } = { ETag: ETAG, Location: LOCATION }

const SHARED = {
  etag: { $ref: '#/components/headers/ETag' },
  location: { $ref: '#/components/headers/Location' },
}

/** The answers by status. */
export function answersOf(
  name: string,
  handler: HandlerContract,
  schemas: Schemas,
): { readonly [status: string]: Response } {
  const { verb, offers, versioned } = handler
  const headers = headersOf(handler)
  const fields = Object.keys(headers).length === 0 ? {} : { headers }
  if (offers === undefined) return { 204: { description: 'Done; there is nothing to give.', ...fields } }
  const content = Object.fromEntries(offers.map((type) => [type, mediaOf(name, handler, type, schemas)]))
  const answer = { [VERBS[verb].status]: { description: descriptionOf(handler), ...fields, content } }
  if (versioned !== true || !VERBS[verb].safe) return answer
  return { ...answer, 304: { description: 'What the caller has is current.', ...fields } }
}

function descriptionOf({ verb, gives, location }: HandlerContract): string {
  if (gives === 'items') return 'Items, one after the other, as they come.'
  if (gives === 'chunks') return 'Bytes, as they come.'
  if (VERBS[verb].status !== 201) return 'Done.'
  return location === undefined ? 'Created.' : 'Created; `location` says where.'
}

function headersOf({
  verb,
  versioned,
  tagged,
  fresh,
  location,
  offers,
}: HandlerContract): Record<string, Header | Reference> {
  const isTagged = VERBS[verb].safe ? versioned === true : tagged === true
  return {
    ...(isTagged && offers !== undefined && { etag: SHARED.etag }),
    ...(fresh !== undefined && {
      'cache-control': { description: 'How long it may be kept.', schema: { type: 'string', const: fresh } },
    }),
    ...(location !== undefined && VERBS[verb].status === 201 && { location: SHARED.location }),
  }
}

function mediaOf(
  of: string,
  { gives, returns }: HandlerContract,
  type: string,
  schemas: Schemas,
): MediaTypeObject {
  switch (gives) {
    case 'data':
      return { schema: schemas.inline(returns ?? {}, { of, role: 'Output' }) }
    case 'text':
      return { schema: { type: 'string' } }
    case 'items': {
      const item = schemas.inline(returns ?? {}, { of, role: 'Item' })
      return { itemSchema: type === 'text/event-stream' ? eventOf(item) : item }
    }
    default:
      return {}
  }
}

// As OpenAPI 3.2 says server-sent events, section 4.14.4: by their fields, and the data as JSON in a text.
function eventOf(item: JsonSchema): JsonSchema {
  const data = (contentSchema: JsonSchema): JsonSchema => ({
    type: 'string',
    contentMediaType: 'application/json',
    contentSchema,
  })
  const failed = {
    type: 'object',
    description: 'The last event of a stream that failed.',
    properties: { event: { const: 'failure' }, data: data({ $ref: '#/components/schemas/Problem' }) },
    required: ['event', 'data'],
  }
  const given = { type: 'object', properties: { event: false, data: data(item) }, required: ['data'] }
  return { oneOf: [given, failed] }
}
