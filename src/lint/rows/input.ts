/**
 * The request body, as the app reads it. Clauses 13, 14 and 32.
 *
 * @module
 */
import type { Input, RequestHeaders } from '../../contract.ts'
import { isFieldName } from '../../value/headers.ts'
import { kindOf, type Rows, unless } from '../row.ts'

/** What an input says before it is read. */
export const INPUT_ROWS: Rows<Input> = [
  {
    section: '13',
    rule: '`input.length` is a number of bytes, null when unknown, 0 without a body',
    check: ({ length }) =>
      length === null || (Number.isSafeInteger(length) && length >= 0) ? null : String(length),
  },
  {
    section: '32',
    rule: '`input.absent` is true without a body, which is not an empty one',
    check: ({ absent, length }) => {
      if (typeof absent !== 'boolean') return kindOf(absent)
      return absent && length !== 0 ? `an absent body of length ${length}` : null
    },
  },
]

/** A limit that the app asks for. */
export const LIMIT_ROWS: Rows<number | undefined> = [
  {
    section: '13',
    rule: '`input.bytes(limit)` takes a limit in bytes, by default `server.limits.body`',
    check: (limit) => unless(limit === undefined || (typeof limit === 'number' && limit >= 0), limit),
  },
]

/** The bytes that the first caller got, and a copy of them. */
export interface Kept {
  readonly bytes: Uint8Array
  readonly copy: Uint8Array
}

export const KEPT_ROWS: Rows<Kept> = [
  {
    section: '14',
    rule: 'Bytes are read-only',
    check: ({ bytes, copy }) => {
      const at = differsAt(bytes, copy)
      return at === null ? null : `a change at byte ${at}`
    },
  },
]

export interface BytesRead {
  readonly bytes: Uint8Array
  readonly limit: number
  readonly input: Input
  /** True when `stream()` was taken before. */
  readonly streamed: boolean
  /** What an earlier caller got. */
  readonly kept: Kept | null
}

export const BYTES_ROWS: Rows<BytesRead> = [
  {
    section: '14',
    rule: 'Bytes are `Uint8Array`s; nobody relies on `Buffer`',
    check: ({ bytes }) => unless(bytes instanceof Uint8Array, bytes),
  },
  {
    section: '13',
    rule: 'Each caller of `bytes` is judged by its own limit',
    check: ({ bytes, limit }) =>
      bytes.byteLength > limit ? `${bytes.byteLength} bytes, limit ${limit}` : null,
  },
  {
    section: '13',
    rule: 'Refusal stops reading, and a larger limit may resume it',
    held: 'src/call/input.test.ts',
    by: 'a refusal stops reading, and a larger limit resumes where it stopped',
  },
  {
    section: '13',
    rule: '`bytes` is one shared read: every caller gets the same bytes',
    check: ({ bytes, kept }) =>
      kept === null || differsAt(bytes, kept.copy) === null ? null : 'other bytes',
  },
  {
    section: '13',
    rule: 'A known length is that of the bytes',
    check: ({ bytes, input: { length } }) => miscounted(bytes.byteLength, length),
  },
  {
    section: '13',
    rule: '`bytes` after `stream` is a fault',
    check: ({ streamed }) => (streamed ? 'bytes after stream' : null),
  },
  {
    section: '13',
    rule: 'Bytes are after transfer coding, before content coding',
    held: 'test/clauses/demand.test.ts',
    by: 'a body is given without its transfer coding, and with its content coding',
  },
  {
    section: '13',
    rule: 'The first demand sends 100-continue',
    held: 'test/clauses/demand.test.ts',
    by: 'the first demand sends 100-continue: neither the call nor the second does',
  },
]

/** `stream()` gave something, after it or `bytes` had taken the body before, or not. */
export interface StreamTaken {
  readonly pieces: AsyncIterable<Uint8Array>
  readonly before: 'bytes' | 'stream' | null
}

export const TAKEN_ROWS: Rows<StreamTaken> = [
  {
    section: '13',
    rule: '`input.stream()` is an async iterable, taken once',
    check: ({ pieces, before }) => {
      if (before === 'stream') return 'a second stream'
      const iterable = typeof pieces === 'object' && pieces !== null && Symbol.asyncIterator in pieces
      return unless(iterable, pieces)
    },
  },
  {
    section: '13',
    rule: '`stream` after `bytes` is a fault',
    check: ({ before }) => (before === 'bytes' ? 'a stream after bytes' : null),
  },
]

/** One piece of a stream, or its end (null), with the bytes so far. */
export interface PieceRead {
  readonly piece: Uint8Array | null
  readonly read: number
  readonly length: number | null
}

export const PIECE_ROWS: Rows<PieceRead> = [
  {
    section: '14',
    rule: 'The pieces of a stream are `Uint8Array`s, too',
    check: ({ piece }) => unless(piece === null || piece instanceof Uint8Array, piece),
  },
  {
    section: '14',
    rule: 'A body is transferred between threads only when nothing else has taken it, else copied',
    held: 'test/clauses/threads.test.ts',
    by: 'a body that goes to a thread is still whole here, whoever else has taken it',
  },
  {
    section: '13',
    rule: 'A known length is that of the pieces of a stream together',
    check: ({ piece, read, length }) =>
      piece === null || (length !== null && read > length) ? miscounted(read, length) : null,
  },
]

export interface TrailersRead {
  readonly trailers: RequestHeaders | null
  readonly input: Input
}

export const TRAILERS_READ_ROWS: Rows<TrailersRead> = [
  {
    section: '13',
    rule: '`input.trailers()` gives headers (6) after the end, if there were any, else null',
    check: ({ trailers, input }) => {
      if (trailers === null) return null
      if (input.absent) return 'trailers without a body'
      if (typeof trailers !== 'object' || Object.getPrototypeOf(trailers) !== null) return kindOf(trailers)
      return Object.keys(trailers).every(isFieldName) ? null : 'a name that is not in lower case'
    },
  },
]

function miscounted(bytes: number, length: number | null): string | null {
  return length === null || bytes === length ? null : `${bytes} bytes, length ${length}`
}

function differsAt(one: Uint8Array, other: Uint8Array): number | null {
  const length = Math.max(one.byteLength, other.byteLength)
  for (let at = 0; at < length; at++) if (one[at] !== other[at]) return at
  return null
}
