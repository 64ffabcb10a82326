/**
 * Taking data: the whole body, in one of the handler's formats.
 *
 * @module
 */
import { chain } from '../call/after.ts'
import { checkCodings, decodeContent } from '../codec/coding.ts'
import { boundsOf, type Entries, type Format } from '../codec/format.ts'
import { Fault } from '../fault.ts'
import { type MediaType, mediaType } from '../value/media-type.ts'
import type { RawBody } from './body.ts'
import type { Arrival, Received, Taking } from './taking.ts'

export const TAKES_DATA: Taking = {
  takes: 'data',
  mediaTypes: (formats) => formats.map((format) => format.mediaType),
  receive: (arrival) => {
    const { headers, formats } = arrival
    const field = headers['content-type']
    const type = field === undefined ? null : mediaType(field)
    const format = type === null ? undefined : formatOf(formats, type)
    if (format === undefined || type === null) throw unreadable(field, TAKES_DATA.mediaTypes(formats))
    return readBody(arrival, (bytes, raw) =>
      chain(format.decode(bytes, type, boundsOf(arrival.limit.decoded)), (value) =>
        format.gives === 'entries'
          ? { value: undefined, entries: value as Entries, raw }
          : { value, entries: null, raw },
      ),
    )
  },
}

/** Reads a body within its limits and undoes its content codings. Known refusals come before a byte is read. */
export function readBody(
  { headers, input, limit }: Arrival,
  next: (bytes: Uint8Array, raw: RawBody) => Received | PromiseLike<Received>,
): Promise<Received> {
  const coding = headers['content-encoding']
  if (coding !== undefined) checkCodings(coding)
  return input.bytes(limit.wire).then((bytes) => {
    const raw = { bytes, mediaType: headers['content-type'] ?? null }
    if (coding !== undefined)
      return decodeContent(bytes, coding, { limit: limit.decoded }).then((content) => next(content, raw))
    if (bytes.byteLength > limit.decoded)
      throw new Fault('body_too_large', { bytes: bytes.byteLength, limit: limit.decoded })
    return next(bytes, raw)
  })
}

/** Refuses a media type that is not read. */
export function unreadable(field: string | undefined, accepts: readonly string[]): Fault {
  return new Fault('media_type_unsupported', { mediaType: field ?? null, accepts })
}

// The same parsed type decides who decodes: no two readers, no two readings.
function formatOf(formats: readonly Format[], { essence }: MediaType): Format | undefined {
  return formats.find((one) => one.mediaType === essence || one.alsoReads?.includes(essence) === true)
}
