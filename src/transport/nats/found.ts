/**
 * What a worker says of itself to those who look for one.
 *
 *   {"v":1,"id":"kT3...","contract":"8f0c..."}
 *
 * @module
 */
import { isRecord } from '../../value/data.ts'
import { utf8Bytes, utf8Text } from '../../value/utf8.ts'
import { isMark } from '../../wire/frames/mark.ts'
import { isToken } from './subjects.ts'

export interface Found {
  readonly id: string
  /** The mark of what it offers by name; null where that is nothing. */
  readonly contract: string | null
}

const MAX_OCTETS = 1_024

export function writeFound({ id, contract }: Found): Uint8Array {
  return utf8Bytes(JSON.stringify({ v: 1, id, contract }))
}

/** Null for what is none: anybody may write there. */
export function readFound(message: Uint8Array): Found | null {
  if (message.byteLength > MAX_OCTETS) return null
  let data: unknown
  try {
    data = JSON.parse(utf8Text(message) ?? '')
  } catch {
    return null
  }
  const { v, id, contract = null } = isRecord(data) ? data : {}
  if (v !== 1 || !isToken(id)) return null
  if (contract !== null && (typeof contract !== 'string' || !isMark(contract))) return null
  return { id, contract }
}
