/**
 * Taking a whole body that is no data: bytes, or text.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import { isInRange, type Whole } from '../schema/whole.ts'
import { type MediaType, mediaType } from '../value/media-type.ts'
import { utf8Text } from '../value/utf8.ts'
import { readBody, unreadable } from './take-data.ts'
import type { Taking } from './taking.ts'

export function takesWhole({ kind, mediaTypes }: Whole): Taking {
  return {
    takes: kind,
    mediaTypes: () => mediaTypes,
    // A file may be empty, and then many a client says no more than that its length is 0.
    whenAbsent: true,
    receive: (arrival) => {
      const field = arrival.headers['content-type']
      if (field === undefined && arrival.input.absent && !isInRange(OCTETS.essence, mediaTypes)) return null
      const type = typeWithin(field, mediaTypes)
      if (kind === 'text' && !/^(?:utf-8|us-ascii)$/i.test(type.parameters.get('charset') ?? 'utf-8'))
        throw unreadable(field, mediaTypes)
      return readBody(arrival, (bytes, raw) => ({
        value: kind === 'bytes' ? bytes : textOf(bytes),
        entries: null,
        raw,
      }))
    },
  }
}

/** The media type of a body that has to be in one of some ranges. Fault: media_type_unsupported. */
export function typeWithin(field: string | undefined, ranges: readonly string[]): MediaType {
  // Bytes without a type are of any (RFC 9110 8.3), and of no one in particular.
  const type = field === undefined ? OCTETS : mediaType(field)
  if (type === null || !isInRange(type.essence, ranges)) throw unreadable(field, ranges)
  return type
}

const OCTETS: MediaType = { essence: 'application/octet-stream', parameters: new Map() }

function textOf(bytes: Uint8Array): string {
  const text = utf8Text(bytes)
  if (text === null) throw new Fault('body_malformed', { reason: 'it is not UTF-8' })
  return text
}
