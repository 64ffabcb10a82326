/**
 * The packed form: what every hop between processes speaks, readable with a standard library
 * alone in any language.
 *
 *   u32 n, big-endian, at most 64 KiB
 *   n bytes of UTF-8 JSON: members in fixed order, no spaces, headers as flat pairs
 *   then exactly as many body bytes as the head's "body" says; none for null
 *
 * Fields keep their order, so equal values whose fields are in the same order give equal bytes. Contract
 * clause 29; vectors in `spec/vectors/packed.json`.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import {
  type BodyMember,
  draftHead,
  type RequestHead,
  type ResponseHead,
  readHead,
  writeHead,
} from './head.ts'
import { repeatsMember } from './members.ts'
import type { RequestValue, ResponseValue } from './message.ts'
import { readPlainHead } from './plain-head.ts'
import { isPrintable } from './printable.ts'
import { type RoomFor, room, roomFor } from './room.ts'
import { utf8Bytes, utf8Text } from './utf8.ts'

export const MAX_PACKED_HEAD: number = 64 * 1024

/** Octets of the length in front of a head. */
const LENGTH = 4
export const HEAD_AT: number = LENGTH
const NO_LENGTH_YET = '\0\0\0\0'
const encoder = new TextEncoder()
/** Of those who pack values themselves: what they transfer, or send with all that is behind it, is no part of a call. */
const roomOfTheirs: RoomFor = room()

/**
 * Packs one value. Small ones are views on a buffer that they share: take `slice()` of one that is transferred, or
 * posted, with which all of its buffer would go. Fault: value_faulty when its head cannot be written, or is over 64 KiB.
 */
export function encodePacked(value: RequestValue | ResponseValue): Uint8Array {
  const { body } = value
  return packMessage(value, body === null ? null : body.byteLength, body, roomOfTheirs)
}

/** Unpacks one value from exactly these bytes. The body is a view on them. Fault: value_faulty, field_faulty. */
export function decodePacked(bytes: Uint8Array): RequestValue | ResponseValue {
  const { value, body, rest } = unpackMessage(bytes, 'packed')
  const expected = body ?? 0
  if (typeof expected !== 'number') throw faulty('the body is still to come')
  if (rest.byteLength !== expected)
    throw faulty(`its body has ${rest.byteLength} bytes and should have ${expected}`)
  if (body !== null) value.body = rest
  return value
}

/** A head with what its body member says, and the bytes that go with it. Fault: value_faulty. */
export function packMessage(
  head: RequestHead | ResponseHead,
  member: BodyMember,
  body: Uint8Array | null,
  inRoom: RoomFor = roomFor,
): Uint8Array {
  const draft = draftHead(head, member)
  const length = draft.length
  if (length <= MAX_PACKED_HEAD) {
    const bytes = inRoom(LENGTH + length + (body === null ? 0 : body.byteLength))
    const { read, written } = encoder.encodeInto(NO_LENGTH_YET + draft, bytes)
    // Otherwise it holds what takes more than one octet, or what JSON escapes.
    if (read === written && read === LENGTH + length && isPrintable(bytes, LENGTH, LENGTH + length)) {
      return finished(bytes, length, body)
    }
  }
  return packed(utf8Bytes(writeHead(head, member)), body)
}

/** A value without its body, what its head says of that, and the bytes behind the head. */
export interface Unpacked {
  /** Of nobody else yet. */
  readonly value: (RequestHead | ResponseHead) & { body: Uint8Array | null }
  readonly body: BodyMember
  readonly rest: Uint8Array
}

/** Undoes `packMessage`. `form` is for messages. Fault: value_faulty, field_faulty. */
export function unpackMessage(bytes: Uint8Array, form: string): Unpacked {
  const end = headEnd(bytes)
  const rest = bytes.subarray(end)
  const plain = readPlainHead(bytes, LENGTH, end)
  if (plain !== null) return { value: plain.value, body: plain.body, rest }
  const { value, body } = readHead(headOf(headText(bytes, end)), form)
  return { value: { ...value, body: null }, body, rest }
}

/**
 * A length and a JSON text, with a body behind them: what frames and packed values are. Small ones are views on a
 * buffer that they share. Fault: value_faulty over 64 KiB.
 */
export function packHead(json: string, body: Uint8Array | null = null): Uint8Array {
  const { length } = json
  if (length <= MAX_PACKED_HEAD) {
    const bytes = roomFor(LENGTH + length + (body?.byteLength ?? 0))
    const { read, written } = encoder.encodeInto(NO_LENGTH_YET + json, bytes)
    // Otherwise it holds what takes more than one octet.
    if (read === written && read === LENGTH + length) return finished(bytes, length, body)
  }
  return packed(utf8Bytes(json), body)
}

/**
 * The same for a body that is a text, written with its head in one go: null where that is not ASCII alone, so that its
 * octets are more than its units.
 */
export function packTexts(json: string, body: string): Uint8Array | null {
  const { length } = json
  const octets = LENGTH + length + body.length
  if (length > MAX_PACKED_HEAD) return null
  const bytes = roomFor(octets)
  const { read, written } = encoder.encodeInto(NO_LENGTH_YET + json + body, bytes)
  return read === written && read === octets ? finished(bytes, length, null) : null
}

/** The JSON text of a head that ends at `end`. Fault: value_faulty. */
export function headText(bytes: Uint8Array, end: number): string {
  const json = utf8Text(bytes.subarray(HEAD_AT, end))
  if (json === null) throw faulty('its head is not UTF-8')
  return json
}

/** The data of such a text. Fault: value_faulty. */
export function headOf(json: string): unknown {
  let data: unknown
  try {
    data = JSON.parse(json)
  } catch (error) {
    throw new Fault('value_faulty', { form: 'packed', reason: 'its head is not JSON' }, error)
  }
  if (repeatsMember(json, data)) throw faulty('its head has a member twice')
  return data
}

function packed(head: Uint8Array, body: Uint8Array | null): Uint8Array {
  if (head.byteLength > MAX_PACKED_HEAD) throw faulty(`its head is over ${MAX_PACKED_HEAD} bytes`)
  const bytes = new Uint8Array(LENGTH + head.byteLength + (body?.byteLength ?? 0))
  bytes.set(head, LENGTH)
  return finished(bytes, head.byteLength, body)
}

/** Puts the length in front of the head, and the body behind it. */
function finished(bytes: Uint8Array, length: number, body: Uint8Array | null): Uint8Array {
  bytes[0] = length >>> 24
  bytes[1] = length >>> 16
  bytes[2] = length >>> 8
  bytes[3] = length
  if (body !== null && body.byteLength > 0) bytes.set(body, LENGTH + length)
  return bytes
}

/** Where a head ends that begins at `HEAD_AT`. Fault: value_faulty. */
export function headEnd(bytes: Uint8Array): number {
  if (bytes.byteLength < LENGTH) throw faulty('it ends within its length')
  const length = ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0
  if (length > MAX_PACKED_HEAD) throw faulty(`its head is over ${MAX_PACKED_HEAD} bytes`)
  if (bytes.byteLength < LENGTH + length) throw faulty('it ends within its head')
  return LENGTH + length
}

function faulty(reason: string): Fault {
  return new Fault('value_faulty', { form: 'packed', reason })
}
