/**
 * What a request reader makes of octets, however they are cut.
 *
 *   in     pieces, which are copied: a reader overwrites what it was given
 *   out    every head, body and trailer section, and the fault that ended the reading
 *
 * @module
 */
import { DEFAULT_LIMITS } from '../../src/call/limits.ts'
import type { Limits, RequestHeaders } from '../../src/contract.ts'
import { isFault } from '../../src/fault.ts'
import { latin1 } from '../../src/wire/http1/octets.ts'
import { type RequestHead, RequestReader } from '../../src/wire/http1/request-reader.ts'

export interface ReadRequest {
  readonly head: RequestHead
  /** Octets as code units. */
  readonly body: string
  readonly trailers: RequestHeaders | null
}

export interface Reading {
  /** Whole ones. */
  readonly requests: readonly ReadRequest[]
  /** The head of a request whose body has not come, or not whole. */
  readonly open: RequestHead | null
  readonly fault: { readonly code: string; readonly detail: unknown } | null
  /** What is left of the octets where no fault ended the reading; none of a body that is open. */
  readonly rest: string
}

/** Where the head of a request was found, counted from the first octet. */
export interface Span {
  readonly from: number
  readonly to: number
}

export interface ReadingOptions {
  readonly limits?: Partial<Limits>
  /** True for a request behind which a server would read no other. */
  readonly isLast?: (head: RequestHead) => boolean
  /** Hears where a request begins, before its head is asked for. */
  readonly begins?: (at: number) => void
  /** Hears of each head. */
  readonly found?: (head: RequestHead, span: Span) => void
}

export function readRequests(pieces: Iterable<Uint8Array>, options: ReadingOptions = {}): Reading {
  const { limits, isLast = () => false, begins = () => {}, found = () => {} } = options
  const reader = readerOf(limits)
  const requests: ReadRequest[] = []
  let [open, body, pushed, over]: [RequestHead | null, string, number, boolean] = [null, '', 0, false]

  const advance = (): void => {
    for (;;) {
      if (open === null) {
        const from = pushed - reader.pendingLength
        begins(from)
        open = reader.head()
        if (open === null) return
        found(open, { from, to: pushed - reader.pendingLength })
      }
      for (let piece = reader.piece(); piece !== null; piece = reader.piece()) body += text(piece)
      if (!reader.over) return
      requests.push({ head: open, body, trailers: reader.trailers })
      over = isLast(open)
      open = null
      body = ''
      if (over) return
    }
  }

  try {
    for (const piece of pieces) {
      pushed += piece.length
      reader.push(new Uint8Array(piece))
      advance()
      if (over) break
    }
    return { requests, open, fault: null, rest: text(reader.rest()) }
  } catch (error) {
    if (!isFault(error)) throw error
    return { requests, open, fault: { code: error.code, detail: error.detail }, rest: '' }
  }
}

export function readerOf(limits: Partial<Limits> = {}): RequestReader {
  return new RequestReader({ limits: { ...DEFAULT_LIMITS, ...limits }, authority: 'here.example:80', latin1 })
}

/** Pieces between the given places, which may be any numbers. */
export function cut(octets: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [0, ...places.map((place) => place % (octets.length + 1)), octets.length]
  at.sort((a, b) => a - b)
  const pieces = at.slice(1).map((end, index) => octets.subarray(at[index], end))
  return pieces.filter((piece) => piece.length > 0)
}

/** Pieces of `size` octets. */
export function* inPieces(octets: Uint8Array, size: number): Generator<Uint8Array, void, undefined> {
  for (let at = 0; at < octets.length; at += size) yield octets.subarray(at, at + size)
}

function text(octets: Uint8Array): string {
  return latin1(octets, 0, octets.length)
}
