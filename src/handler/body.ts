/**
 * Bodies of requests as handlers know them: how large they may be, and what they were octet for octet.
 *
 * @module
 */
import { parseSize } from '../value/size.ts'

/** Bytes of a body: as it arrives, and once its content codings are undone. */
export interface BodyLimit {
  readonly wire: number
  readonly decoded: number
}

/** A size for both, or one for each: "16kb", or bytes. */
export type BodyLimitSpec =
  | string
  | number
  | { readonly wire?: string | number; readonly decoded?: string | number }

/** A body as it arrived: before its content coding was undone, which is what signatures are made of. */
export interface RawBody {
  readonly bytes: Uint8Array
  /** The `content-type` field. */
  readonly mediaType: string | null
}

/** What is not said of a limit for each is what is said of the other. Fault: setup_faulty. */
export function bodyLimit(spec: BodyLimitSpec): BodyLimit {
  if (typeof spec !== 'object') {
    const bytes = parseSize(spec)
    return { wire: bytes, decoded: bytes }
  }
  const { wire, decoded, ...rest } = spec
  const either = wire ?? decoded
  if (either === undefined || Object.keys(rest).length > 0) return bodyLimit(Number.NaN) // says how to write it
  return { wire: parseSize(wire ?? either), decoded: parseSize(decoded ?? either) }
}
