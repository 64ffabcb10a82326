/**
 * Calls by name: their data, what a handler gives, and why it does not. Clause 35.
 *
 * @module
 */
import { FAILURE_STATUSES } from '../call/failure.ts'
import { WholeInput } from '../call/input.ts'
import { boundsOf } from '../codec/format.ts'
import { decodeJson } from '../codec/json.ts'
import { decodeLines } from '../codec/lines.ts'
import type { Input } from '../contract.ts'
import { Fault, type FaultCode } from '../fault.ts'
import { joinBytes, utf8Bytes } from '../value/utf8.ts'
import type { ResultHead } from '../wire/frames/named.ts'
import { decodeFailed, decodeFailure } from '../wire/frames/payload.ts'
import { type ComingBody, Pieces } from './response.ts'

/** Data of a call: as JSON, or as it flows; null for none. */
export type NamedData = string | Input | null

export const NO_INPUT: Input = new WholeInput(null, 0)

export function inputOf(data: NamedData): Input {
  if (data === null) return NO_INPUT
  if (typeof data !== 'string') return data
  const bytes = utf8Bytes(data)
  return new WholeInput(bytes, bytes.byteLength)
}

/** Bytes of data that are held; what is larger comes as items. */
const MAX_GIVEN = 64 * 1024 * 1024
const GIVEN_BOUNDS = boundsOf(MAX_GIVEN)

/** What a handler gave: data, perhaps still to come, or items or bytes as they come. Faults: call_faulty. */
export function givenOf(head: ResultHead, body: Uint8Array | null | ComingBody, to: string): unknown {
  if (head.gives === 'items') return itemsOf(body, to)
  if (head.gives === 'chunks') return piecesOf(body)
  if (body === null) return undefined
  if (body instanceof Uint8Array) return dataOf(body, to)
  return whole(body, to).then((bytes) => dataOf(bytes, to))
}

/** Faults of the link and of the way are what they are; the rest is what the service answered. */
export function failureOf(payload: Uint8Array, to: string): Fault {
  const { code, detail, kind } = decodeFailure(payload)
  const fault = decodeFailed(payload, to)
  if (kind === null && (isOfTheWay(fault.code) || fault.code !== code)) return fault
  const known = kind !== null && Object.hasOwn(FAILURE_STATUSES, kind)
  const status = known
    ? FAILURE_STATUSES[kind as keyof typeof FAILURE_STATUSES]
    : kind === null
      ? fault.status
      : 500
  return new Fault('call_answered', { to, status, code, data: detail })
}

/** True for what nobody can say that a service meant. */
export function isOfTheWay(code: FaultCode): boolean {
  return OF_THE_WAY.has(code)
}

const OF_THE_WAY: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'call_refused',
  'call_lost',
  'call_timeout',
  'call_faulty',
  'draining',
])

async function* itemsOf(
  body: Uint8Array | null | ComingBody,
  to: string,
): AsyncGenerator<unknown, void, undefined> {
  try {
    yield* decodeLines(piecesOf(body))
  } catch (error) {
    throw unreadable(error, to)
  }
}

function piecesOf(body: Uint8Array | null | ComingBody): AsyncIterable<Uint8Array> {
  return body === null || body instanceof Uint8Array ? once(body) : new Pieces(body)
}

async function* once(bytes: Uint8Array | null): AsyncGenerator<Uint8Array, void, undefined> {
  if (bytes !== null) yield bytes
}

async function whole(body: ComingBody, to: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of new Pieces(body)) {
    size += piece.byteLength
    if (size > MAX_GIVEN)
      throw new Fault('call_faulty', { to, reason: `it gives more than ${MAX_GIVEN} bytes` })
    pieces.push(piece)
  }
  return joinBytes(pieces, size)
}

function dataOf(bytes: Uint8Array, to: string): unknown {
  try {
    return decodeJson(bytes, GIVEN_BOUNDS)
  } catch (error) {
    throw unreadable(error, to)
  }
}

function unreadable(error: unknown, to: string): unknown {
  if (!(error instanceof Fault) || !UNREADABLE.has(error.code)) return error
  return new Fault('call_faulty', { to, reason: `what it gives cannot be read: ${error.message}` }, error)
}

const UNREADABLE: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'body_malformed',
  'body_too_complex',
  'body_too_large',
])
