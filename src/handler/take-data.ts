/**
 * Taking data: the whole body, in one of the handler's formats.
 *
 * @module
 */
import { chain } from '../call/after.ts'
import { checkCodings, decodeContent } from '../codec/coding.ts'
import { boundsOf, type Entries, type Format } from '../codec/format.ts'
import type { Input } from '../contract.ts'
import { Fault, isFault } from '../fault.ts'
import { type MediaType, mediaType } from '../value/media-type.ts'
import type { RawBody } from './body.ts'
import type { Arrival, Received, Taking } from './taking.ts'

export const TAKES_DATA: Taking = {
  takes: 'data',
  mediaTypes: (formats) => formats.map((format) => format.mediaType),
  whenAbsent: true,
  receive: (arrival) => {
    const { headers, formats, input } = arrival
    const field = headers['content-type']
    const type = field === undefined ? null : mediaType(field)
    const format = type === null ? undefined : formatOf(formats, type)
    if (input.absent) return noneIn(format)
    if (format === undefined || type === null)
      return noneOr(input, unreadable(field, TAKES_DATA.mediaTypes(formats)))
    return readBody(arrival, (bytes, raw) =>
      bytes.byteLength === 0
        ? noneIn(format)
        : chain(format.decode(bytes, type, boundsOf(arrival.limit.decoded)), (value) =>
            format.gives === 'entries'
              ? { value: undefined, entries: value as Entries, raw }
              : { value, entries: null, raw },
          ),
    )
  },
}

// No bytes are no data. A form without entries is one, with nothing chosen in it.
function noneIn(format: Format | undefined): Received | null {
  return format?.gives === 'entries' ? { value: undefined, entries: [], raw: null } : null
}

/**
 * Null where a body turns out to have no bytes, however it was framed: a proxy may send "chunked" for none. Else the
 * refusal, before more than its first bytes are read.
 */
export function noneOr(input: Input, refusal: Fault): Promise<null> {
  if (input.length !== null && input.length > 0) throw refusal
  return input.bytes(0).then(
    () => null,
    (thrown: unknown) => {
      throw isFault(thrown, 'body_too_large') ? refusal : thrown
    },
  )
}

/** Reads a body within its limits and undoes its content codings. Known refusals come before a byte is read. */
export function readBody(
  { headers, input, limit }: Arrival,
  next: (bytes: Uint8Array, raw: RawBody) => Received | null | PromiseLike<Received | null>,
): Promise<Received | null> {
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
