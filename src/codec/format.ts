/**
 * What a codec of bodies is: bytes in, data or entries out, within bounds.
 *
 * Every codec answers alike: what no data of ours can be is `body_malformed` (400), and what is well
 * formed and more than we take is `body_too_complex` (413). A client that is told the first has to mend
 * its encoder; one that is told the second may send the same in smaller pieces.
 *
 * @module
 */
import { type Complexity, Fault } from '../fault.ts'
import type { MediaType } from '../value/media-type.ts'

/** How deep and how large decoded data may be. */
export interface Bounds {
  /** Lists and objects within each other. */
  readonly depth: number
  /** Members of all objects together. */
  readonly members: number
  /** The whole, the items of all lists and the members of all objects. */
  readonly values: number
  /** Bytes that the decoded data may take, as the codec estimates them: rather too many than too few. */
  readonly heap: number
}

/** Names in the order sent, with their texts or files. A name may come more than once. */
export type Entries = readonly (readonly [name: string, value: string | File])[]

/** One codec. Decoding faults: body_malformed, body_too_complex, body_too_large, media_type_unsupported. */
export interface Format {
  /** "json", "form", "cbor", "msgpack", "multipart". */
  readonly name: string
  /** "type/subtype" in lower case, as it is offered and sent. */
  readonly mediaType: string
  /** Other names of the same format, which are read and never sent. */
  readonly alsoReads?: readonly string[]
  /** "data": `decode` gives data. "entries": it gives `Entries`, which stand for data once a schema is asked. */
  readonly gives: 'data' | 'entries'
  /** True where what it gives may hold `File`s. A handler that accepts one has such a format, or is refused at boot. */
  readonly holdsFiles?: boolean
  /** `type` is the media type the body was sent with, for its parameters. May give a promise. */
  readonly decode: (bytes: Uint8Array, type: MediaType, bounds: Bounds) => unknown
  /** Null where answers are never given in it. Throws TypeError for what is no data. */
  readonly encode: ((data: unknown) => string | Uint8Array<ArrayBuffer>) | null
}

const MEBIBYTE = 1024 * 1024

/**
 * For bodies of up to 1 MiB, which is what a body may have when nobody says more.
 *
 * - depth: what people write by hand nests five deep, and 64 leaves any recursion of ours room.
 * - members: one for each 4 bytes. JSON needs five for the shortest, `"":0,`; CBOR and MessagePack need two.
 * - values: one for each 2 bytes, as in `7,`. CBOR and MessagePack need one byte.
 * - heap: what costs most, for its size, is lists in lists and objects with numbers for names: 28 times
 *   the bytes of their JSON, measured. Ordinary bodies take 3 to 8 times theirs.
 */
export const DEFAULT_BOUNDS: Bounds = Object.freeze({
  depth: 64,
  members: MEBIBYTE / 4,
  values: MEBIBYTE / 2,
  heap: 32 * MEBIBYTE,
})

/** The bounds for bodies of up to `limit` bytes: as many times the default as they are larger than 1 MiB. */
export function boundsOf(limit: number): Bounds {
  if (limit <= MEBIBYTE) return DEFAULT_BOUNDS
  const times = limit / MEBIBYTE
  const { depth, members, values, heap } = DEFAULT_BOUNDS
  const grown = (bound: number): number => Math.floor(bound * times)
  return { depth, members: grown(members), values: grown(values), heap: grown(heap) }
}

/** The refusal of what is not well formed. The reason shows nothing of the body. */
export function malformed(reason: string, cause?: unknown): Fault<'body_malformed'> {
  return new Fault('body_malformed', { reason }, cause)
}

/** The refusal of what is well formed, and too much. */
export function tooComplex(what: Complexity, limit: number): Fault<'body_too_complex'> {
  return new Fault('body_too_complex', { what, limit })
}

/** Refuses a charset that is not UTF-8. Fault: media_type_unsupported. */
export function requireUtf8({ essence, parameters }: MediaType): void {
  const charset = parameters.get('charset')
  if (charset === undefined || /^utf-8$/i.test(charset)) return
  const mediaType = `${essence}; charset=${charset}`
  throw new Fault('media_type_unsupported', { mediaType, accepts: [essence] })
}
