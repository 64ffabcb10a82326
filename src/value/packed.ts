/**
 * The packed form: what every hop between processes speaks, readable with a standard library
 * alone in any language.
 *
 *   u32 n, big-endian, at most 64 KiB
 *   n bytes of UTF-8 JSON: members in fixed order, no spaces, headers as flat pairs
 *   then exactly as many body bytes as the head's "body" says; none for null
 *
 * Fields keep their order, so equal values whose fields are in the same order give equal bytes. Contract clause 29; vectors in `spec/vectors/packed.json`.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import { readHead, writeHead } from './head.ts'
import type { RequestValue, ResponseValue } from './message.ts'
import { joinBytes, utf8Bytes, utf8Text } from './utf8.ts'

export const MAX_PACKED_HEAD: number = 64 * 1024

/** Packs one value. Fault: value_faulty when its head is over 64 KiB. */
export function encodePacked(value: RequestValue | ResponseValue): Uint8Array {
  const head = packHead(writeHead(value, value.body === null ? null : value.body.byteLength))
  return value.body === null || value.body.byteLength === 0 ? head : joinBytes([head, value.body])
}

/** Unpacks one value from exactly these bytes. The body is a view on them. Fault: value_faulty. */
export function decodePacked(bytes: Uint8Array): RequestValue | ResponseValue {
  const { head, rest } = unpackHead(bytes)
  const { value, body } = readHead(head, 'packed')
  const expected = body ?? 0
  if (typeof expected !== 'number') throw faulty('the body is still to come')
  if (rest.byteLength !== expected)
    throw faulty(`its body has ${rest.byteLength} bytes and should have ${expected}`)
  return { ...value, body: body === null ? null : rest } as RequestValue | ResponseValue
}

/** A length and a JSON text: what frames and packed values begin with. */
export function packHead(json: string): Uint8Array {
  const text = utf8Bytes(json)
  if (text.byteLength > MAX_PACKED_HEAD) throw faulty(`its head is over ${MAX_PACKED_HEAD} bytes`)
  const bytes = new Uint8Array(4 + text.byteLength)
  new DataView(bytes.buffer).setUint32(0, text.byteLength)
  bytes.set(text, 4)
  return bytes
}

/** The head's JSON data, and the bytes behind it. Fault: value_faulty. */
export function unpackHead(bytes: Uint8Array): { readonly head: unknown; readonly rest: Uint8Array } {
  if (bytes.byteLength < 4) throw faulty('it ends within its length')
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  if (length > MAX_PACKED_HEAD) throw faulty(`its head is over ${MAX_PACKED_HEAD} bytes`)
  if (bytes.byteLength < 4 + length) throw faulty('it ends within its head')
  const json = utf8Text(bytes.subarray(4, 4 + length))
  if (json === null) throw faulty('its head is not UTF-8')
  try {
    return { head: JSON.parse(json), rest: bytes.subarray(4 + length) }
  } catch (error) {
    throw new Fault('value_faulty', { form: 'packed', reason: 'its head is not JSON' }, error)
  }
}

function faulty(reason: string): Fault {
  return new Fault('value_faulty', { form: 'packed', reason })
}
